// What an element is and says, read from the model; no one here changes anything.

import { getBusinessObject, is, isAny } from 'bpmn-js/lib/util/ModelUtil';

export { getBusinessObject, is, isAny };

export const people = ['bpmn:UserTask', 'bpmn:ManualTask'];

export function isPlainTask(element) {
  return getBusinessObject(element).$type === 'bpmn:Task';
}

// The element of a label is the one it names.
export function owner(element) {
  return element?.labelTarget ?? element;
}

export function definitionOf(element, type) {
  const object = getBusinessObject(element);
  return object.get('eventDefinitions')?.find((definition) => is(definition, type));
}

export const timerKinds = ['timeDate', 'timeDuration', 'timeCycle'];

// The timer of an event: {definition, kind, expression}; kind is undefined when nothing is set.
export function timerOf(element) {
  if (!is(element, 'bpmn:Event')) return null;
  const definition = definitionOf(element, 'bpmn:TimerEventDefinition');
  if (!definition) return null;
  const kind = timerKinds.find((name) => definition.get(name));
  return { definition, kind, expression: kind && definition.get(kind) };
}

export function processOf(element) {
  const object = getBusinessObject(element);
  if (is(object, 'bpmn:Participant')) return object.get('processRef');
  let found = object;
  while (found && !is(found, 'bpmn:Process')) found = found.$parent;
  return found;
}

export function labelOf(element) {
  const object = getBusinessObject(element);
  return object.get('name') || object.get('id');
}

// The steps people complete, of the whole file: what a four-eyes rule may name.
export function tasksOfPeople(elementRegistry) {
  return elementRegistry
    .filter((element) => !element.labelTarget && isAny(element, people))
    .map((element) => ({ id: element.id, label: labelOf(element) }));
}

// Events at the border of an activity that are timers, in the order of the drawing.
export function deadlines(element) {
  return (element.attachers ?? []).filter((event) => timerOf(event));
}
