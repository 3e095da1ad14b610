// Lint as you draw: bpmnlint with our own rules, 200 ms after the last change.

import { Linter } from 'bpmnlint';

import { rules } from './rules.js';

const AFTER = 200;
const SEVERITY = { error: 'error', warn: 'warning', info: 'information', 'rule-error': 'warning' };

export class Linting {
  static $inject = ['bpmnjs', 'eventBus', 'config.pik'];

  constructor(bpmnjs, eventBus, world) {
    this.bpmnjs = bpmnjs;
    this.eventBus = eventBus;
    const made = rules(world);
    this.linter = new Linter({
      config: { rules: Object.fromEntries(Object.keys(made).map((name) => [name, made[name].severity])) },
      resolver: { resolveRule: (pkg, name) => () => made[name], resolveConfig: () => null },
    });
    let waiting;
    eventBus.on(['import.done', 'commandStack.changed'], () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => this.lint(), AFTER);
    });
    this.codes = new Set(Object.keys(made));
  }

  // Fires pik.linted with findings as the server gives them: {element, severity, code, message, hint}.
  async lint() {
    const definitions = this.bpmnjs.getDefinitions();
    if (!definitions) return;
    const results = await this.linter.lint(definitions);
    const findings = Object.entries(results).flatMap(([code, reports]) =>
      reports.map(({ id, message, category, hint }) => ({
        element: id, code, message, hint: hint ?? '', severity: SEVERITY[category],
      })),
    );
    this.eventBus.fire('pik.linted', { findings, codes: this.codes });
  }
}

export const lintModule = { __init__: ['pikLinting'], pikLinting: ['type', Linting] };
