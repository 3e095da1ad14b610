// The page around dmn-js: its views, messages, findings, and what happens when a save is refused.
// All sentences come with the page (config.texts), so that they are translated in one place.

import DmnModeler from 'dmn-js/lib/Modeler';

import { missing, translateModule } from './words.js';
import { Saving } from './saving.js';
import { Server } from '../server.js';

const TYPES = ['string', 'number', 'integer', 'boolean', 'date', 'Any'];
const QUIET = 1000; // milliseconds before the findings are asked for

// Boxes and lines of the overview in the colours of the page (table.css).
const PAPER = { defaultFillColor: 'var(--pik-surface)', defaultStrokeColor: 'var(--pik-text)' };

export async function start(page, config) {
  const part = (name) => document.querySelector(`[data-${name}]`);
  const modules = { additionalModules: [translateModule] };
  const modeler = new DmnModeler({
    container: part('canvas'),
    common: { dataTypes: TYPES, expressionLanguages: { options: [{ value: 'feel', label: 'FEEL' }] } },
    drd: { ...modules, drdRenderer: PAPER },
    decisionTable: modules,
    literalExpression: modules,
    boxedExpression: modules,
  });
  const write = async () => (await modeler.saveXML({ format: true })).xml;
  page.pikEditor = { modeler, missing, write }; // for tests, and for the curious
  try {
    await modeler.importXML(config.text);
    await openFirst(modeler, config.decision);
  } catch (fault) {
    part('broken').hidden = false;
    part('reason').textContent = fault.message;
    page.dataset.ready = 'broken';
    return;
  }
  const server = new Server(config.token);
  const tell = (kind, key, data = {}) => {
    part('message').dataset.kind = kind;
    part('message').textContent = data.message ?? filled(config.texts[key], data);
  };
  const saving = new Saving({
    write, server, config, tell,
    onConflict: (data) => {
      tell('danger', 'conflict', data);
      part('conflict').hidden = false;
    },
  });
  await saving.begin();
  const changed = () => {
    saving.later();
    clearTimeout(page.asking);
    page.asking = setTimeout(findings, QUIET);
  };
  const findings = async () => {
    const body = { path: config.path, text: await write() };
    const { ok, data } = await server.post(config.urls.check, body);
    if (ok) list(part('findings'), data.findings.filter((one) => one.file === config.path), config.texts);
  };
  follow(modeler, changed);
  views(modeler, part('views'));
  part('save')?.addEventListener('click', () => saving.now());
  part('mine').addEventListener('click', () => {
    download(config.path, saving);
  });
  addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 's') {
      event.preventDefault();
      saving.now();
    }
  });
  const kept = saving.kept();
  if (kept) {
    await modeler.importXML(kept.text);
    await openFirst(modeler, config.decision);
    saving.changed = true;
    tell('warning', 'restored');
    saving.later();
  }
  await findings();
  page.dataset.ready = 'yes';
}

function filled(text, values) {
  return text.replace(/{([^}]+)}/g, (whole, name) => values[name] ?? whole);
}

// The view of the decision that was asked for, else the first table.
async function openFirst(modeler, decision) {
  const all = modeler.getViews();
  const wanted = all.find((view) => view.element.id === decision && view.type !== 'drd');
  const first = wanted ?? all.find((view) => view.type === 'decisionTable') ?? all[0];
  if (first) await modeler.open(first);
}

// Every view has a command stack of its own, made when it is opened first.
function follow(modeler, changed) {
  const known = new Set();
  const listen = () => {
    const viewer = modeler.getActiveViewer();
    if (viewer && !known.has(viewer)) {
      known.add(viewer);
      viewer.on('elements.changed', changed);
      viewer.on('commandStack.changed', changed);
    }
  };
  modeler.on('views.changed', listen);
  listen();
}

function views(modeler, place) {
  const show = () => {
    const active = modeler.getActiveView();
    const buttons = modeler.getViews().map((view) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'pik-small-button';
      button.textContent = view.type === 'drd' ? place.dataset.drd : view.name || view.id;
      button.setAttribute('aria-pressed', String(view.element === active?.element));
      button.addEventListener('click', () => modeler.open(view));
      return button;
    });
    place.replaceChildren(...(buttons.length > 1 ? buttons : []));
  };
  modeler.on('views.changed', show);
  show();
}

function list(place, findings, texts) {
  const rows = findings.map(({ severity, message, hint }) => {
    const row = document.createElement('li');
    const word = document.createElement('strong');
    word.textContent = `${texts[severity]}:`;
    row.append(word, ` ${message} ${hint}`);
    return row;
  });
  if (!rows.length) {
    const row = document.createElement('li');
    row.textContent = texts.fine;
    rows.push(row);
  }
  place.replaceChildren(...rows);
}

// What could not be saved, as a file.
async function download(path, saving) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([await saving.write()], { type: 'application/xml' }));
  link.download = `${path.split('/').pop().replace(/\.dmn$/, '')}-mein-stand.dmn`;
  link.click();
  URL.revokeObjectURL(link.href);
  saving.changed = false;
}
