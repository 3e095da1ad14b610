// Completion of a YAML text from a JSON Schema: keys that may stand here, required ones first, and
// words of closed lists, each with what it means.

import { placeAt } from './place.js';
import { say } from '../words.js';

// A completion source; `schema` is a promise of a Schema, or of null when there is none.
export function completeFrom(schema) {
  return async ({ state, pos, explicit }) => {
    const known = await schema;
    const place = known && placeAt(state.doc.toString(), pos);
    if (!place || (!explicit && pos === place.from && place.key === null)) return null;
    const values = known.values(place).map((one) => ({ label: one.value, type: 'enum', info: one.description || undefined, detail: '' }));
    const keys = place.key === null ? known.keys(place).map(option) : [];
    if (!keys.length && !values.length) return null;
    return { from: place.from, options: [...keys, ...values], validFor: /^[\w.-]*$/ };
  };
}

function option({ name, title, description, required, opens }) {
  return {
    label: name,
    detail: title,
    info: description || undefined,
    type: 'property',
    boost: required ? 1 : 0,
    apply: opens ? `${name}:` : `${name}: `,
    section: required ? { name: say('Pflicht'), rank: 0 } : { name: say('Freiwillig'), rank: 1 },
  };
}
