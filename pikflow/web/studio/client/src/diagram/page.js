// The page around the canvas: tools, messages, and what is asked when something is in the way.

import { missing, say } from '../words.js';
import { Comparison } from './comparing.js';
import { exportPng, exportSvg, save as download } from './exporting.js';
import { shown, Findings } from './findings.js';
import { createModeler, rewritten, xmlOf } from './modeler.js';
import { Saving } from './saving.js';
import { Server } from '../server.js';

export async function start(page, config) {
  const part = (name) => page.querySelector(`[data-${name}]`);
  const modeler = createModeler({ canvas: part('canvas'), panel: part('panel'), world: config.world });
  const server = new Server(config.token);
  const tell = (kind, text) => message(part('message'), kind, text);
  const editor = { page, part, config, modeler, server, tell };
  page.pikEditor = { modeler, missing }; // for tests, and for the curious

  let warnings;
  try {
    ({ warnings } = await modeler.importXML(config.text));
  } catch (fault) {
    part('broken').hidden = false;
    part('broken').querySelector('[data-reason]').textContent = fault.message;
    page.dataset.ready = 'broken';
    return;
  }
  editor.saving = new Saving({
    modeler, server, config, tell, onConflict: (theirs, mine) => conflict(editor, theirs, mine),
  });
  await editor.saving.begin(config.version);
  const findings = new Findings({ modeler, server, config, place: part('findings'), text: () => xmlOf(modeler) });
  fit(modeler.get('canvas'));
  nameForReaders(part('canvas'));
  leavePanel(part('canvas'), part('panel'));
  tools(editor);
  offerKept(editor);
  modeler.get('pikLinting').lint();
  findings.ask();
  if (config.element && shown(modeler, config.element)) findings.go(config.element);
  if (warnings.length) tell('warning', say('Was der Zeichner nicht kennt, bleibt in der Datei: {text}', { text: warnings[0].message }));
  page.dataset.ready = 'yes';
}

function message(place, kind, text) {
  place.dataset.kind = kind;
  place.textContent = text;
}

const BESIDE = { left: 120, other: 30 }; // pixels: the palette lies at the left

// Shows all of the diagram beside the palette; not smaller than one can read.
function fit(canvas, smallest = 0.7) {
  const { inner, outer } = canvas.viewbox();
  if (!inner.width) return;
  const across = (outer.width - BESIDE.left - BESIDE.other) / inner.width;
  const down = (outer.height - 2 * BESIDE.other) / inner.height;
  const scale = Math.min(1, Math.max(smallest, Math.min(across, down)));
  canvas.viewbox({
    x: inner.x - BESIDE.left / scale,
    y: inner.y - BESIDE.other / scale,
    width: outer.width / scale,
    height: outer.height / scale,
  });
}

// The canvas takes the focus for its shortcuts; a screen reader is told what it is.
function nameForReaders(canvas) {
  const svg = canvas.querySelector('.djs-container > svg');
  svg?.setAttribute('role', 'application');
  svg?.setAttribute('aria-label', say('Zeichenfläche: Diagramm des Prozesses'));
}

// A field of the panel hands over its text when it is left, and the context pad is made anew then: too
// late for a click that is under way. So the field is left as soon as the pointer comes to the pad.
function leavePanel(canvas, panel) {
  const leave = ({ type, target, movementX, movementY }) => {
    const comes = type === 'pointerdown' || movementX || movementY;
    if (comes && target.closest('.djs-context-pad') && panel.contains(document.activeElement)) document.activeElement.blur();
  };
  canvas.addEventListener('pointermove', leave);
  canvas.addEventListener('pointerdown', leave);
}

function tools(editor) {
  const { page, part, config, modeler, saving } = editor;
  const name = config.path.split('/').pop().replace(/\.bpmn$/, '');
  const actions = modeler.get('editorActions');
  const doing = {
    undo: () => actions.trigger('undo'),
    redo: () => actions.trigger('redo'),
    larger: () => actions.trigger('stepZoom', { value: 1 }),
    smaller: () => actions.trigger('stepZoom', { value: -1 }),
    fit: () => fit(modeler.get('canvas'), 0.1),
    search: () => setTimeout(() => actions.trigger('find')), // the click that asks for it would close it
    simulate: () => modeler.get('toggleMode').toggleMode(),
    minimap: () => modeler.get('minimap').toggle(),
    svg: () => exportSvg(modeler, name),
    png: () => exportPng(modeler, name),
    file: async () => download(new Blob([await xmlOf(modeler)], { type: 'application/xml' }), `${name}.bpmn`),
    save: async () => (await saving.now()) && !saving.changed && editor.tell('saved', say('Alles ist gespeichert.')),
    compare: () => part('compare-choice').showModal(),
    help: () => part('help').showModal(),
  };
  page.addEventListener('click', (event) => {
    const button = event.target.closest('[data-do]');
    if (button && doing[button.dataset.do]) {
      doing[button.dataset.do]();
      button.closest('details')?.removeAttribute('open');
    }
  });
  page.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 's') {
      event.preventDefault();
      doing.save();
    } else if (event.key === '?' && !event.target.closest('input, textarea, [contenteditable], dialog')) {
      doing.help();
    }
  });
  const toggle = (name, active) => part(`tool-${name}`)?.setAttribute('aria-pressed', String(active));
  modeler.on('tokenSimulation.toggleMode', ({ active }) => {
    toggle('simulate', active);
    page.dataset.simulating = active;
  });
  modeler.on('minimap.toggle', ({ open }) => toggle('minimap', open));
  const undoable = () => {
    const stack = modeler.get('commandStack');
    part('tool-undo').disabled = !stack.canUndo();
    part('tool-redo').disabled = !stack.canRedo();
  };
  modeler.on('commandStack.changed', undoable);
  undoable();
  comparisons(editor);
}

