/** The drawer with the bot's calls, newest last; it asks for news only while it is open. */

import { readDepartures, readLog, Refused } from "./api.js";
import { exactTime } from "./clock.js";
import { DepartureList } from "./departures.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

const EVERY = 1_000;
const KEEP = 400;

/** `name(chatId)` turns a chat id into a person's name. */
export class LogDrawer {
  constructor(host, name) {
    this.host = host;
    this.name = name;
    this.after = 0;
    this.list = h("ol", { class: "calls", tabindex: 0, "aria-label": "Calls" }, h("li", { class: "none" }, "The bot has not called yet."));
    this.filter = h("input", { type: "search", placeholder: "Filter by method or text", "aria-label": "Filter calls", oninput: () => this.sift() });
    const close = h("button", { type: "button", class: "quiet-button", "aria-label": "Close the log", onclick: () => this.toggle() }, icon("close"));
    this.departures = new DepartureList();
    host.append(h("header", {}, h("h2", {}, "Bot API calls"), this.filter, close), this.departures.host, this.list);
  }

  toggle() {
    this.host.hidden = !this.host.hidden;
    clearTimeout(this.timer);
    if (!this.host.hidden) this.refresh();
  }

  async refresh() {
    try {
      const { entries } = await readLog(this.after);
      if (entries.length) this.add(entries);
      this.departures.show(await readDepartures());
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
    if (!this.host.hidden) this.timer = setTimeout(() => this.refresh(), EVERY);
  }

  add(entries) {
    const atEnd = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 40;
    this.after = entries.at(-1).seq;
    this.list.querySelector(".none")?.remove();
    this.list.append(...entries.map((entry) => this.draw(entry)));
    while (this.list.children.length > KEEP) this.list.firstChild.remove();
    this.sift();
    if (atEnd) this.list.scrollTop = this.list.scrollHeight;
  }

  draw(entry) {
    const params = JSON.stringify(entry.params ?? {}, null, 2);
    const brief = entry.ok ? String(entry.params?.text ?? entry.params?.caption ?? "") : String(entry.error ?? "refused");
    const line = h(
      "summary",
      {},
      h("time", {}, exactTime(entry.at)),
      h("span", { class: "name" }, entry.method),
      h("span", {}, entry.chat_id ? this.name(entry.chat_id) : ""),
      h("span", { class: "rest" }, brief),
    );
    const words = `${entry.method} ${params}`.toLowerCase();
    const item = h("li", { class: entry.ok ? null : "failed" }, h("details", {}, line, h("pre", {}, entry.ok ? params : `${entry.error ?? ""}\n${params}`)));
    item.words = words;
    return item;
  }

  sift() {
    const wanted = this.filter.value.trim().toLowerCase();
    for (const item of this.list.children) item.hidden = Boolean(wanted && item.words && !item.words.includes(wanted));
  }
}
