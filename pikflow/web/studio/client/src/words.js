// The words on screen: German is the source of our own texts, English that of the libraries.

import { german } from './words/german.js';
import { english } from './words/english.js';

export const language = document.documentElement.lang === 'en' ? 'en' : 'de';
// Texts of the libraries that were asked for and have no German; a test wants it empty.
export const missing = new Set();

// The texts of CodeMirror.
export const phrases = language === 'de' ? german : {};

const own = language === 'en' ? english : {};

// Our own text; {name} is replaced from `values`.
export function say(text, values = {}) {
  return filled(own[text] ?? text, values);
}

// The text of a library, as its module `translate`.
export function translate(text, values = {}) {
  if (language === 'de' && text && !(text in german)) missing.add(text);
  return filled((language === 'de' && german[text]) || text, values ?? {});
}

function filled(text, values) {
  return text.replace(/{([^}]+)}/g, (whole, name) => values[name] ?? whole);
}

export const translateModule = { translate: ['value', translate] };
