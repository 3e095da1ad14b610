// The texts of what goes into the editors, and those that have no translation: German for the
// libraries, English for our own.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import * as esbuild from 'esbuild';

const LIBRARIES = /node_modules\/(@codemirror\/(?!search)[a-z-]+|bpmn-js|diagram-js|diagram-js-[a-z-]+|bpmn-js-(?!i18n)[a-z-]+|@bpmn-io\/properties-panel)\//;
const ASKED = /\b_?(?:translate|pikTranslate|phrase)\(\s*(["'])((?:(?!\1)[^\\\n]|\\.)*)\1/g;
const LISTED = /\b(?:label|title|name)\s*:\s*(["'])([A-Z](?:(?!\1)[^\\\n]|\\.)*)\1/g;
const HAS_LISTS = /ReplaceOptions|create-append-anything|ColorPopupProvider/;
const OWN = /\bsay\(\s*(["'])((?:(?!\1)[^\\]|\\.)*)\1/g;
// The panel brings groups for engines we are not; they are never shown. Ours come before this line.
const PANEL_END = 'class BpmnPropertiesProvider';
const COMPUTED = /^( \+ |Align elements $|HELLO)/;

export async function untranslated(here, inputs, mended) {
  const { german, english } = await dictionaries(here);
  const asked = new Set();
  const said = new Set();
  for (const input of inputs.filter((path) => /\.jsx?$/.test(path))) {
    const code = mended(input, readFileSync(join(here, input), 'utf8'));
    if (LIBRARIES.test(input)) {
      const shown = input.includes('bpmn-js-properties-panel') ? code.split(PANEL_END)[0] : code;
      collect(shown, ASKED, asked);
      if (HAS_LISTS.test(input)) collect(code, LISTED, asked);
    } else if (input.startsWith('src/')) {
      collect(code, OWN, said);
    }
  }
  return [
    ...[...asked].filter((text) => text && !COMPUTED.test(text) && !(text in german)),
    ...[...said].filter((text) => !(text in english)),
  ];
}

function collect(code, pattern, found) {
  for (const [, , text] of code.matchAll(pattern)) found.add(text.replace(/\\(['"])/g, '$1'));
}

async function dictionaries(here) {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: here,
    stdin: {
      contents: "export * from './src/words/german.js'; export * from './src/words/english.js';",
      resolveDir: here,
    },
    bundle: true,
    write: false,
    format: 'esm',
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}
