/** Where the bot's calls, or this sandbox's answers and updates, are not as the Bot API's specification has them. */

import { h } from "./dom.js";

const WHAT = { call: "call of", answer: "answer to", update: "update" };

/** A departure in one line. */
export const inWords = ({ what, name, problems }) => `Not as specified: ${WHAT[what]} ${name}: ${problems.join("; ")}`;

/** The list above the calls; it is there only when there is something in it. */
export class DepartureList {
  constructor() {
    this.total = 0;
    this.host = h("ul", { class: "departures", hidden: true, "aria-label": "Departures from the specification" });
  }

  show({ departures, total }) {
    if (total === this.total) return;
    this.total = total;
    this.host.hidden = !departures.length;
    this.host.replaceChildren(...departures.map((departure) => h("li", {}, inWords(departure))));
  }
}
