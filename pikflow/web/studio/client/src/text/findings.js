// The findings of the server's check as marks in the text: a second after the last change all files
// of the design are checked with this text, unsaved.

import { lintGutter, linter, lintKeymap } from '@codemirror/lint';
import { keymap } from '@codemirror/view';

import { Server } from '../server.js';
import { say } from '../words.js';

const AFTER = 1000; // milliseconds of quiet before the server is asked
const SEVERITY = { error: 'error', warning: 'warning', information: 'info' };
const WORDS = { error: () => say('Fehler'), warning: () => say('Warnung'), info: () => say('Hinweis') };

// `url` is asked about `path`; `tell` is called with a sentence that counts what was found.
export function marks({ url, path, token, tell }) {
  const server = new Server(token);
  let last = [];
  const source = async ({ state }) => {
    const text = state.doc.toString();
    const { ok, data } = await server.post(url, { path, text });
    if (ok) last = data.findings.filter((finding) => finding.file === path);
    const found = last.map((finding) => diagnostic(state.doc, finding));
    tell(counted(found));
    return found;
  };
  return [linter(source, { delay: AFTER }), lintGutter(), keymap.of(lintKeymap)];
}

function diagnostic(doc, { line, severity, message, hint, code }) {
  const place = doc.line(Math.min(Math.max(line, 1), doc.lines));
  const indent = /^[\s-]*/.exec(place.text)[0].length;
  const kind = SEVERITY[severity];
  return {
    from: Math.min(place.from + indent, place.to),
    to: place.to,
    severity: kind,
    message: `${WORDS[kind]()}: ${message} ${hint}`.trim(),
    source: code,
  };
}

function counted(found) {
  if (!found.length) return say('Keine Befunde');
  const count = (kind) => found.filter(({ severity }) => severity === kind).length;
  return say('Fehler: {errors}, Warnungen: {warnings}, Hinweise: {notes}', {
    errors: count('error'), warnings: count('warning'), notes: count('info'),
  });
}
