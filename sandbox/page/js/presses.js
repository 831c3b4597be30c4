/** Presses on inline buttons that wait for the bot's answer. */

import { readAnswer } from "./api.js";

/** A client gives up after this long, in milliseconds; the bot may still answer later. */
const PATIENCE = 15_000;

/** Remembers who waits; `changed(messageId)` asks for the message to be drawn again. */
export class Presses {
  constructor(changed) {
    this.changed = changed;
    this.waiting = new Map();
    this.arrived = new Map();
  }

  isWaiting(messageId, data) {
    return this.waiting.has(key(messageId, data));
  }

  /** Send a press with `send()`, wait, and return the answer { text, alert, url }, or null where none came. */
  async press(messageId, data, send) {
    const id = key(messageId, data);
    if (this.waiting.has(id)) return null;
    this.waiting.set(id, true);
    this.changed(messageId);
    try {
      const { query_id: queryId } = await send();
      if (!queryId) return null; // A payment: the bot is asked, and what it says is a message.
      await this.answered(queryId);
      const answer = await readAnswer(queryId);
      return answer.answered ? answer : null;
    } finally {
      this.waiting.delete(id);
      this.changed(messageId);
    }
  }

  /** Resolves when the answer event came (perhaps before we knew the query's id) or patience ends. */
  answered(queryId) {
    return new Promise((resolve) => {
      if (this.arrived.delete(queryId)) return resolve();
      this.arrived.set(queryId, resolve);
      setTimeout(() => this.arrived.delete(queryId) && resolve(), PATIENCE);
    });
  }

  /** An answer event. */
  hear(queryId) {
    const resolve = this.arrived.get(queryId);
    if (resolve === undefined) this.arrived.set(queryId, null);
    else if (resolve) {
      this.arrived.delete(queryId);
      resolve();
    }
  }
}

const key = (messageId, data) => `${messageId} ${data}`;
