/** The lower edge of a chat: writing, replying, editing, attaching, the keyboard under it, Start and Unblock. */

import { attachEntries, kindOf } from "./attach.js";
import { commandsList, matching } from "./commands_list.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { InlineResults } from "./inline_results.js";
import { toggleMenu } from "./menu.js";
import { summary } from "./message.js";
import { replyKeyboard } from "./reply_keyboard.js";

const TITLES = { reply: "Reply", edit: "Edit", file: "Attached" };
const MARKS = { reply: "reply", edit: "edit", file: "attach" };

/** `hands`: start, unblock, restore, write, edit, file, shareContact, shareLocation, lastOwn; each returns a promise or nothing. */
export class Composer {
  constructor(hands) {
    this.hands = hands;
    this.commands = [];
    this.keyboard = null;
    this.keyboardOpen = false;
    this.pending = null;
    this.element = h("footer", { class: "foot" });
    this.build();
    this.inline = new InlineResults(this.element, hands, () => this.fill(""));
  }

  build() {
    const tool = (label, inside, onclick, extra = "") => h("button", { type: "button", class: `tool ${extra}`, "aria-label": label, title: label, onclick }, inside);
    this.slash = tool("Commands", "/", () => this.toggleCommands(), "slash");
    this.keys = tool("Keyboard", icon("keyboard"), () => this.showKeyboard(!this.keyboardOpen));
    this.clip = tool("Attach", icon("attach"), () => toggleMenu(this.element.parentElement, this.clip, "bottom", attachEntries(this.attaching())));
    this.field = h("textarea", { rows: 1, "aria-label": "Message", placeholder: "Message", autocomplete: "off", enterkeyhint: "send" });
    this.send = h("button", { type: "submit", class: "send", "aria-label": "Send" }, icon("send"));
    this.form = h("form", { class: "compose" }, this.clip, this.slash, this.field, this.keys, this.send);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.field.addEventListener("input", () => this.typed());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("paste", (event) => this.pasted(event));
  }

  attaching() {
    return { attach: (file, kind) => this.hold({ kind: "file", file, as: kind }), shareContact: this.hands.chooseContact, shareLocation: this.hands.chooseLocation };
  }

  /** Draw what fits the person's state; a button that stands there already stays, as somebody may be pressing it. */
  show(person) {
    const focused = this.element.contains(document.activeElement);
    if (person.deactivated) this.showBig("Restore the account", "restore", this.hands.restore);
    else if (person.blocked) this.showBig("Unblock", "unblock", this.hands.unblock);
    else if (!person.started) this.showBig("Start", "start", () => this.hands.start());
    else this.showForm();
    if (focused) (this.element.querySelector("textarea") ?? this.element.querySelector("button")).focus();
  }

  showBig(text, extra, run) {
    if (this.element.firstElementChild?.classList.contains(extra)) return;
    this.element.replaceChildren(h("button", { type: "button", class: `big ${extra}`, onclick: run }, text));
  }

  showForm() {
    if (!this.form.isConnected) {
      this.element.replaceChildren(this.form);
      this.showKeyboard(this.keyboardOpen);
    }
    this.typed();
    this.slash.hidden = !this.commands.length;
    this.keys.hidden = !this.keyboard;
  }

  setCommands(commands) {
    this.commands = commands;
    this.slash.hidden = !commands.length;
  }

  setKeyboard(keyboard) {
    this.keyboard = keyboard?.rows?.length ? keyboard : null;
    this.field.placeholder = this.keyboard?.placeholder || "Message";
    this.keys.hidden = !this.keyboard;
    this.showKeyboard(Boolean(this.keyboard));
  }

  showKeyboard(open) {
    this.keyboardOpen = open;
    this.element.querySelector(".reply-keyboard")?.remove();
    this.keys.setAttribute("aria-expanded", String(open));
    if (open && this.keyboard && this.form.isConnected) this.element.append(replyKeyboard(this.keyboard, this.keyboardHands()));
  }

