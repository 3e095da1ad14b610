// A lane is chosen from the catalog: its name says who works the steps in it.

import { SelectEntry, isSelectEntryEdited } from '@bpmn-io/properties-panel';
import { useService } from 'bpmn-js-properties-panel';

import { say } from '../../words.js';
import { getBusinessObject, is } from '../facts.js';

export function laneGroup(element, world) {
  if (!is(element, 'bpmn:Lane')) return null;
  return {
    id: 'lane',
    label: say('Wer bearbeitet die Schritte?'),
    entries: [{ id: 'pik-lane-name', component: LaneName, isEdited: isSelectEntryEdited, lanes: world.lanes }],
  };
}

function LaneName({ element, id, lanes }) {
  const modeling = useService('modeling');
  const name = getBusinessObject(element).get('name') ?? '';
  const options = lanes.map(({ value, label }) => ({ value, label }));
  const unknown = name && !lanes.some((lane) => lane.value === name);
  return (
    <SelectEntry
      {...{ element, id }}
      label={say('Bahn des Katalogs')}
      getValue={() => name}
      setValue={(value) => modeling.updateLabel(element, value)}
      getOptions={() => [
        { value: '', label: say('– bitte wählen –') },
        ...options,
        ...(unknown ? [{ value: name, label: say('{value} (nicht im Katalog)', { value: name }) }] : []),
      ]}
    />
  );
}
