/** The row of phones: who has one, what reaches it, which is in view. */

import { calm } from "./dom.js";
import { GroupPhone } from "./group_phone.js";
import { fullName } from "./names.js";
import { Others } from "./others.js";
import { Phone } from "./phone.js";
import { Tabs } from "./tabs.js";

/** So many people get a phone at once; others when they are looked for. Every group has one. */
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

  /** These people and groups are there; every chat on the page is read again. */
  async show(people, groups) {
    for (const person of people) this.meet(person);
    for (const group of groups) this.meetGroup(group);
    if (!this.phones.size) this.host.prepend(this.hint);
    await Promise.all([...this.phones.values()].map((phone) => phone.load()));
  }

  /** Somebody new, or somebody's name or state has changed. */
  meet(person) {
    if (this.phones.has(person.id)) this.phones.get(person.id).showPerson(person);
    else if (this.persons().length < PHONES) this.open(person);
    else this.others.add(person);
  }

  /** A new group, or one that has changed. */
  meetGroup(group) {
    if (this.phones.has(group.id)) this.phones.get(group.id).showGroup(group);
    else this.put(group.id, new GroupPhone(group, this.world()));
  }

  /** Put up a phone for this person, if there is none. */
  open(person) {
    if (this.phones.has(person.id)) return true;
    this.others.take(person.id);
    this.put(person.id, new Phone(person, this.world()));
    return true;
  }

  put(id, phone) {
    this.hint.remove();
    this.phones.set(id, phone);
    this.others.element.before(phone.element);
    this.tabs.add(phone);
    phone.load();
  }

  world() {
    return {
      bot: this.bot,
      people: () => this.people(),
      groups: () => this.groups(),
      go: (id) => this.go(id),
      goTo: (place, who) => this.go(place.group) && this.phones.get(place.group).goTo(place, who),
      nameOf: (id) => this.nameOf(id),
    };
  }

  /** Bring a phone into view; false where nobody has this id. */
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

  /** An event about one person or group. */
  hear(event) {
    if (event.type === "person") this.meet(event.person);
    if (event.type === "group") this.meetGroup(event.card);
    const id = event.type === "person" ? event.person.id : (event.group ?? event.person);
    this.phones.get(id)?.hear(event);
    if (!this.phones.has(id)) return;
    if (event.type === "person" || event.type === "group") this.tabs.rename(id);
    if (event.type === "message" && event.message.from === "bot") this.tabs.unread(id);
  }

  persons() {
    return [...this.phones.values()].filter((phone) => phone.person);
  }

  people() {
    return this.persons().map((phone) => phone.person);
  }

  groups() {
    return [...this.phones.values()].filter((phone) => phone.group).map((phone) => phone.group);
  }

  /** How the owner of a chat is called. */
  nameOf(id) {
    const phone = this.phones.get(id);
    if (phone?.group) return phone.group.title;
    const person = phone?.person ?? this.others.people.get(id);
    return person ? fullName(person) : String(id);
  }
}
