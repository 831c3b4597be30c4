/** The topics of a forum: name, state, what was said last, what is unread. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { summary } from "./message.js";

/** The number under which the page keeps General; in messages it has none. */
export const GENERAL = 0;

/** `open(id)` opens a topic, `ask()` asks for a new one. */
export class TopicList {
  constructor(open, ask) {
    this.open = open;
    this.entries = new Map();
    this.counts = new Map();
    this.last = new Map();
    this.element = h("div", { class: "topics", role: "group", "aria-label": "Topics", hidden: true });
    this.add = h("button", { type: "button", class: "topic add", onclick: ask }, icon("plus"), h("b", {}, "New topic"));
  }

  /** Draw the group's topics where they are to be seen. */
  show(group, seen) {
    this.group = group;
    this.element.hidden = !seen;
    if (seen) this.draw();
  }

  /** Elements are kept and changed where they stand, so that a tap never meets one that has just gone. */
  draw() {
    const { general, topics } = this.group;
    const shown = [...(general.hidden ? [] : [{ ...general, id: GENERAL }]), ...topics.toReversed()];
    const wanted = [...shown.map((topic) => this.entry(topic)), this.add];
    if (wanted.length !== this.element.children.length || wanted.some((each, at) => each !== this.element.children[at])) this.element.replaceChildren(...wanted);
  }

  entry(topic) {
    if (!this.entries.has(topic.id)) this.entries.set(topic.id, this.make(topic.id));
    const { element, mark, name, last, closed, unread } = this.entries.get(topic.id);
    const count = this.counts.get(topic.id) ?? 0;
    mark.dataset.color = topic.color;
    mark.replaceChildren(topic.icon ?? icon("topic"));
    name.textContent = topic.name;
    last.textContent = this.last.get(topic.id) ?? "";
    closed.hidden = !topic.closed;
    unread.hidden = !count;
    unread.textContent = count;
    unread.setAttribute("aria-label", `${count} unread`);
    return element;
  }

  make(id) {
    const mark = h("span", { class: "mark", "aria-hidden": "true" });
    const [name, last] = [h("b", {}), h("small", {})];
    const closed = h("span", { class: "closed", role: "img", title: "Closed", "aria-label": "Closed" }, icon("lock"));
    const unread = h("span", { class: "count" });
    const element = h("button", { type: "button", class: "topic", data: { topic: id }, onclick: () => this.open(id) }, mark, h("span", { class: "words" }, name, last), closed, unread);
    return { element, mark, name, last, closed, unread };
  }

  unread(id) {
    this.counts.set(id, (this.counts.get(id) ?? 0) + 1);
  }

  read(id) {
    this.counts.delete(id);
  }

  /** The newest message of a topic, in one line. */
  newest(message) {
    this.last.set(message.thread ?? GENERAL, message.service ?? summary(message));
    if (!this.element.hidden) this.draw();
  }
}
