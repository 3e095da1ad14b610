// Conditions of ways, timers and scripts.

import { SelectEntry, isSelectEntryEdited } from '@bpmn-io/properties-panel';
import { useService } from 'bpmn-js-properties-panel';

import { say } from '../../words.js';
import { definitionOf, getBusinessObject, is, timerKinds, timerOf } from '../facts.js';
import { Durations } from './durations.jsx';
import { ExpressionEntry, isExpressionEdited } from './expression.jsx';

export function conditionGroup(element) {
  if (is(element, 'bpmn:SequenceFlow')) return flowGroup(element);
  const definition = is(element, 'bpmn:Event') && definitionOf(element, 'bpmn:ConditionalEventDefinition');
  if (!definition) return null;
  return {
    id: 'condition',
    label: say('Bedingung'),
    entries: [{ id: 'pik-condition', component: Body, isEdited: isExpressionEdited, of: definition, name: 'condition', label: say('Tritt ein, wenn') }],
  };
}

function flowGroup(element) {
  const source = element.source && getBusinessObject(element.source);
  const chooses = source && (is(source, 'bpmn:ExclusiveGateway') || is(source, 'bpmn:InclusiveGateway') || is(source, 'bpmn:Activity'));
  const object = getBusinessObject(element);
  if (!chooses && !object.get('conditionExpression')) return null;
  return {
    id: 'condition',
    label: say('Bedingung'),
    entries: [
      {
        id: 'pik-condition',
        component: Body,
        isEdited: isExpressionEdited,
        of: object,
        name: 'conditionExpression',
        label: say('Diesen Weg nehmen, wenn'),
        description: say('Zum Beispiel: pruefung.ergebnis == "ablehnen"'),
      },
      { id: 'pik-default', component: Default },
    ],
  };
}

// An expression that is an element of its own: made when the first sign is written, gone with the last.
function Body({ element, id, of, name, label, description }) {
  const modeling = useService('modeling');
  const bpmnFactory = useService('bpmnFactory');
  const expression = of.get(name);
  const setValue = (body) => {
    if (!body) return modeling.updateModdleProperties(element, of, { [name]: undefined });
    if (expression) return modeling.updateModdleProperties(element, expression, { body });
    const created = bpmnFactory.create('bpmn:FormalExpression', { body });
    created.$parent = of;
    return modeling.updateModdleProperties(element, of, { [name]: created });
  };
  return <ExpressionEntry {...{ element, id, label, description, setValue }} getValue={() => expression?.get('body') ?? ''} />;
}

function Default({ element }) {
  const modeling = useService('modeling');
  const object = getBusinessObject(element);
  const source = object.get('sourceRef');
  const chosen = source?.get('default') === object;
  const toggle = () => modeling.updateProperties(element.source, { default: chosen ? undefined : object });
  return (
    <div class="bio-properties-panel-entry" data-entry-id="pik-default">
      <label class="pik-tick">
        <input type="checkbox" checked={chosen} onChange={toggle} />
        <span>{say('Standardweg: wenn keine andere Bedingung zutrifft')}</span>
      </label>
    </div>
  );
}

export function timerGroup(element) {
  const timer = timerOf(element);
  if (!timer) return null;
  return {
    id: 'timer',
    label: say('Zeit'),
    entries: [
      { id: 'pik-timer-kind', component: TimerKind, isEdited: isSelectEntryEdited },
      ...(timer.kind
        ? [
            { id: 'pik-timer', component: Body, isEdited: isExpressionEdited, of: timer.definition, name: timer.kind, label: say('Zeitangabe') },
            { id: 'pik-timer-help', component: TimerHelp },
          ]
        : []),
    ],
  };
}

const KIND_WORDS = {
  timeDate: () => say('Zeitpunkt'),
  timeDuration: () => say('Dauer'),
  timeCycle: () => say('Wiederholung'),
};

function TimerKind({ element, id }) {
  const modeling = useService('modeling');
  const bpmnFactory = useService('bpmnFactory');
  const { definition, kind, expression } = timerOf(element);
  const setValue = (chosen) => {
    const none = Object.fromEntries(timerKinds.map((name) => [name, undefined]));
    if (!chosen) return modeling.updateModdleProperties(element, definition, none);
    const made = bpmnFactory.create('bpmn:FormalExpression', { body: expression?.get('body') });
    made.$parent = definition;
    return modeling.updateModdleProperties(element, definition, { ...none, [chosen]: made });
  };
  const options = timerKinds.map((value) => ({ value, label: KIND_WORDS[value]() }));
  return (
    <SelectEntry
      {...{ element, id, setValue }}
      label={say('Art')}
      getValue={() => kind ?? ''}
      getOptions={() => [{ value: '', label: say('– keine Angabe –') }, ...options]}
    />
  );
}

function TimerHelp({ element }) {
  const modeling = useService('modeling');
  const { kind, expression } = timerOf(element);
  if (!expression) return null;
  return (
    <Durations kind={kind} onChoose={(body) => modeling.updateModdleProperties(element, expression, { body })} />
  );
}

export function scriptGroup(element) {
  if (!is(element, 'bpmn:ScriptTask')) return null;
  return { id: 'script', label: say('Skript'), entries: [{ id: 'pik-script', component: Script, isEdited: isExpressionEdited }] };
}

function Script({ element, id }) {
  const modeling = useService('modeling');
  const object = getBusinessObject(element);
  return (
    <ExpressionEntry
      {...{ element, id }}
      script
      label={say('Rechnen')}
      description={say('Je Zeile: name = Ausdruck')}
      getValue={() => object.get('script') ?? ''}
      setValue={(script) => modeling.updateProperties(element, { script: script || undefined })}
    />
  );
}
