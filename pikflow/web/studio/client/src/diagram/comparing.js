// Two versions of a diagram beside each other: what was added, removed, changed and moved, marked in
// both and as a list.

import { BpmnModdle } from 'bpmn-moddle';
import { diff } from 'bpmn-js-differ';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

import { say, translate, translateModule } from '../words.js';
import { textRenderer } from './lettering.js';
import { pik } from './moddle.js';

export const changeKinds = ['added', 'removed', 'changed', 'moved'];
const WORDS = {
  added: () => say('Neu'),
  removed: () => say('Entfernt'),
  changed: () => say('Geändert'),
  moved: () => say('Verschoben'),
};

// What the panel calls the attributes that change most often.
const ATTRIBUTES = {
  name: say('Name'), conditionExpression: say('Bedingung'), script: say('Skript'), sourceRef: say('Von'), targetRef: say('Nach'),
  default: say('Standardweg'), calledElement: say('Prozess'), 'pik:form': say('Formular'), 'pik:due': say('Frist'),
  'pik:result': say('Ergebnis heißt'), 'pik:fourEyes': say('Vier-Augen-Prinzip'), 'pik:connector': say('Konnektor'),
  'pik:decision': say('Entscheidungstabelle'), 'pik:rule': say('Rechtsgrundlage'), 'pik:submit': say('Knopf zum Abschließen'),
  'pik:lane': say('Angeboten für die Bahn'), 'pik:phase': say('Phase'), 'pik:show': say('Daneben zeigen'),
};

const READABLE = 0.5; // the smallest scale a comparison begins with

// [{kind, id, label, details}] from one XML to another; details are "name: old → new".
export async function compare(before, after) {
  const [a, b] = await Promise.all([read(before), read(after)]);
  const found = differences(a, b);
  const [old, now] = [elements(a), elements(b)];
  const rows = (kind, entries, more = () => []) =>
    Object.entries(entries).map(([id, entry]) => ({
      kind, id, label: spoken((kind === 'removed' ? old : now).get(id), id), details: more(id, entry),
    }));
  const details = (id, { attrs = {} }) =>
    Object.keys(attrs).map((name) => `${ATTRIBUTES[name] ?? name}: ${shown(old.get(id), name)} → ${shown(now.get(id), name)}`);
  return [
    ...rows('added', found._added),
    ...rows('removed', found._removed),
    ...rows('changed', found._changed, details),
    ...rows('moved', found._layoutChanged),
  ];
}

async function read(xml) {
  return (await new BpmnModdle({ pik }).fromXML(xml)).rootElement;
}

// The differ stumbles over references that lead nowhere; then whole elements are compared by id.
function differences(before, after) {
  try {
    return diff(before, after);
  } catch {
    return byId(before, after);
  }
}

function byId(before, after) {
  const [a, b] = [elements(before), elements(after)];
  const found = { _added: {}, _removed: {}, _changed: {}, _layoutChanged: {} };
  for (const [id, model] of b) if (!a.has(id)) found._added[id] = model;
  for (const [id, model] of a) {
    if (!b.has(id)) found._removed[id] = model;
    else if (plain(model) !== plain(b.get(id))) found._changed[id] = { model: b.get(id), attrs: {} };
  }
  return found;
}

function elements(definitions) {
  const found = new Map();
  const visit = (element) => {
    if (element.id && !element.$type.startsWith('bpmndi:')) found.set(element.id, element);
    for (const property of element.$descriptor?.properties ?? []) {
      if (property.isReference || property.isAttr) continue;
      const value = element[property.name.split(':').pop()];
      for (const child of Array.isArray(value) ? value : [value]) if (child?.$type) visit(child);
    }
  };
  visit(definitions);
  return found;
}

// The attributes of an element alone, its children have an entry of their own.
function plain(element) {
  const own = element.$descriptor.properties.filter((property) => property.isAttr && !property.isReference);
  return JSON.stringify(own.map((property) => element.get(property.name) ?? null));
}

