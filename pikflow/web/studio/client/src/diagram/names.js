// Completion: the names a case has at an element, as the server's check knows them, and the
// functions of the language.

import { say } from '../words.js';
import { owner, processOf } from './facts.js';

export class Names {
  constructor(world) {
    this.known = {};
    this.functions = world.functions.map(({ name, about }) => ({ name, type: about, kind: 'function' }));
  }

  // `known` is {element id: [{name, type, sure}]}, as the server gives it with the findings.
  learn(known) {
    this.known = known;
  }

  // Of an element the check does not know yet, or does not reach: what is known in its process.
  at(element) {
    const names = this.known[owner(element).id] ?? this.known[processOf(element)?.id] ?? [];
    return [...names, ...this.functions];
  }
}

Names.$inject = ['config.pik'];

export const namesModule = { pikNames: ['type', Names] };

// The field types of the form language as a person calls them.
const TYPES = {
  address: say('Adresse'), bool: say('ja oder nein'), choice: say('Auswahl'), codelist: say('Auswahl'), confirm: say('ja oder nein'),
  date: say('Datum'), decimal: say('Zahl'), email: say('E-Mail-Adresse'), file: say('Datei'), group: say('Liste'), integer: say('ganze Zahl'),
  matrix: say('Tabelle'), money: say('Betrag'), month: say('Monat'), multichoice: say('mehrere aus einer Auswahl'), organisation: say('Organisation'),
  percent: say('Prozent'), period: say('Zeitraum'), person: say('Person'), phone: say('Telefonnummer'), text: say('Text'), textarea: say('Text'),
};

const WORD = /[\p{L}_][\p{L}\p{N}_.]*/u;

export function completeFrom(known) {
  return (context) => {
    const word = context.matchBefore(WORD);
    if (!word && !context.explicit) return null;
    const written = word?.text ?? '';
    const options = known()
      .filter(({ name }) => fits(name, written))
      .map(({ name, type, sure = true, kind }) => ({
        label: name,
        detail: [TYPES[type] ?? type, sure ? '' : say('nicht auf allen Wegen')].filter(Boolean).join(', '),
        type: kind ?? 'variable',
        apply: kind === 'function' ? `${name}(` : name,
      }));
    return options.length ? { from: word ? word.from : context.pos, options, validFor: /^[\p{L}\p{N}_.]*$/u } : null;
  };
}

// Names below a dot come once their first part is written: "antrag." offers "antrag.betrag_eur".
function fits(name, written) {
  const depth = written.split('.').length;
  return name.split('.').length <= depth + (written ? 1 : 0);
}
