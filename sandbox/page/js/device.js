/** What every phone on the page can do, whether it shows a private chat or a group. */

import { readInline, Refused } from "./api.js";
import { kindOf } from "./attach.js";
import { Composer } from "./composer.js";
import { h } from "./dom.js";
import { isBotLink, isMessageLink, mentionedId } from "./links.js";
import { box, toast } from "./notices.js";
import { Presses } from "./presses.js";
import { offerReactions } from "./reactions.js";
import { Thread } from "./thread.js";

const TYPING = 5_000;

/** So often a chat is read anew because something happened in it meanwhile. */
const TRIES = 4;

/**
 * `world`: { bot, people(), groups(), go(id) → bool, goTo(place) }. A subclass has `me()`, `calls`: what this person may
 * ask of the server (write, edit, remove, react, vote, press, file, open, start), and `place()`: in which chat.
 */
export class Device {
  constructor(world, older) {
    this.world = world;
    this.heard = 0;
    this.turn = 0;
    this.presses = new Presses((messageId) => this.thread.refresh(messageId));
    this.thread = new Thread(this.messageHands(), older);
    this.composer = new Composer(this.composerHands());
    this.device = h("div", { class: "device", ondragover: (event) => event.preventDefault(), ondrop: (event) => this.dropped(event) });
  }

  /**
   * A chat as `read()` gives it. What was heard while the answer was on its way may be missing in it: then it is read
   * again. Null where it was refused, or where a later reading has begun.
   */
  async fresh(read) {
    const turn = ++this.turn;
    for (let left = TRIES; ; left -= 1) {
      const { heard } = this;
      const chat = await this.try(read);
      if (!chat || turn !== this.turn) return null;
      if (heard === this.heard || !left) return chat;
    }
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

  /** What the server returns for something sent or changed is shown at once; the event that follows changes nothing. */
  async show(action) {
    const message = await this.try(action);
    if (message?.id) this.thread.put(message);
    return message;
  }

  messageHands() {
    return {
      me: () => this.me(),
      own: (message) => this.owns(message),
      author: (message) => (message.from === "bot" ? this.world.bot.name : (message.name ?? "Somebody")),
      nameOf: (id) => this.nameOf(id),
      tap: (kind, value) => this.tap(kind, value),
      reply: (message) => this.composer.hold({ kind: "reply", message }),
      edit: (message) => this.composer.hold({ kind: "edit", message }),
      react: (message, opener) => offerReactions(this.device, opener, (emoji) => this.show(() => this.calls.react(message.id, emoji))),
      setReaction: (messageId, emoji) => this.show(() => this.calls.react(messageId, emoji)),
      vote: (messageId, options) => this.show(() => this.calls.vote(messageId, options)),
      isWaiting: (messageId, data) => this.presses.isWaiting(messageId, data),
      press: (messageId, row, column, data) => this.press(messageId, row, column, data),
      copy: (text) => this.copy(text),
      fill: (query) => this.composer.fill(`@${this.world.bot.username} ${query}`),
    };
  }

  composerHands() {
    return {
      botUsername: this.world.bot.username,
      start: (payload) => this.try(() => this.calls.start(payload)),
      write: (text, replyTo) => this.show(() => this.calls.write(text, replyTo)),
      edit: (messageId, text) => this.show(() => this.calls.edit(messageId, text)),
      remove: (messageId) => this.try(() => this.calls.remove(messageId)),
      file: (file, kind, caption) => this.show(() => this.calls.file(file, kind, caption)),
      inline: (query, offset) => this.try(() => this.askInline(query, offset)),
      choose: (queryId, resultId) => this.show(() => this.calls.choose(queryId, resultId, this.place())),
      lastOwn: () => this.thread.lastOwn(),
    };
  }

  async askInline(query, offset) {
    const offer = await this.calls.inline(query, offset, this.place());
    return offer.answered ? offer : readInline(offer.query_id);
  }

  nameOf(id) {
    if (id === this.world.bot.id) return this.world.bot.name;
    return this.world.nameOf(id);
  }

  showTyping() {
    clearTimeout(this.typingEnds);
    this.head.typing(true);
    this.typingEnds = setTimeout(() => this.head.typing(false), TYPING);
  }

  /** A tap on a link or command in a message: true when it was dealt with here. */
  tap(kind, value) {
    if (kind === "command") return Boolean(this.composerHands().write(value));
    if (isBotLink(value, this.world.bot.username)) return Boolean(this.try(() => this.calls.open(value)));
    if (isMessageLink(value)) return Boolean(this.try(async () => this.world.goTo(await this.calls.open(value), this.me())));
    const mentioned = mentionedId(value, this.world.people());
    if (mentioned === null) return false;
    if (!this.world.go(mentioned)) toast(this.thread.element, `Nobody here has the id ${mentioned}.`);
    return true;
  }

  async press(messageId, row, column, data) {
    const answer = await this.try(() => this.presses.press(messageId, data, () => this.calls.press(messageId, row, column)));
    if (answer?.url && isBotLink(answer.url, this.world.bot.username)) await this.try(() => this.calls.open(answer.url));
    if (answer?.text && answer.alert) await box(this.device, this.world.bot.name, answer.text);
    else if (answer?.text) toast(this.thread.element, answer.text);
  }

  async copy(text) {
    await navigator.clipboard?.writeText(text).catch(() => null);
    toast(this.thread.element, `Copied: ${text}`);
  }

  dropped(event) {
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file) this.composer.hold({ kind: "file", file, as: kindOf(file) });
  }
}
