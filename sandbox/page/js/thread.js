/** The messages of one chat, in order, with days between them; older ones come as one scrolls up. */

import { placeBehind } from "./album.js";
import { dayKey, dayName } from "./clock.js";
import { calm, h } from "./dom.js";
import { icon } from "./icons.js";
import { drawMessage, isEditable } from "./message.js";

const NEAR = 90;

/** More than this are not kept on the page while the reader is at the end; scrolling up brings them back. */
const MOST = 400;

/** Holds the messages it shows; `hands` are what a message may do, `older(before)` fetches a page. */
export class Thread {
  constructor(hands, older) {
    this.hands = { ...hands, find: (id) => this.messages.get(id), jump: (id) => this.jump(id) };
    this.older = older;
    this.messages = new Map();
    this.more = false;
    this.unseen = 0;
    this.list = h("div", { class: "thread", role: "log", tabindex: 0, "aria-label": "Messages", onscroll: () => this.scrolled() });
    this.down = h("button", { type: "button", class: "down", hidden: true, "aria-label": "To the newest message", onclick: () => this.toEnd(true) }, icon("down"));
    this.element = h("div", { class: "thread-frame" }, this.list, this.down);
    new ResizeObserver(() => this.stuck && this.toEnd()).observe(this.list);
    this.list.addEventListener("load", () => this.stuck && this.toEnd(), true);
    this.stuck = true;
    this.seenAt = 0;
  }

  /** Show these messages and no others. */
  replace(messages, more, hello) {
    this.messages = new Map(messages.filter((message) => !message.deleted).map((message) => [message.id, message]));
    this.more = more;
    this.hello = hello;
    this.redraw();
    this.toEnd();
  }

  /** A message came or changed. */
  put(message) {
    if (message.deleted) return this.remove(message.id);
    const old = this.elementOf(message.id);
    if (old && JSON.stringify(this.messages.get(message.id)) === JSON.stringify(message)) return null;
    const newest = [...this.messages.keys()].at(-1) ?? 0;
    this.messages.set(message.id, message);
    if (old) this.exchange(old, message);
    else if (message.id > newest) this.append(message);
    else this.redraw();
    if (this.stuck) this.trim();
    if (this.stuck) this.toEnd();
    return null;
  }

  trim() {
    if (this.messages.size <= MOST) return;
    this.messages = new Map([...this.messages].slice(-MOST / 2));
    this.more = true;
    this.redraw();
  }

  /** Draw a message once more: what its buttons look like has changed. */
  refresh(id) {
    const old = this.elementOf(id);
    if (old) this.exchange(old, this.messages.get(id));
  }

  /** A message went away. */
  remove(id) {
    if (this.messages.delete(id)) this.redraw();
  }

  /** The newest message the person wrote that can be edited, or undefined. */
  lastOwn() {
    return [...this.messages.values()].findLast((message) => this.hands.own(message) && isEditable(message));
  }

  elementOf(id) {
    return this.list.querySelector(`[data-message="${id}"]`);
  }

  append(message) {
    const last = [...this.messages.values()].at(-2);
    if (!last) this.list.replaceChildren();
    if (!last || dayKey(last.date) !== dayKey(message.date)) this.list.append(separator(message));
    const element = drawMessage(message, this.hands);
    element.classList.add("fresh");
    placeBehind(this.list, element, message, last);
    if (this.hands.own(message)) this.stuck = true;
    if (!this.stuck) this.count(this.unseen + 1);
  }

  /** An edit keeps the focus where it was: on the button at the same place, else on the thread. */
  exchange(old, message) {
    const focused = old.contains(document.activeElement) ? document.activeElement.dataset : null;
    const fresh = drawMessage(message, this.hands);
    old.replaceWith(fresh);
    if (!focused) return;
    const same = fresh.querySelector(`[data-row="${focused.row}"][data-column="${focused.column}"]`);
    (same ?? fresh.querySelector("[data-row]") ?? this.list).focus({ preventScroll: true });
  }

  redraw() {
    this.messages = new Map([...this.messages].sort(([a], [b]) => a - b));
    this.list.replaceChildren();
    let before = null;
    for (const message of this.messages.values()) {
      if (!before || dayKey(message.date) !== dayKey(before.date)) this.list.append(separator(message));
      placeBehind(this.list, drawMessage(message, this.hands), message, before);
      before = message;
    }
    if (!before && this.hello) this.list.append(this.hello);
  }

  /** Only a reader who scrolls up leaves the end; a keyboard that opens or a picture that loads does not. */
  async scrolled() {
    const { scrollTop } = this.list;
    const near = this.list.scrollHeight - scrollTop - this.list.clientHeight < NEAR;
    this.stuck = near || (this.stuck && scrollTop >= this.seenAt - 1);
    this.seenAt = scrollTop;
    if (this.stuck) this.count(0);
    this.down.hidden = this.stuck;
    if (this.list.scrollTop < NEAR && this.more && !this.loading) await this.loadOlder();
  }

  async loadOlder() {
    this.loading = true;
    const page = await this.older(Math.min(...this.messages.keys()));
    if (page) this.prepend(page);
    this.loading = false;
  }

  /** Older messages go on top, and what the reader looks at stays where it is. */
  prepend({ messages, more }) {
    const below = this.list.scrollHeight - this.list.scrollTop;
    for (const message of messages) if (!message.deleted) this.messages.set(message.id, message);
    this.more = more;
    this.redraw();
    this.list.scrollTop = this.list.scrollHeight - below;
  }

  jump(id) {
    const element = this.elementOf(id);
    if (!element) return;
    element.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
    element.classList.remove("lit");
    requestAnimationFrame(() => element.classList.add("lit"));
  }

  toEnd(smooth = false) {
    this.list.scrollTo({ top: this.list.scrollHeight, behavior: smooth && !calm() ? "smooth" : "instant" });
  }

  count(unseen) {
    this.unseen = unseen;
    if (unseen) this.down.dataset.count = unseen;
    else delete this.down.dataset.count;
  }
}

const separator = (message) => h("div", { class: "day" }, dayName(message.date));
