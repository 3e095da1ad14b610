// The groups of the properties panel: what bpmn-js knows of BPMN, with our own in front.

import { Group } from '@bpmn-io/properties-panel';

import { say } from '../../words.js';
import { is } from '../facts.js';
import { callGroup, connectorGroup, decisionGroup, formGroup, eventGroup, processGroup } from './steps.jsx';
import { deadlineGroup } from './deadlines.jsx';
import { conditionGroup, scriptGroup, timerGroup } from './expressions.jsx';
import { laneGroup } from './lanes.jsx';
import { repetitionGroup } from './repetition.jsx';

const OURS = [
  laneGroup,
  formGroup,
  deadlineGroup,
  repetitionGroup,
  timerGroup,
  eventGroup,
  connectorGroup,
  decisionGroup,
  callGroup,
  scriptGroup,
  conditionGroup,
  processGroup,
];

class PikProvider {
  static $inject = ['propertiesPanel', 'injector'];

  constructor(propertiesPanel, injector) {
    propertiesPanel.registerProvider(500, this);
    this.injector = injector;
  }

  getGroups(element) {
    return (groups) => {
      const world = this.injector.get('config.pik');
      const own = OURS.map((group) => group(element, world, this.injector)).filter(Boolean);
      const kept = groups.filter((group) => group.id !== 'timer').map((group) => renamed(element, group));
      const general = kept.filter((group) => group.id === 'general');
      const documentation = kept.filter((group) => group.id === 'documentation');
      const rest = kept.filter((group) => !general.includes(group) && !documentation.includes(group));
      return [...general, ...documentation, ...own.map(asGroup), ...rest];
    };
  }
}

function renamed(element, group) {
  if (group.id === 'documentation' && is(element, 'bpmn:UserTask')) {
    return { ...group, label: say('Was ist zu tun?'), shouldOpen: true };
  }
  return group;
}

function asGroup({ id, label, entries, shouldOpen = true }) {
  return { id: `pik-group-${id}`, label, entries, component: Group, shouldOpen };
}

export const panelModule = {
  __init__: ['pikProvider'],
  pikProvider: ['type', PikProvider],
};