// An element as a person says it: its kind and name, a way by what it connects.
function spoken(model, id) {
  if (!model) return id;
  const kind = translate(model.$type.replace('bpmn:', '').replace(/(\B[A-Z])/g, ' $1'));
  const name = (one) => one?.name || one?.id || '?';
  if (model.name) return `${kind} „${model.name}“`;
  if (!model.sourceRef?.id || !model.targetRef?.id) return `${kind} ${id}`;
  return say('{kind} von „{from}“ nach „{to}“', { kind, from: name(model.sourceRef), to: name(model.targetRef) });
}

function shown(element, name) {
  const value = element?.get(name);
  if (value === undefined || value === null || value === '') return '–';
  const text = typeof value === 'object' ? (value.body ?? value.text ?? value.name ?? value.id ?? '…') : String(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

// The dialog of the page: [data-before], [data-after], [data-changes].
export class Comparison {
  constructor(dialog) {
    this.dialog = dialog;
    const viewer = (name) => new NavigatedViewer({
      container: dialog.querySelector(`[data-${name}]`), moddleExtensions: { pik }, textRenderer, additionalModules: [translateModule],
    });
    this.before = viewer('before');
    this.after = viewer('after');
    this.follow(this.before, this.after);
    this.follow(this.after, this.before);
  }

  async show(before, after, heading) {
    this.dialog.querySelector('[data-heading]').textContent = heading;
    if (!this.dialog.open) this.dialog.showModal();
    await this.before.importXML(before);
    await this.after.importXML(after);
    const changes = await compare(before, after);
    for (const { kind, id } of changes) {
      if (kind !== 'added') this.mark(this.before, id, kind);
      if (kind !== 'removed') this.mark(this.after, id, kind);
    }
    this.fit();
    this.list(changes);
    if (changes.length) this.go(changes[0].kind, changes[0].id);
  }

  mark(viewer, id, kind) {
    if (viewer.get('elementRegistry').get(id)) viewer.get('canvas').addMarker(id, `pik-${kind}`);
  }

  fit() {
    for (const viewer of [this.before, this.after]) viewer.get('canvas').resized();
    const canvas = this.after.get('canvas');
    canvas.zoom('fit-viewport');
    const { inner } = canvas.viewbox();
    if (canvas.zoom() < READABLE) canvas.zoom(READABLE, { x: inner.x, y: inner.y });
  }

  // Both show the same part; `moving` keeps them from answering each other.
  follow(one, other) {
    one.on('canvas.viewbox.changed', ({ viewbox }) => {
      if (this.moving) return;
      this.moving = true;
      try {
        const { x, y, width, height } = viewbox;
        if (other.getDefinitions()) other.get('canvas').viewbox({ x, y, width, height });
      } finally {
        this.moving = false;
      }
    });
  }

  list(changes) {
    const list = this.dialog.querySelector('[data-changes]');
    const count = this.dialog.querySelector('[data-count]');
    count.textContent = changes.length ? changeKinds.map((kind) => counted(kind, changes)).filter(Boolean).join(', ') : say('Kein Unterschied');
    list.replaceChildren(...changes.map((change) => this.row(change)));
  }

  row({ kind, id, label, details: lines }) {
    const row = document.createElement('li');
    row.className = `pik-change pik-change--${kind}`;
    const button = document.createElement('button');
    button.type = 'button';
    button.append(`${WORDS[kind]()}: ${label}`);
    button.addEventListener('click', () => this.go(kind, id));
    row.append(button);
    for (const line of lines) {
      const detail = document.createElement('small');
      detail.textContent = line;
      row.append(detail);
    }
    return row;
  }

  go(kind, id) {
    const viewer = kind === 'removed' ? this.before : this.after;
    const element = viewer.get('elementRegistry').get(id);
    if (element) viewer.get('canvas').scrollToElement(element, 60);
    for (const one of [this.before, this.after]) {
      one.get('elementRegistry').forEach((each) => one.get('canvas').removeMarker(each, 'pik-looked-at'));
      if (one.get('elementRegistry').get(id)) one.get('canvas').addMarker(id, 'pik-looked-at');
    }
  }
}

function counted(kind, changes) {
  const count = changes.filter((change) => change.kind === kind).length;
  return count ? `${count} ${WORDS[kind]()}` : '';
}
