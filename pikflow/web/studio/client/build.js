// Builds the editors into pikflow/web/static/studio: one script and one style sheet for each entry,
// the fonts they use, BUILD.json with the SHA-256 of what was built and from what, and the licences
// of everything inside. The same sources give the same bytes on every machine.
//
//   node build.js            builds into ../../static/studio
//   node build.js --out DIR  builds there, to compare

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

import * as esbuild from 'esbuild';

import { mendings, translated } from './libraries.js';
import { untranslated } from './texts.js';

const HERE = dirname(fileURLToPath(import.meta.url));
const asked = process.argv.indexOf('--out');
const OUT = asked > 0 ? process.argv[asked + 1] : join(HERE, '..', '..', 'static', 'studio');
const ENTRIES = ['diagram', 'table', 'text'];
const SOURCES = ['build.js', 'libraries.js', 'texts.js', 'package.json', 'package-lock.json', 'src'];

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });

const result = await esbuild.build({
  absWorkingDir: HERE,
  entryPoints: ENTRIES.map((name) => `src/${name}.js`),
  outdir: OUT,
  bundle: true,
  minify: true,
  metafile: true,
  format: 'esm',
  target: ['es2022'],
  charset: 'utf8',
  legalComments: 'none', // all of them are in THIRD_PARTY_LICENSES.txt
  jsx: 'automatic',
  jsxImportSource: '@bpmn-io/properties-panel/preact',
  // The policy of our pages loads fonts from ourselves only, so none lies inside a style sheet.
  loader: { '.woff2': 'file' },
  assetNames: '[name]',
  plugins: [mendings(HERE)],
  logLevel: 'warning',
});

const inputs = Object.keys(result.metafile.inputs);
const missing = await untranslated(HERE, inputs, (path, code) => (path.includes('token-simulation') ? translated('')(code) : code));
if (missing.length) throw new Error(`without translation:\n${missing.join('\n')}`);

writeFileSync(join(OUT, 'THIRD_PARTY_LICENSES.txt'), licences(inputs));
writeFileSync(join(OUT, 'BUILD.json'), `${JSON.stringify(record(), null, 2)}\n`);

// The licence of every package of which a file is in a bundle, sorted by name.
function licences(inputs) {
  const homes = new Set(inputs.map(home).filter(Boolean));
  const parts = [...homes].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json')));
    const file = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
    if (!file && !license) throw new Error(`${name} names no licence`);
    const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `Licence: ${license}`;
    return [name, `${name} ${version}\n${'-'.repeat(name.length + version.length + 1)}\n\n${text}`];
  });
  const texts = parts.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
  return `${texts.join('\n\n\n').replace(/\r\n/g, '\n')}\n`;
}

// The folder of the package a bundled file belongs to; null for our own files.
function home(input) {
  const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
  return found && existsSync(join(HERE, found[1], 'package.json')) ? join(HERE, found[1]) : null;
}

function record() {
  return {
    built: hashes(files(OUT).filter((file) => file !== join(OUT, 'BUILD.json')), OUT),
    source: hashes(SOURCES.flatMap((name) => files(join(HERE, name))), HERE),
  };
}

function files(path) {
  try {
    return readdirSync(path).flatMap((name) => files(join(path, name)));
  } catch {
    return [path]; // not a folder
  }
}

function hashes(paths, base) {
  const entries = paths.map((path) => [
    relative(base, path).split(sep).join('/'),
    createHash('sha256').update(readFileSync(path)).digest('hex'),
  ]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
