// Saving as one works: two seconds after the last change, one at a time, and never over what
// somebody else saved. What can't be sent stays in the browser until it is.
//
// `base` is what bpmn-js wrote of the file before the first change. The server is sent both: it
// puts only the difference into the text of the file, so that comments, order, attributes of other
// tools and positions of what was not touched stay as they were.

import { say } from '../words.js';
import { xmlOf } from './modeler.js';

const AFTER = 2000; // milliseconds of quiet
const AGAIN = 30_000; // between tries while the server can't be reached

export class Saving {
  constructor({ modeler, server, config, tell, onConflict }) {
    Object.assign(this, { modeler, server, config, tell, onConflict });
    this.key = `pik-diagram:${config.design}:${config.path}`;
    this.busy = null;
    this.stopped = config.closed; // and while a conflict is decided
  }

  // To be called after each import: what is on the canvas is version `version` of the file.
  async begin(version, base) {
    this.seen = version;
    this.base = base ?? (await xmlOf(this.modeler));
    if (!this.listening) this.listen();
  }

  listen() {
    this.listening = true;
    this.modeler.on('commandStack.changed', () => this.later());
    addEventListener('online', () => this.kept() && this.now());
    addEventListener('pagehide', () => this.changed && this.latest && this.keep(this.latest));
    addEventListener('beforeunload', (event) => {
      if (this.changed) event.preventDefault();
    });
  }

  later() {
    if (this.config.closed) return;
    this.changed = true;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.now(), AFTER);
  }

  // Saves at once; true when the server has what is on the canvas.
  async now() {
    clearTimeout(this.waiting);
    if (this.stopped) return false;
    if (this.busy) {
      await this.busy;
      if (!this.changed) return true;
    }
    this.busy = this.send();
    try {
      return await this.busy;
    } finally {
      this.busy = null;
    }
  }

  async send() {
    const text = (this.latest = await xmlOf(this.modeler));
    if (text === this.base) {
      this.changed = false;
      this.forget();
      return true;
    }
    this.keep(text);
    const { ok, status, data } = await this.server.post(this.config.urls.save, {
      base: this.base, text, seen: this.seen,
    });
    if (ok) return this.done(text, data);
    if (status === 409) {
      this.stopped = true;
      this.onConflict(data, text);
    } else if (status === 401) {
      this.tell('warning', say('Sie sind abgemeldet. Ihr Stand bleibt in diesem Browser. Melden Sie sich in einem neuen Tab an; dann wird gespeichert.'));
      this.retry();
    } else if (status === 0 || status >= 500) {
      this.tell('warning', say('Keine Verbindung. Ihr Stand bleibt in diesem Browser und wird gespeichert, sobald es wieder geht.'));
      this.retry();
    } else {
      this.tell('danger', data.message ?? say('Das ließ sich nicht speichern ({status}). Ihr Stand bleibt in diesem Browser.', { status }));
    }
    return false;
  }

  done(text, { version, at }) {
    this.base = text;
    this.seen = version;
    this.changed = false;
    this.forget();
    this.tell('saved', say('Entwurf gespeichert um {time}', { time: at }));
    return true;
  }

  retry() {
    clearTimeout(this.again);
    this.again = setTimeout(() => this.now(), AGAIN);
  }

  keep(text) {
    const { base, seen } = this;
    try {
      localStorage.setItem(this.key, JSON.stringify({ text, base, seen, at: Date.now() }));
    } catch {
      this.tell('warning', say('Dieser Browser kann nichts aufheben. Schließen Sie die Seite erst, wenn gespeichert ist.'));
    }
  }

  kept() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null;
    }
  }

  forget() {
    localStorage.removeItem(this.key);
  }
}
