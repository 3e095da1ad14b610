// What a JSON Schema allows at a place of a YAML text, as far as completion needs it: references,
// choices (oneOf, anyOf), allOf, properties, items, enum and const.

export class Schema {
  constructor(root) {
    this.root = root;
  }

  // The objects that may stand at a place (place.js): those that the keys beside it contradict least.
  at({ path, beside }) {
    let found = this.flat(this.root);
    for (const step of path) found = found.flatMap((one) => this.inside(one, step));
    const objects = found.filter((one) => one.properties || isObject(one.additionalProperties));
    const faults = objects.map((one) => [...beside].filter(([name, value]) => !fits(this.value(one, name), value)).length);
    return objects.filter((_, number) => faults[number] === Math.min(...faults));
  }

  // {name, title, description, required, opens} of the keys that may be written there.
  keys(place) {
    const known = new Map();
    const objects = this.at(place);
    for (const one of objects) {
      for (const [name, schema] of Object.entries(one.properties ?? {})) {
        if (known.has(name)) continue;
        // Before the type of a field is known, what most types need.
        const required = objects.filter((other) => other.required?.includes(name)).length > objects.length / 2;
        known.set(name, { name, required, ...this.told(schema), opens: this.opens(schema) });
      }
    }
    return [...known.values()].filter(({ name }) => !place.beside.has(name));
  }

  // {value, description} of the words that may be written as the value of a key, or as list item.
  values(place) {
    const schemas = place.key === null
      ? place.path.reduce((found, step) => found.flatMap((one) => this.inside(one, step)), this.flat(this.root))
      : this.at(withoutKey(place)).flatMap((one) => this.value(one, place.key));
    const known = new Map();
    for (const one of schemas) {
      const words = one.enum ?? ('const' in one ? [one.const] : one.type === 'boolean' ? [true, false] : []);
      words.forEach((word, number) => {
        const description = one.enumDescriptions?.[number] ?? ('const' in one ? one.title : '') ?? '';
        if (!known.has(String(word))) known.set(String(word), { value: String(word), description });
      });
    }
    return [...known.values()];
  }

  told(schema) {
    const { title = '', description = '' } = schema.title ? schema : { ...this.flat(schema)[0], ...schema };
    return { title, description };
  }

  // "[]" for a list, "{}" for a mapping, "" for a single value.
  opens(schema) {
    const kinds = this.flat(schema).map((one) => (one.type === 'array' ? '[]' : one.type === 'object' ? '{}' : ''));
    return kinds.includes('') ? '' : (kinds[0] ?? '');
  }

  inside(one, step) {
    if (step === null) return one.items ? this.flat(one.items) : [];
    return this.value(one, step);
  }

  value(one, name) {
    const found = one.properties?.[name] ?? (isObject(one.additionalProperties) ? one.additionalProperties : null);
    return found ? this.flat(found) : [];
  }

  // A schema as the list of its choices, each with references and allOf taken in.
  flat(schema) {
    const { $ref, oneOf, anyOf, allOf, ...own } = schema;
    const named = $ref ? this.flat(this.named($ref)).map((one) => ({ ...one, ...own })) : null;
    if (named) return named;
    if (oneOf ?? anyOf) return (oneOf ?? anyOf).flatMap((one) => this.flat(one)).map((one) => ({ ...own, ...one }));
    return [(allOf ?? []).flatMap((one) => this.flat(one)).reduce(joined, own)];
  }

  named(pointer) {
    return pointer.slice(2).split('/').reduce((found, part) => found[part], this.root);
  }
}

function joined(own, more) {
  return {
    ...more,
    ...own,
    properties: { ...more.properties, ...own.properties },
    required: [...(own.required ?? []), ...(more.required ?? [])],
  };
}

// Whether a key beside is known with this value: of values only closed words decide.
function fits(schemas, value) {
  if (!schemas.length) return false;
  const closed = schemas.filter((one) => one.enum || 'const' in one);
  if (closed.length < schemas.length || !value) return true;
  return closed.some((one) => (one.enum ?? [one.const]).map(String).includes(value));
}

// What is being written at a key is not yet a value that decides.
function withoutKey(place) {
  const beside = new Map(place.beside);
  beside.delete(place.key);
  return { ...place, beside };
}

function isObject(value) {
  return typeof value === 'object' && value !== null;
}
