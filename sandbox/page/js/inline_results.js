/** What the bot offers while somebody types its name and some words: a list above the writing line. */

import { h } from "./dom.js";
import { walk } from "./menu.js";

const PAUSE = 250;

/** `hands`: botUsername, inline(query, offset) → an offer, choose(queryId, resultId), start(payload). */
export class InlineResults {
  constructor(host, hands, done) {
    this.host = host;
    this.hands = hands;
    this.done = done;
    this.asked = null;
  }

  /** The line has changed. */
  typed(line) {
    const query = this.queryIn(line);
    if (query === this.asked) return;
    this.asked = query;
    clearTimeout(this.timer);
    if (query === null) this.close();
    else this.timer = setTimeout(() => this.ask(query), PAUSE);
  }

  queryIn(line) {
    const name = `@${this.hands.botUsername} `.toLowerCase();
    return line.toLowerCase().startsWith(name) ? line.slice(name.length) : null;
  }

  async ask(query) {
    const offer = await this.hands.inline(query, "");
    if (query === this.asked) this.show(offer);
  }

  show(offer) {
    this.remove();
    if (!offer?.answered) return;
    const results = offer.results.map((result) => this.entry(offer, result));
    const list = h("div", { class: "commands inline-results", role: "listbox", "aria-label": "Results", onkeydown: (event) => walk(list, event) }, this.button(offer), results);
    if (!offer.results.length && !offer.button) list.append(h("p", {}, "The bot offers nothing."));
    this.host.append(list);
  }

  entry(offer, result) {
    const run = async () => {
      this.close();
      this.done();
      await this.hands.choose(offer.query_id, result.id);
    };
    return h("button", { type: "button", role: "option", onclick: run }, h("b", {}, result.title ?? result.type), h("span", {}, result.description ?? ""));
  }

  button({ button }) {
    if (!button?.start_parameter) return null;
    const run = () => {
      this.close();
      this.done();
      this.hands.start(button.start_parameter);
    };
    return h("button", { type: "button", class: "above", onclick: run }, button.text);
  }

  /** Put the list away; the same words ask anew. */
  close() {
    this.asked = null;
    clearTimeout(this.timer);
    this.remove();
  }

  remove() {
    this.host.querySelector(".inline-results")?.remove();
  }
}
