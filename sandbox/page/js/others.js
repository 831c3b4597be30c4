/** People without a phone on the page: a card at the end of the row finds them and opens one. */

import { h } from "./dom.js";
import { avatar, fullName } from "./names.js";

const SHOWN = 8;

/** Keeps the people who wait; `open(person)` puts up a phone. */
export class Others {
  constructor(open) {
    this.open = open;
    this.people = new Map();
    this.title = h("h2", {});
    this.list = h("div", { class: "found" });
    this.search = h("input", { type: "search", placeholder: "Name or id", "aria-label": "Find a person", oninput: () => this.show() });
    this.element = h("section", { class: "others", "aria-label": "More people", hidden: true }, this.title, this.search, this.list);
  }

  add(person) {
    this.people.set(person.id, person);
    this.show();
  }

  take(id) {
    const person = this.people.get(id);
    this.people.delete(id);
    this.show();
    return person;
  }

  show() {
    const wanted = this.search.value.trim().toLowerCase();
    const found = [];
    for (const person of this.people.values()) {
      if (`${person.id} ${fullName(person)} ${person.username ?? ""}`.toLowerCase().includes(wanted)) found.push(person);
      if (found.length === SHOWN) break;
    }
    this.element.hidden = !this.people.size;
    this.title.textContent = `${this.people.size.toLocaleString("en")} more`;
    this.list.replaceChildren(...found.map((person) => this.entry(person)));
  }

  entry(person) {
    const words = h("span", {}, h("b", {}, fullName(person)), h("small", {}, String(person.id)));
    return h("button", { type: "button", onclick: () => this.open(this.take(person.id)) }, avatar(fullName(person), person.id), words);
  }
}
