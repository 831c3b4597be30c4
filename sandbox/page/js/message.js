/** One message, drawn. */

import { clockTime } from "./clock.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { inlineKeyboard } from "./inline_keyboard.js";
import { drawMedia, FILLS_BUBBLE, mediaKind } from "./media.js";
import { richText } from "./richtext.js";

/** The element of a message as the page keeps it: { id, from, date, … }. */
export function drawMessage(message, hands) {
  const data = { message: message.id };
  if (message.service) return h("div", { class: "service", data }, message.service);
  const side = message.from === "bot" ? "in" : "out";
  const stack = h("div", { class: "stack" }, bubble(message, side, hands), message.inline_keyboard?.length ? inlineKeyboard(message, hands) : null);
  return h("article", { class: `msg ${side}`, data, "aria-label": `${side === "in" ? hands.botName : "You"}, ${clockTime(message.date)}` }, stack, tools(message, side, hands));
}

function bubble(message, side, hands) {
  const kind = mediaKind(message);
  const words = message.html ?? message.text ?? message.caption ?? "";
  const bare = !words && FILLS_BUBBLE.includes(kind);
  const classes = ["bubble", bare && "bare", kind === "sticker" && "sticker", !words && !bare && "wordless"].filter(Boolean).join(" ");
  const text = words ? richText(message.html, words, hands.tap) : [];
  return h("div", { class: classes }, quote(message, hands), drawMedia(message), h("div", { class: "text" }, text, meta(message, side)));
}

function quote(message, hands) {
  if (!message.reply_to) return null;
  const quoted = hands.find(message.reply_to);
  const name = quoted?.from === "person" ? "You" : hands.botName;
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
    message.reaction ? h("span", { class: "reaction", "aria-label": `Reaction ${message.reaction}` }, message.reaction) : null,
    message.edit_date ? h("span", { class: "edited" }, "edited") : null,
    h("time", { datetime: sent.toISOString(), title: sent.toLocaleString() }, clockTime(message.date)),
    side === "out" ? icon("check") : null,
  );
}

function tools(message, side, hands) {
  const tool = (name, label, run) => h("button", { type: "button", "aria-label": label, title: label, onclick: run }, icon(name));
  const editable = side === "out" && message.text !== undefined;
  return h("div", { class: "tools" }, tool("reply", "Reply", () => hands.reply(message)), editable && tool("edit", "Edit", () => hands.edit(message)));
}
