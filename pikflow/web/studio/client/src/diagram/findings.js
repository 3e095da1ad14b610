// The findings beside the diagram: what lint sees at once, and after a pause what the server's check
// sees in all files together. Each is a button that leads to its element.

import { say } from '../words.js';

const AFTER = 1000; // milliseconds of quiet before the server is asked
const ORDER = { error: 0, warning: 1, information: 2 };
const WORDS = {
  error: () => say('Fehler'),
  warning: () => say('Warnung'),
  information: () => say('Hinweis'),
};

export class Findings {
  // `place` holds [data-count] and the list [data-list].
  constructor({ modeler, server, config, place, text }) {
    Object.assign(this, { modeler, server, config, place, text });
    this.count = place.querySelector('[data-count]');
    this.list = place.querySelector('[data-list]');
    this.local = { findings: [], codes: new Set() };
    this.told = [];
    this.fresh = true; // the server has seen what is on the canvas
    this.names = modeler.get('pikNames');
    modeler.on('pik.linted', ({ findings, codes }) => {
      this.local = { findings, codes };
      this.show();
    });
    modeler.on('commandStack.changed', () => {
      this.fresh = false;
      this.later();
    });
  }

  later() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.ask(), AFTER);
  }

  async ask() {
    clearTimeout(this.waiting);
    const asked = (this.asked = {});
    const { ok, data } = await this.server.post(this.config.urls.check, {
      path: this.config.path, text: await this.text(),
    });
    if (!ok || asked !== this.asked) return;
    this.told = data.findings;
    this.fresh = true;
    this.place.dataset.checked = 'yes';
    this.names.learn(data.names ?? {});
    this.show();
  }

  // The server's findings; while it has not seen the last change, what lint knows better instead.
  current() {
    const mine = this.told.filter((finding) => finding.file === this.config.path);
    if (this.fresh && this.told.length) return mine.map((finding) => this.inOurWords(finding));
    const other = mine.filter((finding) => !this.local.codes.has(finding.code));
    return [...this.local.findings, ...other];
  }

  // The check speaks German; what lint found too is told in the language of the page.
  inOurWords(finding) {
    const same = this.local.findings.find(({ element, code }) => element === finding.element && code === finding.code);
    return same ? { ...finding, message: same.message, hint: same.hint } : finding;
  }

  show() {
    const found = this.current().sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
    const elsewhere = this.told.filter((finding) => finding.file !== this.config.path && finding.severity === 'error');
    this.count.textContent = counted(found);
    this.list.replaceChildren(
      ...found.map((finding) => this.row(finding)),
      ...(elsewhere.length ? [this.other(elsewhere)] : []),
    );
    this.place.dataset.state = found[0]?.severity ?? 'none';
    this.mark(found);
  }

  row(finding) {
    const row = document.createElement('li');
    row.className = `pik-finding pik-finding--${finding.severity}`;
    const button = document.createElement(this.element(finding) ? 'button' : 'span');
    if (button instanceof HTMLButtonElement) {
      button.type = 'button';
      button.addEventListener('click', () => this.go(finding.element));
    }
    button.append(part('strong', WORDS[finding.severity]()), part('span', finding.message), part('small', finding.hint));
    row.append(button, part('code', finding.code));
    return row;
  }

  other(elsewhere) {
    const row = document.createElement('li');
    row.className = 'pik-finding pik-finding--elsewhere';
    const link = document.createElement('a');
    link.href = this.config.urls.design;
    link.textContent = say('Dazu {count} Fehler in anderen Dateien des Entwurfs', { count: elsewhere.length });
    row.append(link);
    return row;
  }

  element(finding) {
    return finding.element && shown(this.modeler, finding.element);
  }

  // Selects the element of a finding and brings it into view.
  go(id) {
    const element = shown(this.modeler, id);
    if (!element) return;
    const canvas = this.modeler.get('canvas');
    const root = canvas.findRoot(element);
    if (root && root !== canvas.getRootElement()) canvas.setRootElement(root);
    canvas.scrollToElement(element, 80);
    this.modeler.get('selection').select(element);
  }

  // A mark at each element, the worst one wins.
  mark(found) {
    const overlays = this.modeler.get('overlays');
    overlays.remove({ type: 'pik-finding' });
    const worst = new Map();
    for (const finding of found) {
      const element = this.element(finding);
      if (!element || !element.parent) continue;
      const known = worst.get(element);
      if (known) known.messages.push(finding.message);
      else worst.set(element, { severity: finding.severity, messages: [finding.message] });
    }
    for (const [element, { severity, messages }] of worst) {
      const mark = part('span', severity === 'information' ? 'i' : '!');
      mark.className = `pik-mark pik-mark--${severity}`;
      mark.title = messages.join('\n');
      overlays.add(element, 'pik-finding', { position: element.waypoints ? middle(element) : { top: -9, right: 9 }, html: mark });
    }
  }
}

// What stands on the canvas for an id: the pool of a process, for one.
export function shown(modeler, id) {
  const registry = modeler.get('elementRegistry');
  return registry.get(id) ?? registry.find((element) => element.businessObject?.get?.('processRef')?.id === id);
}

function middle({ waypoints, x, y }) {
  const [a, b] = [waypoints[Math.floor((waypoints.length - 1) / 2)], waypoints[Math.floor((waypoints.length - 1) / 2) + 1]];
  const box = { x: Math.min(...waypoints.map((p) => p.x)), y: Math.min(...waypoints.map((p) => p.y)) };
  return { left: (a.x + b.x) / 2 - box.x - 9, top: (a.y + b.y) / 2 - box.y - 9 };
}

function counted(found) {
  if (!found.length) return say('Keine Befunde');
  const count = (severity) => found.filter((finding) => finding.severity === severity).length;
  return say('Fehler: {errors}, Warnungen: {warnings}, Hinweise: {notes}', {
    errors: count('error'), warnings: count('warning'), notes: count('information'),
  });
}

function part(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text ?? '';
  return made;
}
