// The fields of our groups: each is an entry of the panel, told what it reads and what it writes.

import {
  CheckboxEntry,
  SelectEntry,
  TextAreaEntry,
  TextFieldEntry,
  isCheckboxEntryEdited,
  isSelectEntryEdited,
  isTextAreaEntryEdited,
  isTextFieldEntryEdited,
} from '@bpmn-io/properties-panel';
import { useService } from 'bpmn-js-properties-panel';

import { say } from '../../words.js';
import { getBusinessObject } from '../facts.js';
import { ExpressionEntry, isExpressionEdited } from './expression.jsx';

// Reads and writes one pik: attribute of an element, or of the process a pool stands for.
function useAttribute({ element, name, of }) {
  const modeling = useService('modeling');
  const object = of ?? getBusinessObject(element);
  return {
    getValue: () => object.get(`pik:${name}`) ?? '',
    setValue: (value) =>
      modeling.updateModdleProperties(element, object, { [`pik:${name}`]: value || undefined }),
  };
}

function Text(props) {
  const debounce = useService('debounceInput');
  return <TextFieldEntry {...props} {...useAttribute(props)} debounce={debounce} />;
}

function Lines(props) {
  const debounce = useService('debounceInput');
  return <TextAreaEntry {...props} {...useAttribute(props)} debounce={debounce} autoResize rows={1} />;
}

function Flag(props) {
  const { getValue, setValue } = useAttribute(props);
  return (
    <CheckboxEntry
      {...props}
      getValue={() => getValue() === 'true'}
      setValue={(value) => setValue(value ? 'true' : '')}
    />
  );
}

// `options` are [{value, label}]; a value the list does not have stays and says so.
function Choice(props) {
  const { getValue, setValue } = useAttribute(props);
  return <SelectEntry {...props} {...{ getValue, setValue }} getOptions={() => choices(props.options, getValue())} />;
}

export function choices(options, value) {
  const known = [{ value: '', label: say('– keine Angabe –') }, ...options];
  if (!value || known.some((option) => option.value === value)) return known;
  return [...known, { value, label: say('{value} (gibt es nicht)', { value }) }];
}

function Expression(props) {
  return <ExpressionEntry {...props} {...useAttribute(props)} />;
}

// A list of names, separated by commas, ticked one by one.
function Ticks(props) {
  const { getValue, setValue } = useAttribute(props);
  const chosen = getValue().split(',').map((part) => part.trim()).filter(Boolean);
  const unknown = chosen.filter((value) => !props.options.some((option) => option.value === value));
  const options = [...props.options, ...unknown.map((value) => ({ value, label: say('{value} (gibt es nicht)', { value }) }))];
  const toggle = (value) =>
    setValue(
      options.map((option) => option.value)
        .filter((one) => (one === value) !== chosen.includes(one))
        .join(', '),
    );
  return (
    <div class="bio-properties-panel-entry" data-entry-id={props.id}>
      <fieldset class="pik-ticks">
        <legend class="bio-properties-panel-label">{props.label}</legend>
        {options.length === 0 && <p class="bio-properties-panel-description">{props.none}</p>}
        {options.map((option) => (
          <label key={option.value}>
            <input type="checkbox" checked={chosen.includes(option.value)} onChange={() => toggle(option.value)} />
            <span>{option.label}</span>
          </label>
        ))}
      </fieldset>
      <div class="bio-properties-panel-description">{props.description}</div>
    </div>
  );
}

const entry = (component, isEdited) => (name, label, more = {}) => ({
  id: `pik-${name}`,
  component,
  isEdited,
  name,
  label,
  ...more,
});

export const text = entry(Text, isTextFieldEntryEdited);
export const lines = entry(Lines, isTextAreaEntryEdited);
export const flag = entry(Flag, isCheckboxEntryEdited);
export const choice = entry(Choice, isSelectEntryEdited);
export const expression = entry(Expression, isExpressionEdited);
export const ticks = entry(Ticks, (node) => Boolean(node?.querySelector(':checked')));
