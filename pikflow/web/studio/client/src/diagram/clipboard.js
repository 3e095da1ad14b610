// Copy and paste between diagrams: what was copied stays in the browser's storage, so another tab
// with another diagram of ours can paste it. It never leaves the browser.

const KEY = 'pik-diagram-clipboard';

export class SharedClipboard {
  static $inject = ['moddle'];

  constructor(moddle) {
    this.moddle = moddle;
  }

  set(data) {
    this.data = data;
    try {
      localStorage.setItem(KEY, JSON.stringify(data));
    } catch {
      localStorage.removeItem(KEY); // too large, or no storage: this diagram still has it
    }
  }

  get() {
    const kept = localStorage.getItem(KEY);
    return kept ? JSON.parse(kept, reviver(this.moddle)) : this.data;
  }

  clear() {
    const data = this.get();
    this.data = undefined;
    localStorage.removeItem(KEY);
    return data;
  }

  isEmpty() {
    return !this.data && !localStorage.getItem(KEY);
  }
}

// Makes model elements of what was written as JSON; the same id is the same element.
function reviver(moddle) {
  const made = new Map();
  return (_, value) => {
    if (!value || typeof value !== 'object' || typeof value.$type !== 'string') return value;
    if (value.id && made.has(value.id)) return made.get(value.id);
    const { $type, ...attributes } = value;
    const element = moddle.create($type, attributes);
    if (value.id) made.set(value.id, element);
    return element;
  };
}

export const clipboardModule = { clipboard: ['type', SharedClipboard] };
