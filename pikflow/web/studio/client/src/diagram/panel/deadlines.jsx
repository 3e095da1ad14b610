// The deadline of a step, what follows it, and the reminder before: timers at its border.

import { useService } from 'bpmn-js-properties-panel';

import { say } from '../../words.js';
import { deadlines, getBusinessObject, is, isAny, labelOf, timerOf } from '../facts.js';
import { Durations } from './durations.jsx';
import { expression } from './fields.jsx';

export function deadlineGroup(element) {
  if (!isAny(element, ['bpmn:UserTask', 'bpmn:ManualTask', 'bpmn:CallActivity', 'bpmn:SubProcess'])) return null;
  return {
    id: 'deadline',
    label: say('Frist und Erinnerung'),
    entries: [
      ...(is(element, 'bpmn:SubProcess')
        ? []
        : [
            expression('due', say('Frist')),
            { id: 'pik-due-help', component: DueHelp },
          ]),
      { id: 'pik-follows', component: Follows },
    ],
  };
}

function DueHelp({ element }) {
  const modeling = useService('modeling');
  return (
    <Durations
      kind="timeDuration"
      onChoose={(value) => modeling.updateProperties(element, { 'pik:due': value })}
    />
  );
}

// The timers at the border: those that go on beside the step remind, the others end it.
function Follows({ element }) {
  const modeling = useService('modeling');
  const selection = useService('selection');
  const elementFactory = useService('elementFactory');
  const bpmnFactory = useService('bpmnFactory');
  const found = deadlines(element);

  const add = (interrupting) => {
    const event = createTimer({ element, interrupting, elementFactory, bpmnFactory, modeling });
    selection.select(event);
  };

  return (
    <div class="bio-properties-panel-entry" data-entry-id="pik-follows">
      <span class="bio-properties-panel-label">{say('Was zu einer Zeit geschieht')}</span>
      {found.length === 0 && (
        <p class="bio-properties-panel-description">
          {say('Noch nichts. Die Frist steht nur in der Aufgabenliste.')}
        </p>
      )}
      <ul class="pik-follows">
        {found.map((event) => (
          <li key={event.id}>
            <button type="button" onClick={() => selection.select(event)}>
              {labelOf(event)}
            </button>
            <span>
              {timerOf(event).expression?.get('body') || say('ohne Zeitangabe')} ·{' '}
              {getBusinessObject(event).get('cancelActivity') === false ? say('erinnert') : say('beendet den Schritt')}
            </span>
          </li>
        ))}
      </ul>
      <div class="pik-panel-buttons">
        <button type="button" onClick={() => add(false)}>{say('Erinnerung anlegen')}</button>
        <button type="button" onClick={() => add(true)}>{say('Weg nach Fristende anlegen')}</button>
      </div>
    </div>
  );
}

// A timer at the lower border with an end event behind it, so that what was made is complete.
function createTimer({ element, interrupting, elementFactory, bpmnFactory, modeling }) {
  const event = elementFactory.createShape({
    type: 'bpmn:BoundaryEvent',
    eventDefinitionType: 'bpmn:TimerEventDefinition',
    cancelActivity: interrupting,
  });
  const object = getBusinessObject(event);
  object.set('name', interrupting ? say('Frist abgelaufen') : say('Erinnerung'));
  const definition = object.get('eventDefinitions')[0];
  const expression = bpmnFactory.create('bpmn:FormalExpression', { body: interrupting ? 'P14D' : 'P7D' });
  expression.$parent = definition;
  definition.set('timeDuration', expression);
  const x = element.x + element.width - 18 - 44 * (element.attachers ?? []).length;
  const y = element.y + element.height;
  const added = modeling.createShape(event, { x: Math.max(x, element.x + 18), y }, element, { attach: true });
  modeling.appendShape(
    added,
    { type: 'bpmn:EndEvent' },
    { x: added.x + added.width / 2 + 60, y: added.y + 110 },
    element.parent,
  );
  return added;
}
