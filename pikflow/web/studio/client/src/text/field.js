// An editor over a text field of the page. The field stays the truth: it is what is sent, and what
// is put into it from outside (the event pik:text) comes into the editor without losing its history.

import { yaml } from '@codemirror/lang-yaml';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';

import { say } from '../words.js';
import { completeFrom } from './completing.js';
import { createEditor } from './editor.js';
import { marks } from './findings.js';
import { Schema } from './schema.js';

export function editField(field) {
  const label = field.labels[0];
  const name = label?.textContent.trim() ?? '';
  const told = part('p', 'pik-text__told');
  const help = part('p', 'pik-text__help');
  told.setAttribute('role', 'status');
  help.id = `${field.id}-help`;
  help.textContent = say('Strg+Leertaste zeigt, was hier stehen kann. Esc schließt die Vorschläge, Tab verlässt das Feld. F8 führt zum nächsten Befund, Strg+Z nimmt zurück.');
  const { pikSchema: schema, pikCheck: url, pikPath: path, pikToken: token } = field.dataset;
  let taking = false; // what comes from the field need not go back into it
  const editor = createEditor({
    text: field.value,
    label: name,
    language: [
      yaml(),
      EditorView.contentAttributes.of({ 'aria-describedby': help.id, 'aria-multiline': 'true', spellcheck: 'false' }),
      url ? marks({ url, path, token, tell: (text) => { told.textContent = text; } }) : [],
      field.readOnly ? [EditorState.readOnly.of(true), EditorView.contentAttributes.of({ 'aria-readonly': 'true' })] : [],
    ],
    complete: schema && !field.readOnly ? completeFrom(load(schema)) : undefined,
    onChange: (text) => {
      if (taking) return;
      field.value = text;
      field.dispatchEvent(new Event('input', { bubbles: true }));
    },
  });
  field.addEventListener('pik:text', () => {
    taking = true;
    editor.dispatch({ changes: difference(editor.state.doc.toString(), field.value) });
    taking = false;
  });
  // One name, one field: the label now belongs to the editor.
  label?.removeAttribute('for');
  label?.addEventListener('click', () => editor.focus());
  const place = part('div', 'pik-text');
  place.append(editor.dom, told, help);
  field.after(place);
  field.hidden = true;
  if (field.dataset.pikLine) goTo(editor, Number(field.dataset.pikLine));
  return editor;
}

async function load(url) {
  try {
    const response = await fetch(url, { headers: { Accept: 'application/json' } });
    return response.ok ? new Schema(await response.json()) : null;
  } catch {
    return null; // offline: nothing is offered
  }
}

function goTo(editor, number) {
  const { from, to } = editor.state.doc.line(Math.min(Math.max(number, 1), editor.state.doc.lines));
  editor.dispatch({ selection: { anchor: from, head: to }, effects: EditorView.scrollIntoView(from, { y: 'center' }) });
  editor.focus();
}

// The one piece in which two texts differ, as a change of CodeMirror.
function difference(old, fresh) {
  let from = 0;
  while (from < old.length && from < fresh.length && old[from] === fresh[from]) from += 1;
  let end = 0;
  while (end < Math.min(old.length, fresh.length) - from && old.at(-1 - end) === fresh.at(-1 - end)) end += 1;
  return { from, to: old.length - end, insert: fresh.slice(from, fresh.length - end) };
}

function part(tag, name) {
  const made = document.createElement(tag);
  made.className = name;
  return made;
}
