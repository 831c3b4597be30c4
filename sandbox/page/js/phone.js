/** One person's phone: their chat with the bot and everything they can do in it. */

import { personApi, Refused } from "./api.js";
import { kindOf } from "./attach.js";
import { Composer } from "./composer.js";
import { askContact, askLink, askLocation } from "./dialogs.js";
import { h } from "./dom.js";
import { isBotLink, mentionedId } from "./links.js";
import { toggleMenu } from "./menu.js";
import { box, toast } from "./notices.js";
import { fullName } from "./names.js";
import { chatHead, hello, ownerLine } from "./phone_heads.js";
import { Presses } from "./presses.js";
import { Thread } from "./thread.js";

const TYPING = 5_000;

/** `world`: { bot, people(), go(personId) → bool }. */
export class Phone {
  constructor(person, world) {
    this.person = person;
    this.world = world;
    this.api = personApi(person.id);
    this.presses = new Presses((messageId) => this.thread.refresh(messageId));
    this.thread = new Thread(this.messageHands(), (before) => this.try(() => this.api.chat(before)));
    this.composer = new Composer(this.composerHands());
    this.head = chatHead(world.bot, (opener) => toggleMenu(this.device, opener, "top", this.menuEntries()));
    this.device = h("div", { class: "device", ondragover: (event) => event.preventDefault(), ondrop: (event) => this.dropped(event) }, this.head.element, this.thread.element, this.composer.element);
    this.owner = ownerLine(person);
    this.element = h("section", { class: "phone", id: `phone-${person.id}`, data: { person: person.id } }, this.owner, this.device);
    this.showPerson(person);
  }

  /** Read the chat anew: at the beginning and after a lost connection. */
  async load() {
    const chat = await this.try(() => this.api.chat());
    if (!chat) return;
    this.thread.replace(chat.messages, chat.more, hello(this.world.bot, this.person));
    this.composer.setCommands(chat.commands ?? []);
    this.composer.setKeyboard(chat.keyboard);
    this.composer.show(this.person);
    if (chat.typing) this.showTyping();
  }

  /** An event of the WebSocket about this person. */
  hear(event) {
    const hearing = {
      message: () => this.arrived(event.message),
      edited: () => this.thread.put(event.message),
      deleted: () => this.thread.remove(event.message_id),
      keyboard: () => this.composer.setKeyboard(event.keyboard),
      commands: () => this.composer.setCommands(event.commands),
      answer: () => this.presses.hear(event.query_id),
      typing: () => this.showTyping(),
      person: () => this.showPerson(event.person),
    };
    hearing[event.type]?.();
  }

  arrived(message) {
    if (message.from === "bot") this.head.typing(false);
    this.thread.put(message);
  }

  showPerson(person) {
    this.person = person;
    this.element.dataset.role = person.role ?? "visitor";
    this.element.setAttribute("aria-label", `Phone of ${fullName(person)}`);
    const owner = ownerLine(person);
    this.owner.replaceWith(owner);
    this.owner = owner;
    this.composer.show(person);
  }

  showTyping() {
    clearTimeout(this.typingEnds);
    this.head.typing(true);
    this.typingEnds = setTimeout(() => this.head.typing(false), TYPING);
  }

  /** Run something that may be refused; the refusal becomes a toast, and the result is null. */
  async try(action) {
    try {
      return (await action()) ?? true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      toast(this.thread.element, error.message);
      return null;
    }
  }

  messageHands() {
    return {
      botName: this.world.bot.name,
      tap: (kind, value) => this.tap(kind, value),
      reply: (message) => this.composer.hold({ kind: "reply", message }),
      edit: (message) => this.composer.hold({ kind: "edit", message }),
      isWaiting: (messageId, data) => this.presses.isWaiting(messageId, data),
      press: (messageId, row, column, data) => this.press(messageId, row, column, data),
      copy: (text) => this.copy(text),
      fill: (query) => this.composer.fill(`@${this.world.bot.username} ${query}`),
    };
  }

  composerHands() {
    return {
      start: () => this.try(() => this.api.start()),
      unblock: () => this.try(() => this.api.unblock()),
      write: (text, replyTo) => this.show(() => this.api.write(text, replyTo)),
      edit: (messageId, text) => this.show(() => this.api.edit(messageId, text)),
      file: (file, kind, caption) => this.show(() => this.api.file(file, kind, caption)),
      shareContact: () => this.shareContact(),
      shareLocation: () => this.chooseLocation(),
      chooseContact: () => this.chooseContact(),
      chooseLocation: () => this.chooseLocation(),
      lastOwn: () => this.thread.lastOwn(),
    };
  }

  menuEntries() {
    const blocking = this.person.blocked
      ? { icon: "block", text: "Unblock bot", run: () => this.try(() => this.api.unblock()) }
      : { icon: "block", text: "Block bot", danger: true, run: () => this.block() };
    return [{ icon: "link", text: "Open a link to the bot", run: () => this.askLink() }, { icon: "contact", text: "Share own contact", run: () => this.shareContact() }, blocking];
  }

  /** What the server returns for something this person sent is shown at once; the event that follows changes nothing. */
  async show(action) {
    const message = await this.try(action);
    if (message?.id) this.thread.put(message);
    return message;
  }

  /** A tap on a link or command in a message: true when it was dealt with here. */
  tap(kind, value) {
    if (kind === "command") return Boolean(this.composerHands().write(value));
    if (isBotLink(value, this.world.bot.username)) return Boolean(this.try(() => this.api.open(value)));
    const mentioned = mentionedId(value, this.world.people());
    if (mentioned === null) return false;
    if (!this.world.go(mentioned)) toast(this.thread.element, `Nobody here has the id ${mentioned}.`);
    return true;
  }

  async press(messageId, row, column, data) {
    const answer = await this.try(() => this.presses.press(messageId, data, () => this.api.press(messageId, row, column)));
    if (answer?.url && isBotLink(answer.url, this.world.bot.username)) await this.try(() => this.api.open(answer.url));
    if (answer?.text && answer.alert) await box(this.device, this.world.bot.name, answer.text);
    else if (answer?.text) toast(this.thread.element, answer.text);
  }

  async copy(text) {
    await navigator.clipboard?.writeText(text).catch(() => null);
    toast(this.thread.element, `Copied: ${text}`);
  }

  async block() {
    const sure = await box(this.device, "Block this bot?", `${this.world.bot.name} can then no longer write to ${this.person.first_name}.`, ["Cancel", "Block"]);
    if (sure) await this.try(() => this.api.block());
  }

  async shareContact() {
    const words = `${this.world.bot.name} will see the phone number ${this.person.phone ?? ""}.`;
    if (await box(this.device, "Share your contact?", words, ["Cancel", "Share"])) await this.show(() => this.api.shareContact());
  }

  async chooseContact() {
    const of = await askContact(this.person, this.world.people());
    if (of) await this.show(() => this.api.shareContact(of));
  }

  async chooseLocation() {
    const place = await askLocation();
    if (place) await this.show(() => this.api.shareLocation(place.latitude, place.longitude));
  }

  async askLink() {
    const link = await askLink(this.world.bot.username);
    if (link) await this.try(() => this.api.open(link));
  }

  dropped(event) {
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file) this.composer.hold({ kind: "file", file, as: kindOf(file) });
  }
}
