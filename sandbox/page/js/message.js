/** One message, drawn. */

import { clockTime } from "./clock.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { inlineKeyboard } from "./inline_keyboard.js";
import { drawMedia, FILLS_BUBBLE, mediaKind } from "./media.js";
import { reactionChips } from "./reactions.js";
import { richText } from "./richtext.js";

const CAPTIONED = ["photo", "animation", "video", "audio", "voice", "document"];

/**
 * The element of a message as the page keeps it: { id, from, date, … }. `hands` says what can be done with it, whose it
 * is ("own" is on the right) and, in groups, how its author is called.
 */
export function drawMessage(message, hands) {
  const data = { message: message.id };
  if (message.service) return h("div", { class: "service", data }, message.service);
  const side = hands.own(message) ? "out" : "in";
  const stack = h("div", { class: "stack" }, bubble(message, side, hands), reactionChips(message, hands), message.inline_keyboard?.length ? inlineKeyboard(message, hands) : null);
  return h("article", { class: `msg ${side}`, data, "aria-label": `${side === "in" ? hands.author(message) : "You"}, ${clockTime(message.date)}` }, stack, tools(message, side, hands));
}

function bubble(message, side, hands) {
  const kind = mediaKind(message);
  const words = message.html ?? message.text ?? message.caption ?? "";
  const bare = !words && FILLS_BUBBLE.includes(kind);
  const classes = ["bubble", bare && "bare", kind === "sticker" && "sticker", !words && !bare && "wordless"].filter(Boolean).join(" ");
  const text = words ? richText(message.html, words, hands.tap) : [];
  return h("div", { class: classes }, heading(message, side, hands), quote(message, hands), drawMedia(message, hands), h("div", { class: "text" }, text, meta(message, side)));
}

/** Whose message it is, where several people write; through which bot it came, from whom it was forwarded. */
function heading(message, side, hands) {
  const lines = [];
  if (hands.shared && side === "in") lines.push(h("b", { data: { tint: hands.tint(message) } }, hands.author(message)));
  if (message.forwarded_from) lines.push(h("span", {}, `Forwarded from ${message.forwarded_from}`));
  if (message.via_bot) lines.push(h("span", {}, `via @${message.via_bot}`));
  return lines.length ? h("div", { class: "author" }, lines) : null;
}

function quote(message, hands) {
  if (!message.reply_to) return null;
  const quoted = hands.find(message.reply_to);
  const name = quoted && hands.own(quoted) ? "You" : hands.author(quoted ?? message);
  return h("button", { type: "button", class: "quote", onclick: () => hands.jump(message.reply_to) }, h("b", {}, name), h("span", {}, quoted ? summary(quoted) : "Earlier message"));
}

/** A message in one line of plain text. */
export function summary(message) {
  const words = message.text ?? message.caption ?? "";
  const kind = mediaKind(message);
  const name = kind ? kind.charAt(0).toUpperCase() + kind.slice(1).replace("_", " ") : "Message";
  return words ? words.replace(/\s+/gu, " ").slice(0, 120) : name;
}

function meta(message, side) {
  const sent = new Date(message.date * 1000);
  return h(
    "span",
    { class: "meta" },
    message.edit_date ? h("span", { class: "edited" }, "edited") : null,
    h("time", { datetime: sent.toISOString(), title: sent.toLocaleString() }, clockTime(message.date)),
    side === "out" ? icon("check") : null,
  );
}

function tools(message, side, hands) {
  const tool = (name, label, run) => h("button", { type: "button", "aria-label": label, title: label, onclick: run }, icon(name));
  const second = side === "out" ? isEditable(message) && tool("edit", "Edit", () => hands.edit(message)) : reactTool(message, hands, tool);
  return h("div", { class: "tools" }, tool("reply", "Reply", () => hands.reply(message)), second);
}

function reactTool(message, hands, tool) {
  const button = tool("smile", "React", () => hands.react(message, button));
  return button;
}

/** Texts and captions can be changed by their author; stickers, places and the like cannot. */
export function isEditable(message) {
  const kind = mediaKind(message);
  return message.text !== undefined || CAPTIONED.includes(kind);
}
