/** On a narrow screen one phone is seen at a time; these tabs choose which. */

import { h } from "./dom.js";

/** Tabs over phones: add(phone), select(id), unread(id). */
export class Tabs {
  constructor(host) {
    this.host = host;
    this.phones = new Map();
    this.current = null;
    host.addEventListener("keydown", (event) => this.walk(event));
  }

  add(phone) {
    const { id } = phone.card;
    const tab = h("button", { type: "button", class: "tab", role: "tab", id: `tab-${id}`, "aria-controls": `phone-${id}`, onclick: () => this.select(id) });
    this.phones.set(id, { phone, tab });
    this.host.append(tab);
    this.rename(id);
    if (this.current === null) this.select(id);
    else this.mark(id);
  }

  rename(id) {
    const { phone, tab } = this.phones.get(id);
    tab.replaceChildren(phone.card.name, h("small", {}, phone.card.label));
  }

  select(id) {
    this.current = id;
    for (const each of this.phones.keys()) this.mark(each);
    const { phone, tab } = this.phones.get(id);
    delete tab.dataset.unread;
    tab.scrollIntoView({ inline: "nearest", block: "nearest" });
    phone.thread.toEnd();
  }

  mark(id) {
    const { phone, tab } = this.phones.get(id);
    const chosen = id === this.current;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    phone.element.classList.toggle("current", chosen);
  }

  /** Something new in a phone that is not seen. */
  unread(id) {
    if (id !== this.current) this.phones.get(id).tab.dataset.unread = "";
  }

  walk(event) {
    const ids = [...this.phones.keys()];
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.select(ids[(ids.indexOf(this.current) + step + ids.length) % ids.length]);
    this.phones.get(this.current).tab.focus();
  }
}
