// A called process opens from its call activity: an entry of the context pad, beside the link in
// the panel.

import { say } from '../words.js';

class CalledProcess {
  static $inject = ['contextPad', 'config.pik'];

  constructor(contextPad, world) {
    this.world = world;
    contextPad.registerProvider(400, this);
  }

  getContextPadEntries(element) {
    const called = element.businessObject?.calledElement;
    const target = called && this.world.processes.find((process) => process.value === called);
    if (!target) return {};
    return {
      'open-called': {
        group: 'edit',
        className: 'bpmn-icon-sub-process-marker',
        title: say('„{name}“ öffnen', { name: target.label }),
        action: { click: () => location.assign(target.url) },
      },
    };
  }
}

export const callingModule = { __init__: ['pikCalledProcess'], pikCalledProcess: ['type', CalledProcess] };
