/** On a narrow screen one phone is seen at a time; these tabs choose which. */

import { h } from "./dom.js";
import { roleName } from "./phone_heads.js";

/** Tabs over phones: add(phone), select(id), unread(id). */
export class Tabs {
  constructor(host) {
    this.host = host;
    this.phones = new Map();
    this.current = null;
    host.addEventListener("keydown", (event) => this.walk(event));
  }

  add(phone) {
    const { person } = phone;
    const tab = h("button", { type: "button", class: "tab", role: "tab", id: `tab-${person.id}`, "aria-controls": `phone-${person.id}`, onclick: () => this.select(person.id) });
    this.phones.set(person.id, { phone, tab });
    this.host.append(tab);
    this.rename(person);
    if (this.current === null) this.select(person.id);
    else this.mark(person.id);
  }

  rename(person) {
    this.phones.get(person.id).tab.replaceChildren(person.first_name, h("small", {}, roleName(person.role)));
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
