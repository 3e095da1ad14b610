// A step that is done for each entry of a list (BPMN 2.0, 13.3.7): the list, and what comes of it.

import { TextFieldEntry, isTextFieldEntryEdited } from '@bpmn-io/properties-panel';
import { useService } from 'bpmn-js-properties-panel';

import { say } from '../../words.js';
import { getBusinessObject, is } from '../facts.js';

export function repetitionGroup(element) {
  const loop = is(element, 'bpmn:Activity') && getBusinessObject(element).get('loopCharacteristics');
  if (!loop || !is(loop, 'bpmn:MultiInstanceLoopCharacteristics')) return null;
  const entry = (name, label, description) =>
    ({ id: `pik-${name}`, component: Part, isEdited: isTextFieldEntryEdited, loop, name, label, description });
  return {
    id: 'repetition',
    label: say('Für jeden Eintrag einer Liste'),
    entries: [
      entry('loopDataInputRef', say('Liste'), say('Zum Beispiel antrag.empfaenger. Für jeden Eintrag wird der Schritt einmal getan.')),
      entry('inputDataItem', say('Ein Eintrag heißt'), say('Unter diesem Namen steht er im Formular und in Ausdrücken.')),
      entry('outputDataItem', say('Ergebnis eines Eintrags heißt')),
      entry('loopDataOutputRef', say('Alle Ergebnisse heißen'), say('Die Liste der Ergebnisse, in der Reihenfolge der Einträge.')),
    ],
  };
}

// A text of the loop itself, or the name of its item, which is an element of its own.
function Part({ element, id, loop, name, label, description }) {
  const modeling = useService('modeling');
  const bpmnFactory = useService('bpmnFactory');
  const debounce = useService('debounceInput');
  const kind = ITEMS[name];
  const item = kind && loop.get(name);
  const setValue = (value) => {
    if (item && value) return modeling.updateModdleProperties(element, item, { name: value });
    const made = kind && value ? bpmnFactory.create(kind, { name: value }) : value || undefined;
    if (kind && made) made.$parent = loop;
    return modeling.updateModdleProperties(element, loop, { [name]: made });
  };
  const getValue = () => (kind ? item?.get('name') : loop.get(name)) ?? '';
  return <TextFieldEntry {...{ element, id, label, description, debounce, getValue, setValue }} />;
}

const ITEMS = { inputDataItem: 'bpmn:DataInput', outputDataItem: 'bpmn:DataOutput' };