function comparisons(editor) {
  const { part, config, modeler, server } = editor;
  const show = async (before, heading) => {
    editor.comparison ??= new Comparison(part('comparison'));
    await editor.comparison.show(before, await xmlOf(modeler), heading);
  };
  editor.compareWith = show;
  for (const button of part('compare-choice').querySelectorAll('[data-version]')) {
    button.addEventListener('click', async () => {
      const { ok, data } = await server.get(`${config.urls.version}?fassung=${button.dataset.version}`);
      part('compare-choice').close();
      if (ok) await show(data.text, button.textContent.trim());
      else editor.tell('danger', say('Diese Fassung ließ sich nicht laden.'));
    });
  }
  part('compare-file').addEventListener('change', async ({ target }) => {
    const [file] = target.files;
    if (!file) return;
    try {
      part('compare-choice').close();
      await show(await file.text(), file.name);
    } catch {
      part('comparison').close();
      editor.tell('danger', say('„{name}“ ist kein BPMN-Diagramm, das sich zeichnen lässt.', { name: file.name }));
    }
    target.value = '';
  });
}

// Somebody else saved the file: both texts are there, and the person decides.
function conflict(editor, theirs, mine) {
  const { part, saving, modeler, tell, config } = editor;
  const dialog = part('conflict');
  const who = { by: theirs.by, at: theirs.when };
  dialog.querySelector('[data-who]').textContent = say('{by} hat diese Datei gespeichert ({at}), während Sie daran gearbeitet haben. Beide Stände sind erhalten.', who);
  const answers = {
    look: () => editor.compareWith(theirs.text, say('Stand von {by}', who)),
    mine: async () => {
      dialog.close();
      await keepMine(editor, theirs);
    },
    theirs: async () => {
      dialog.close();
      download(new Blob([mine], { type: 'application/xml' }), `${config.path.split('/').pop().replace(/\.bpmn$/, '')}-mein-stand.bpmn`);
      await modeler.importXML(theirs.text);
      saving.stopped = saving.changed = false;
      saving.forget();
      await saving.begin(theirs.version);
      tell('saved', say('Der Stand von {by} ist geladen. Ihr Stand liegt als Datei in Ihren Downloads.', who));
    },
  };
  dialog.onclick = ({ target }) => answers[target.closest('[data-answer]')?.dataset.answer]?.();
  dialog.oncancel = () => tell('warning', say('Noch nicht gespeichert: Entscheiden Sie, welcher Stand gilt.'));
  dialog.onclose = () => {
    saving.stopped = false;
  };
  dialog.showModal();
}

// Over theirs: what the server is to change is then everything in which mine differs from it.
async function keepMine({ saving }, theirs) {
  saving.stopped = false;
  await saving.begin(theirs.version, await rewritten(theirs.text));
  saving.changed = true;
  await saving.now();
}

// What an earlier visit could not send.
function offerKept({ part, modeler, saving, tell }) {
  const kept = saving.kept();
  if (!kept) return;
  const place = part('kept');
  const time = new Date(kept.at).toLocaleString(document.documentElement.lang, { dateStyle: 'short', timeStyle: 'short' });
  place.querySelector('[data-when]').textContent = say('Vom {time} gibt es einen Stand, der nicht gespeichert werden konnte.', { time });
  place.hidden = false;
  place.onclick = async ({ target }) => {
    const answer = target.closest('[data-answer]')?.dataset.answer;
    if (!answer) return;
    place.hidden = true;
    if (answer === 'discard') {
      saving.forget();
      return;
    }
    await modeler.importXML(kept.text);
    await saving.begin(kept.seen, kept.base);
    saving.changed = true;
    await saving.now();
    if (!saving.stopped) modeler.get('pikLinting').lint();
    else tell('warning', say('Noch nicht gespeichert: Entscheiden Sie, welcher Stand gilt.'));
  };
}
