/** The upper edges of a phone: whose it is, and the chat's header. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { avatar, fullName } from "./names.js";

const ROLES = { visitor: "Visitor", staff: "Staff", admin: "Admin" };

/** The word for a role; labels of one's own stay as they are. */
export const roleName = (role) => ROLES[role] ?? role ?? ROLES.visitor;

/** The line above the device. */
export function ownerLine(person) {
  const facts = [person.username && `@${person.username}`, String(person.id), person.language_code].filter(Boolean);
  return h(
    "header",
    { class: "owner" },
    avatar(fullName(person), person.id),
    h("div", { class: "who" }, h("h2", {}, fullName(person)), h("p", {}, facts.join(" · "))),
    h("span", { class: "role" }, roleName(person.role)),
  );
}

/** The chat's header: { element, typing(bool) }. */
export function chatHead(bot, openMenu) {
  const status = h("span", { class: "status" }, "bot");
  const more = h("button", { type: "button", class: "quiet-button", "aria-label": "Menu of this chat", "aria-haspopup": "menu", "aria-expanded": "false", onclick: () => openMenu(more) }, icon("more"));
  const element = h("header", { class: "chat-head" }, avatar(bot.name, bot.id, "bot"), h("div", { class: "who" }, h("b", {}, bot.name), status), more);
  const typing = (on) => {
    status.textContent = on ? "typing" : "bot";
    status.classList.toggle("typing", on);
  };
  return { element, typing };
}

/** What an empty chat shows. */
export function hello(bot, person) {
  const words = person.started ? "No messages here yet." : "Press Start to begin talking to this bot.";
  return h("div", { class: "hello" }, avatar(bot.name, bot.id, "bot"), h("b", {}, bot.name), bot.description && h("span", {}, bot.description), h("span", {}, words));
}
