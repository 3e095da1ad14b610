// What is mended in libraries while they are bundled. Each mending must find its text, so that a
// new release which needs another one, or none, stops the build.

import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

// Our pages allow no style in an attribute or an element. Icons drawn with style="fill:none" get the
// same as attributes; the file of the bpmn.io logo is never touched (its licence).
const STYLED = /\/node_modules\/(bpmn-js|diagram-js|bpmn-js-color-picker|dmn-js[a-z-]*)\/.*\.js$/;
const LOGO = 'bpmn.io/license';
const STYLE = /style="((?:[a-z-]+: ?[^;"$]+;? ?)+)"/g;

function withoutStyles(code) {
  if (code.includes(LOGO)) return code;
  return code.replace(STYLE, (_, rules) =>
    rules.split(';').map((rule) => rule.trim()).filter(Boolean)
      .map((rule) => rule.replace(/^([a-z-]+): ?(.*)$/, '$1="$2"')).join(' '));
}

// CodeMirror writes its rules into a style element of the page; a constructed style sheet is allowed.
function adopted(code) {
  return replaced(code, '!root.head && root.adoptedStyleSheets', 'root.adoptedStyleSheets');
}

// A style in markup is refused wherever the markup is read; a script may set the same one.
function styledByScript(code) {
  return replaced(code, 'element.innerHTML = prefix + htmlString + suffix;',
    `element.innerHTML = prefix + htmlString.replace(/\\sstyle=(["'])(.*?)\\1/gs, ' data-pik-style=$1$2$1') + suffix;
	for (const styled of element.querySelectorAll('[data-pik-style]')) {
		styled.style.cssText = styled.dataset.pikStyle;
		delete styled.dataset.pikStyle;
	}`);
}

// The token simulation speaks English only: its texts go through our words.
export function translated(words) {
  return (code) => {
    const told = code
      .replace('${ wait ? \'Remove\' : \'Add\' } pause point', '${ pikTranslate(wait ? \'Remove pause point\' : \'Add pause point\') }')
      .replace('title="Set animation speed = ${', 'title="${ pikTranslate(\'Set animation speed\') } ${')
      .replace('title="Focus process instance ${', 'title="${ pikTranslate(\'Focus process instance\') } ${')
      .replace(/'(<p class="bts-entry placeholder">)No Entries(<\/p>)'/, '`$1No Entries$2`')
      .replace(/>No Entries</g, '>${ pikTranslate(\'No Entries\') }<')
      .replace(/'SubProcess'\) : 'Process'/g, "pikTranslate('SubProcess')) : pikTranslate('Process')")
      .replace("} started`", "} ${ pikTranslate('started') }`")
      .replace(/completed \? 'finished' : 'canceled'/, "pikTranslate(completed ? 'finished' : 'canceled')")
      .replace(/\bToken Simulation (?=<span)/g, '${ pikTranslate(\'Token Simulation\') } ')
      .replace(/title="([A-Z][\w ]*(?:\/[\w ]+)?)"/g, 'title="${ pikTranslate(\'$1\') }"')
      .replace(/(\|\||text:) '([A-Z][\w ]*)'/g, '$1 pikTranslate(\'$2\')');
    return told === code ? code : `import { translate as pikTranslate } from ${JSON.stringify(words)};\n${told}`;
  };
}

// The list of a multi-instance is a name of the case, no reference to an element of the file.
function listsByName(code) {
  return ['loopDataInputRef', 'loopDataOutputRef'].reduce((text, name) => replaced(text,
    `name: "${name}",\n\t\t\t\ttype: "ItemAwareElement",\n\t\t\t\tisReference: true`, `name: "${name}", type: "String"`), code);
}

// The column of numbers has a head without a word; a screen reader needs one.
function numbered(words) {
  return (code) => `import { createTextVNode } from 'inferno';
import { translate as pikTranslate } from ${JSON.stringify(words)};\n${
    replaced(code, 'createVNode(1, "th", "index-column")', 'createVNode(1, "th", "index-column", createTextVNode(pikTranslate("Rule")), 2)')}`;
}

// The fields of a decision table put text in place of a selection as our own editor does.
function replacing(here) {
  const text = join(here, 'src', 'text', 'replace.js');
  return (code) => `import { replaceSelection as pikReplace } from ${JSON.stringify(text)};\n${
    replaced(code, 'keyHandler,\n', 'keyHandler,\n    EditorView.domEventHandlers({ beforeinput: pikReplace }),\n')}`;
}

// Icon fonts come in five formats; every browser that runs the editors reads WOFF2.
function oneFormat(css) {
  const font = /url\('([^']+\.woff2)[^']*'\)/.exec(css)[1];
  const face = `@font-face { font-family: '${basename(font, '.woff2')}'; src: url('${font}') format('woff2'); }`;
  return css.replace(/\/\*[^]*?\*\//g, '').replace(/@font-face \{[^}]*\}/, face);
}

function replaced(code, from, to) {
  if (!code.includes(from)) throw new Error(`nothing to mend: ${from}`);
  return code.replace(from, to);
}

export function mendings(here) {
  const words = join(here, 'src', 'words.js');
  const mend = (build, filter, loader, ...steps) =>
    build.onLoad({ filter }, ({ path }) => ({
      contents: steps.reduce((text, step) => step(text), readFileSync(path, 'utf8')),
      loader,
    }));
  return {
    name: 'mendings',
    setup(build) {
      mend(build, /\/bpmn-js-token-simulation\/lib\/.*\.js$/, 'js', withoutStyles, translated(words));
      mend(build, /\/decision-table-head\/components\/DecisionTableHead\.js$/, 'js', numbered(join(here, 'src', 'table', 'words.js')));
      mend(build, /\/@bpmn-io\/feel-editor\/dist\/index\.js$/, 'js', replacing(here));
      mend(build, /\/bpmn-moddle\/dist\/index\.js$/, 'js', listsByName);
      mend(build, STYLED, 'js', withoutStyles);
      mend(build, /\/domify\/index\.js$/, 'js', styledByScript);
      mend(build, /\/style-mod\/src\/style-mod\.js$/, 'js', adopted);
      mend(build, /-font\/css\/[a-z]+\.css$/, 'css', oneFormat);
    },
  };
}
