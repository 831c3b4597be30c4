/** The row of phones: who has one, what reaches it, which is in view. */

import { calm } from "./dom.js";
import { fullName } from "./names.js";
import { Others } from "./others.js";
import { Phone } from "./phone.js";
import { Tabs } from "./tabs.js";

/** So many people get a phone at once; others when they are looked for. */
const PHONES = 12;

/** `hint` stands in the row while nobody is there. */
export class Desk {
  constructor(host, tabsHost, bot, hint) {
    this.host = host;
    this.bot = bot;
    this.hint = hint;
    this.phones = new Map();
    this.tabs = new Tabs(tabsHost);
    this.others = new Others((person) => this.open(person) && this.go(person.id));
    host.append(this.others.element);
  }

  /** These people are there; every chat on the page is read again. */
  async show(people) {
    for (const person of people) this.meet(person);
    if (!this.phones.size) this.host.prepend(this.hint);
    await Promise.all([...this.phones.values()].map((phone) => phone.load()));
  }

  /** Somebody new, or somebody's name or state has changed. */
  meet(person) {
    if (this.phones.has(person.id)) this.phones.get(person.id).showPerson(person);
    else if (this.phones.size < PHONES) this.open(person);
    else this.others.add(person);
  }

  /** Put up a phone for this person, if there is none. */
  open(person) {
    if (this.phones.has(person.id)) return true;
    this.hint.remove();
    this.others.take(person.id);
    const phone = new Phone(person, { bot: this.bot, people: () => this.people(), go: (id) => this.go(id) });
    this.phones.set(person.id, phone);
    this.others.element.before(phone.element);
    this.tabs.add(phone);
    phone.load();
    return true;
  }

  /** Bring a person's phone into view; false where nobody has this id. */
  go(id) {
    const waiting = this.others.take(id);
    if (waiting) this.open(waiting);
    const phone = this.phones.get(id);
    if (!phone) return false;
    this.tabs.select(id);
    phone.element.scrollIntoView({ inline: "center", block: "nearest", behavior: calm() ? "auto" : "smooth" });
    return true;
  }

  /** Put the keyboard's focus where this person would write or press Start. */
  focus(id) {
    this.phones.get(id).element.querySelector(".foot textarea, .foot button").focus({ preventScroll: true });
  }

  /** An event about one person. */
  hear(event) {
    if (event.type === "person") this.meet(event.person);
    const id = event.type === "person" ? event.person.id : event.person;
    this.phones.get(id)?.hear(event);
    if (event.type === "person" && this.phones.has(id)) this.tabs.rename(event.person);
    if (event.type === "message" && event.message.from === "bot" && this.phones.has(id)) this.tabs.unread(id);
  }

  people() {
    return [...this.phones.values()].map((phone) => phone.person);
  }

  /** How the owner of a chat is called. */
  nameOf(id) {
    const person = this.phones.get(id)?.person ?? this.others.people.get(id);
    return person ? fullName(person) : String(id);
  }
}
