/** Reactions: the chips under a message, and the row to choose from. */

import { h } from "./dom.js";
import { walk } from "./menu.js";

const OFFERED = ["👍", "❤", "🔥", "🎉", "👏", "😁", "🤔", "👎"];

/** The reactions to a message, or null; a tap on a chip gives the same reaction or takes it back. */
export function reactionChips(message, hands) {
  if (!message.reactions?.length) return null;
  return h("div", { class: "reactions" }, message.reactions.map((each) => chip(message, each, hands)));
}

function chip(message, { emoji, by }, hands) {
  const mine = by.includes(hands.me());
  const names = by.map((id) => hands.nameOf(id)).join(", ");
  const props = { type: "button", class: "reaction", "aria-pressed": String(mine), "aria-label": `Reaction ${emoji} of ${names}`, title: names, onclick: () => hands.setReaction(message.id, mine ? "" : emoji) };
  return h("button", props, emoji, by.length > 1 ? h("small", {}, String(by.length)) : null);
}

/** Offer the usual reactions beside a button; `choose(emoji)` hears which. */
export function offerReactions(host, opener, choose) {
  host.querySelector(":scope > .react-row")?.remove();
  const close = () => {
    row.remove();
    document.removeEventListener("pointerdown", outside);
    opener.focus();
  };
  const outside = (event) => row.contains(event.target) || close();
  const pick = (emoji) => {
    close();
    choose(emoji);
  };
  const row = h("div", { class: "react-row", role: "menu", "aria-label": "Reactions" }, OFFERED.map((emoji) => h("button", { type: "button", role: "menuitem", onclick: () => pick(emoji) }, emoji)));
  row.addEventListener("keydown", (event) => (event.key === "Escape" ? close() : walk(row, event)));
  document.addEventListener("pointerdown", outside);
  row.style.setProperty("--react-top", `${opener.getBoundingClientRect().top - host.getBoundingClientRect().top}px`);
  host.append(row);
  row.querySelector("button").focus();
}
