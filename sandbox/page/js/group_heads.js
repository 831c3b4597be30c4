/** The upper edges of a group's phone, and what its menu offers. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./names.js";

const KINDS = { group: "basic group", supergroup: "supergroup" };
const INSIDE = ["creator", "administrator", "member", "restricted"];

const peopleIn = (group) => group.members.filter((member) => INSIDE.includes(member.status)).length;

/** The line above the device. */
export function groupLine(group) {
  const facts = [String(group.id), KINDS[group.type], group.migrated_to && `now ${group.migrated_to}`].filter(Boolean);
  return h("header", { class: "owner" }, avatar(group.title, group.id), h("div", { class: "who" }, h("h2", {}, group.title), h("p", {}, facts.join(" · "))), h("span", { class: "role" }, "Group"));
}

/** The header of the group or of a topic: { element, show(group, topic), typing(bool) }. */
export function groupHead(back, openMenu) {
  const title = h("b", {});
  const status = h("span", { class: "status" });
  const away = h("button", { type: "button", class: "quiet-button back", "aria-label": "All topics", hidden: true, onclick: back }, icon("back"));
  const more = h("button", { type: "button", class: "quiet-button", "aria-label": "Menu of this group", "aria-haspopup": "menu", "aria-expanded": "false", onclick: () => openMenu(more) }, icon("more"));
  const element = h("header", { class: "chat-head" }, away, h("div", { class: "who" }, title, status), more);
  let words = "";
  const show = (group, topic) => {
    title.textContent = topic?.name ?? group.title;
    words = topic ? `${group.title}${topic.closed ? " · closed" : ""}` : `${peopleIn(group)} people · ${botPlace(group.bot)}`;
    status.textContent = words;
    away.hidden = !topic;
  };
  const typing = (on) => {
    status.textContent = on ? "bot is typing" : words;
    status.classList.toggle("typing", on);
  };
  return { element, show, typing };
}

function botPlace(bot) {
  const words = { administrator: "bot is administrator", member: "bot is member", restricted: "bot is restricted", kicked: "bot was kicked", left: "bot is not here" };
  return words[bot.status] ?? bot.status;
}

/** The menu of a group's phone: its topic, then the bot's place, then the group itself. */
export function groupMenu(phone) {
  return [...topicEntries(phone), ...botEntries(phone), ...kindEntries(phone)];
}

function topicEntries(phone) {
  const { group, api } = phone;
  if (!group.forum || phone.topic === null) return [];
  const general = phone.topic === 0;
  const topic = general ? group.general : group.topics.find((each) => each.id === phone.topic);
  const change = (what) => () => phone.try(() => api.topic(phone.me(), topic.id, what));
  const entries = [
    { icon: "edit", text: "Rename topic", run: () => phone.rename(topic) },
    { icon: "lock", text: topic.closed ? "Reopen topic" : "Close topic", run: change(topic.closed ? "reopen" : "close") },
  ];
  if (!general) entries.push({ icon: "trash", text: "Delete topic", danger: true, run: change("delete") });
  return entries;
}

function botEntries(phone) {
  const { group, api } = phone;
  const set = (status) => () => phone.try(() => api.member("bot", status));
  const entries = [];
  if (group.bot.status !== "administrator") entries.push({ icon: "lightning", text: "Make the bot administrator", run: set("administrator") });
  if (group.bot.status !== "member") entries.push({ icon: "person", text: "Make the bot a member", run: set("member") });
  if (INSIDE.includes(group.bot.status)) entries.push({ icon: "block", text: "Kick the bot", danger: true, run: set("kicked") });
  return entries;
}

function kindEntries(phone) {
  const { group, api } = phone;
  if (group.type === "group") return [{ icon: "group", text: "Make it a supergroup", run: () => phone.try(() => api.migrate()) }];
  return [{ icon: "topic", text: group.forum ? "Switch topics off" : "Switch topics on", run: () => phone.try(() => api.forum(!group.forum)) }];
}
