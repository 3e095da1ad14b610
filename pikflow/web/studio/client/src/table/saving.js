// Saving as one works: two seconds after the last change, one at a time, and never over what
// somebody else saved. What can't be sent stays in this browser until it is.
//
// The server is sent what dmn-js made of the file before the change (`base`) and after it (`text`),
// and does only the difference to the file: comments and foreign elements stay.

const AFTER = 2000; // milliseconds of quiet
const AGAIN = 30_000; // between tries while the server can't be reached

export class Saving {
  // `write` gives the XML, `tell(kind, key)` says one of the page's sentences.
  constructor({ write, server, config, tell, onConflict }) {
    Object.assign(this, { write, server, config, tell, onConflict });
    this.key = `pik-table:${config.design}:${config.path}`;
    this.seen = config.version;
    addEventListener('beforeunload', (event) => this.changed && event.preventDefault());
    addEventListener('online', () => this.changed && this.now());
  }

  async begin() {
    this.base = await this.write();
  }

  later() {
    this.changed = true;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.now(), AFTER);
  }

  async now() {
    clearTimeout(this.waiting);
    if (this.stopped) return;
    while (this.busy) await this.busy;
    this.busy = this.send();
    await this.busy;
    this.busy = null;
  }

  async send() {
    const text = await this.write();
    if (text === this.base) {
      this.done(text, this.seen);
      return;
    }
    this.keep(text);
    const body = { base: this.base, text, seen: this.seen };
    const { ok, status, data } = await this.server.post(this.config.urls.save, body);
    if (ok) {
      this.done(text, data.version);
      this.tell('saved', 'saved', data);
    } else if (status === 409) {
      this.stopped = true;
      this.onConflict(data);
    } else if (status === 401 || status === 0 || status >= 500) {
      this.tell('warning', status === 401 ? 'signed_out' : 'offline');
      this.waiting = setTimeout(() => this.now(), AGAIN);
    } else {
      this.tell('danger', 'refused', data);
    }
  }

  done(text, version) {
    this.base = text;
    this.seen = version;
    this.changed = false;
    localStorage.removeItem(this.key);
  }

  keep(text) {
    try {
      localStorage.setItem(this.key, JSON.stringify({ text, base: this.base, seen: this.seen }));
    } catch {
      this.tell('warning', 'not_kept');
    }
  }

  // What an earlier visit could not send, when it belongs to this version of the file.
  kept() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key));
      return kept && kept.seen === this.seen && kept.text !== this.base ? kept : null;
    } catch {
      return null;
    }
  }
}
