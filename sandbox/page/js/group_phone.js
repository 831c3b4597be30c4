/** A phone that shows a group: its topics, its messages, and its members, any of whom one can be. */

import { groupApi, personApi } from "./api.js";
import { Device } from "./device.js";
import { h } from "./dom.js";
import { groupHead, groupLine, groupMenu } from "./group_heads.js";
import { toggleMenu } from "./menu.js";
import { fullName } from "./names.js";
import { askTopicName } from "./share_dialogs.js";
import { GENERAL, TopicList } from "./topic_list.js";

const INSIDE = ["creator", "administrator", "member", "restricted"];
const PLAIN = ["shareContact", "shareLocation", "chooseContact", "chooseLocation", "shareChat", "shareUsers", "unblock"];

/** `world`: see `Device`. `thread` is the topic that is open: null for the list of topics, 0 for General. */
export class GroupPhone extends Device {
  constructor(group, world) {
    super(world, (before) => this.try(() => this.api.chat(this.shownThread(), before, this.me())));
    this.group = group;
    this.api = groupApi(group.id);
    this.calls = this.callsOfMember();
    this.topic = null;
    this.head = groupHead(() => this.openTopic(null), (opener) => toggleMenu(this.device, opener, "top", groupMenu(this)));
    this.topics = new TopicList((id) => this.openTopic(id), () => this.newTopic());
    this.writer = h("select", { "aria-label": "Write as", onchange: () => this.becomes() });
    this.row = h("label", { class: "writer" }, h("span", {}, "Write as"), this.writer);
    this.device.append(this.head.element, this.topics.element, this.thread.element, this.row, this.composer.element);
    this.device.classList.add("of-group");
    this.owner = groupLine(group);
    this.element = h("section", { class: "phone", id: `phone-${group.id}`, data: { group: group.id, role: "group" } }, this.owner, this.device);
    this.showGroup(group);
  }

  get card() {
    return { id: this.group.id, name: this.group.title, label: "Group" };
  }

  me() {
    return Number(this.writer?.value ?? 0);
  }

  owns(message) {
    return message.from !== "bot" && message.sender === this.me();
  }

  place() {
    return { group: this.group.id, thread: this.shownThread() ?? 0 };
  }

  /** The thread whose messages are shown; null where the group has no topics. */
  shownThread() {
    return this.group.forum ? (this.topic ?? GENERAL) : null;
  }

  messageHands() {
    return { ...super.messageHands(), shared: true, tint: (message) => Math.abs(message.from === "bot" ? 0 : message.sender) % 7 };
  }

  composerHands() {
    const none = Object.fromEntries(PLAIN.map((name) => [name, null]));
    return { ...none, ...super.composerHands() };
  }

  /** What the chosen member asks of the server, in the topic that is open. */
  callsOfMember() {
    const act = (name) => (...rest) => this.api[name](this.me(), ...rest);
    const own = () => personApi(this.me());
    return {
      ...Object.fromEntries(["edit", "remove", "press", "react", "vote"].map((name) => [name, act(name)])),
      write: (text, replyTo) => this.api.write(this.me(), text, this.shownThread() ?? 0, replyTo),
      file: (file, kind, caption) => this.api.file(this.me(), file, kind, caption, this.shownThread() ?? 0),
      inline: (query, offset, place) => own().inline(query, offset, { group: place.group }),
      choose: (queryId, resultId, place) => own().choose(queryId, resultId, place),
      open: (link) => own().open(link),
      start: (payload) => own().start(payload),
    };
  }

  /** Read the group anew: at the beginning and after a lost connection. */
  async load() {
    const chat = await this.fresh(() => this.api.chat(this.shownThread(), null, this.me()));
    if (!chat) return;
    this.showGroup(chat.group);
    this.thread.replace(chat.messages, chat.more, h("div", { class: "hello" }, h("b", {}, this.group.title), h("span", {}, "No messages here yet.")));
    this.composer.setCommands(chat.commands ?? []);
    this.composer.setKeyboard(chat.keyboard);
    if (chat.typing) this.showTyping();
  }

  /** An event of the WebSocket about this group. */
  hear(event) {
    const hearing = {
      message: () => this.arrived(event.message),
      edited: () => this.isHere(event.message) && this.thread.put(event.message),
      deleted: () => this.thread.remove(event.message_id),
      keyboard: () => this.composer.setKeyboard(event.keyboard),
      answer: () => this.presses.hear(event.query_id),
      typing: () => this.showTyping(),
      group: () => this.showGroup(event.card),
    };
    this.heard += 1;
    hearing[event.type]?.();
  }

  isHere(message) {
    const shown = this.shownThread();
    return shown === null || (this.topic !== null && (message.thread ?? 0) === shown);
  }

  arrived(message) {
    if (message.from === "bot") this.head.typing(false);
    if (this.isHere(message)) this.thread.put(message);
    else this.topics.unread(message.thread ?? 0);
    this.topics.newest(message);
  }

  showGroup(group) {
    const moved = group.forum !== this.group.forum;
    this.group = group;
    if (this.topic && !group.topics.some((topic) => topic.id === this.topic)) this.topic = null;
    this.element.setAttribute("aria-label", `Group ${group.title}`);
    const owner = groupLine(group);
    this.owner.replaceWith(owner);
    this.owner = owner;
    this.offerWriters();
    this.showPlace();
    if (moved) this.load();
  }

  offerWriters() {
    const before = this.writer.value;
    const members = this.group.members.filter((member) => INSIDE.includes(member.status));
    const wanted = members.map((member) => h("option", { value: member.id }, `${this.nameOf(member.id)}${member.status === "member" ? "" : ` · ${member.status}`}`));
    this.writer.replaceChildren(...wanted);
    if (members.some((member) => String(member.id) === before)) this.writer.value = before;
    this.row.hidden = this.composer.element.hidden = !members.length || Boolean(this.group.migrated_to);
  }

  /** Either the list of topics, or the messages of one. */
  showPlace() {
    const listed = this.group.forum && this.topic === null;
    const topic = this.topic === GENERAL ? this.group.general : this.group.topics.find((each) => each.id === this.topic);
    this.topics.show(this.group, listed);
    this.thread.element.hidden = listed;
    this.row.classList.toggle("away", listed);
    this.composer.element.classList.toggle("away", listed);
    this.head.show(this.group, listed ? null : topic);
    if (this.composer.field) this.composer.field.placeholder = topic?.closed ? "This topic is closed" : "Message";
    this.composer.showForm();
  }

  async openTopic(id) {
    this.topic = id;
    this.composer.release();
    this.showPlace();
    if (id === null) return;
    this.topics.read(id);
    await this.load();
  }

  /** Open the topic of a message and show it. */
  async goTo({ thread, message_id: messageId }, who) {
    if (this.group.members.some((member) => member.id === who)) this.writer.value = who;
    if (this.group.forum) await this.openTopic(thread);
    this.thread.jump(messageId);
  }

  becomes() {
    this.thread.redraw();
    this.load();
  }

  async newTopic() {
    const name = await askTopicName();
    const topic = name && (await this.try(() => this.api.makeTopic(this.me(), name)));
    if (topic?.id) await this.openTopic(topic.id);
  }

  async rename(topic) {
    const name = await askTopicName(topic.name);
    if (name) await this.try(() => this.api.topic(this.me(), topic.id, "edit", name));
  }

  nameOf(id) {
    const person = this.world?.people().find((each) => each.id === id);
    return person ? fullName(person) : super.nameOf(id);
  }
}