  keyboardHands() {
    const { write, shareContact, shareLocation, shareChat, shareUsers } = this.hands;
    return { write, shareContact, shareLocation, shareChat, shareUsers, done: () => this.showKeyboard(false) };
  }

  toggleCommands(typed = "/") {
    const open = this.element.querySelector(".commands");
    open?.remove();
    const fitting = matching(this.commands, typed);
    this.slash.setAttribute("aria-expanded", String(!open && fitting.length > 0));
    if (open || !fitting.length) return;
    this.element.append(commandsList(fitting, (command) => this.choose(command), () => this.closeCommands()));
    if (!this.field.value) this.element.querySelector(".commands button").focus();
  }

  closeCommands() {
    if (this.element.querySelector(".commands")) this.toggleCommands();
    this.field.focus();
  }

  choose(command) {
    this.closeCommands();
    this.field.value = "";
    this.typed();
    this.hands.write(command);
  }

  /** Put words into the line and the caret behind them. */
  fill(text) {
    this.field.value = text;
    this.typed();
    this.field.focus();
  }

  typed() {
    const empty = !this.field.value.trim() && this.pending?.kind !== "file";
    this.send.setAttribute("aria-disabled", String(empty));
    this.element.querySelector(".commands")?.remove();
    if (/^\/\w*$/.test(this.field.value)) this.toggleCommands(this.field.value);
    this.inline.typed(this.field.value);
  }

  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape") {
      this.release();
      this.element.querySelector(".commands")?.remove();
      this.inline.close();
    } else if (event.key === "ArrowUp") this.up(event);
  }

  /** Up from an empty line edits the last message; with the list of commands open it goes into the list. */
  up(event) {
    const last = this.element.querySelector(".commands button:last-child");
    const own = this.field.value ? null : this.hands.lastOwn();
    if (!last && !own) return;
    event.preventDefault();
    if (last) last.focus();
    else this.hold({ kind: "edit", message: own });
  }

  pasted(event) {
    const [file] = event.clipboardData.files;
    if (!file) return;
    event.preventDefault();
    this.hold({ kind: "file", file, as: kindOf(file) });
  }

  /** Keep a reply, an edit or a file above the line until it is sent or put away. */
  hold(pending) {
    this.release();
    this.pending = pending;
    const what = pending.kind === "file" ? pending.file.name : summary(pending.message);
    const tool = (label, symbol, run) => h("button", { type: "button", "aria-label": label, title: label, onclick: run }, icon(symbol));
    const remove = pending.kind === "edit" && tool("Delete message", "trash", () => this.remove(pending.message.id));
    const close = tool("Put away", "close", () => this.release());
    this.element.prepend(h("div", { class: "pending" }, icon(MARKS[pending.kind]), h("span", {}, h("b", {}, TITLES[pending.kind]), h("em", {}, what)), remove, close));
    if (pending.kind === "edit") this.field.value = pending.message.text ?? pending.message.caption ?? "";
    this.typed();
    this.field.focus();
  }

  remove(messageId) {
    this.release();
    this.hands.remove(messageId);
  }

  release() {
    if (this.pending?.kind === "edit") this.field.value = "";
    this.pending = null;
    this.element.querySelector(".pending")?.remove();
    this.typed();
  }

  /** Send; what was refused stays in the line. */
  async submit() {
    const text = this.field.value;
    const pending = this.pending;
    if (!text.trim() && pending?.kind !== "file") return;
    this.inline.close();
    this.field.value = "";
    this.pending = null;
    this.release();
    if (await this.deliver(text, pending)) return;
    if (pending) this.hold(pending);
    this.fill(text);
  }

  deliver(text, pending) {
    if (pending?.kind === "file") return this.hands.file(pending.file, pending.as, text.trim());
    if (pending?.kind === "edit") return this.hands.edit(pending.message.id, text);
    return this.hands.write(text, pending?.message.id);
  }
}
