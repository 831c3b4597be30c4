/** One person's phone: their chat with the bot and everything they can do in it. */

import { personApi } from "./api.js";
import { Device } from "./device.js";
import { askContact, askLink, askLocation } from "./dialogs.js";
import { h } from "./dom.js";
import { toggleMenu } from "./menu.js";
import { fullName } from "./names.js";
import { box } from "./notices.js";
import { chatHead, hello, ownerLine, roleName } from "./phone_heads.js";
import { askGroup, askUsers } from "./share_dialogs.js";

/** `world`: see `Device`. */
export class Phone extends Device {
  constructor(person, world) {
    super(world, (before) => this.try(() => this.calls.chat(before)));
    this.person = person;
    this.calls = personApi(person.id);
    this.head = chatHead(world.bot, (opener) => toggleMenu(this.device, opener, "top", this.menuEntries()));
    this.device.append(this.head.element, this.thread.element, this.composer.element);
    this.owner = ownerLine(person);
    this.element = h("section", { class: "phone", id: `phone-${person.id}`, data: { person: person.id } }, this.owner, this.device);
    this.showPerson(person);
  }

  get card() {
    return { id: this.person.id, name: this.person.first_name, label: roleName(this.person.role) };
  }

  me() {
    return this.person.id;
  }

  owns(message) {
    return message.from === "person";
  }

  place() {
    return {};
  }

  /** Read the chat anew: at the beginning and after a lost connection. */
  async load() {
    const chat = await this.fresh(() => this.calls.chat());
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
    this.heard += 1;
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

  composerHands() {
    return {
      ...super.composerHands(),
      unblock: () => this.try(() => this.calls.unblock()),
      restore: () => this.try(() => this.calls.deactivate(false)),
      shareContact: () => this.shareContact(),
      shareLocation: () => this.chooseLocation(),
      chooseContact: () => this.chooseContact(),
      chooseLocation: () => this.chooseLocation(),
      shareChat: (request) => this.shareChat(request),
      shareUsers: (request) => this.shareUsers(request),
    };
  }

  menuEntries() {
    const blocking = this.person.blocked
      ? { icon: "block", text: "Unblock bot", run: () => this.try(() => this.calls.unblock()) }
      : { icon: "block", text: "Block bot", danger: true, run: () => this.block() };
    return [{ icon: "link", text: "Open a link to the bot", run: () => this.askLink() }, { icon: "contact", text: "Share own contact", run: () => this.shareContact() }, blocking, { icon: "trash", text: "Delete the account", danger: true, run: () => this.leave() }];
  }

  async block() {
    const sure = await box(this.device, "Block this bot?", `${this.world.bot.name} can then no longer write to ${this.person.first_name}.`, ["Cancel", "Block"]);
    if (sure) await this.try(() => this.calls.block());
  }

  async leave() {
    const sure = await box(this.device, "Delete this account?", `The bot is then told that ${this.person.first_name} is deactivated. The account can be restored.`, ["Cancel", "Delete"]);
    if (sure) await this.try(() => this.calls.deactivate(true));
  }

  async shareContact() {
    const words = `${this.world.bot.name} will see the phone number ${this.person.phone ?? ""}.`;
    if (await box(this.device, "Share your contact?", words, ["Cancel", "Share"])) await this.show(() => this.calls.shareContact());
  }

  async chooseContact() {
    const of = await askContact(this.person, this.world.people());
    if (of) await this.show(() => this.calls.shareContact(of));
  }

  async chooseLocation() {
    const place = await askLocation();
    if (place) await this.show(() => this.calls.shareLocation(place.latitude, place.longitude));
  }

  async shareChat(request) {
    const group = await askGroup(this.world.groups().filter((each) => each.members.some((member) => member.id === this.person.id)));
    if (group) await this.show(() => this.calls.shareChat(group, request.request_id));
  }

  async shareUsers(request) {
    const users = await askUsers(this.world.people(), request.max_quantity ?? 1);
    if (users) await this.show(() => this.calls.shareUsers(users, request.request_id));
  }

  async askLink() {
    const link = await askLink(this.world.bot.username);
    if (link) await this.try(() => this.calls.open(link));
  }
}
