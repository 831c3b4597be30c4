/** The bar on top: product, the bot and its state, and what opens from there. */

import { openDialog } from "./dialogs.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { followTheme } from "./theme.js";

const WORDS = { online: "online", offline: "offline", lost: "reconnecting", unknown: "" };

/** Fill the bar; returns { state(word) } for the bot's state. */
export function drawBar(host, { bot, notEmulated, onAdd, onGroup, onLog, onFaults }) {
  const word = h("span", { class: "word" });
  const chip = h("span", { class: "bot-state", role: "status" }, h("i"), h("b", {}, `@${bot.username}`), word);
  const limits = barButton("What this is not", "info", () => showLimits(notEmulated));
  host.append(brand(), chip, h("span", { class: "spring" }), limits, barButton("Calls", "list", onLog), barButton("Faults", "lightning", onFaults), barButton("Add group", "group", onGroup), barButton("Add person", "person", onAdd), themeButton());
  return { state: (state) => showState(chip, word, state) };
}

function showState(chip, word, state) {
  chip.dataset.state = state;
  word.textContent = WORDS[state];
}

function brand() {
  return h("h1", { class: "brand" }, h("img", { src: "/static/bell.svg", alt: "" }), h("span", {}, h("b", {}, "frontdesk"), " sandbox"));
}

function barButton(text, symbol, onclick) {
  return h("button", { type: "button", class: "quiet-button", "aria-label": text, title: text, onclick }, icon(symbol), h("span", { class: "label" }, text));
}

function themeButton() {
  const button = barButton("Theme", "moon", () => theme.toggle());
  const theme = followTheme((now) => {
    const label = now === "dark" ? "Use light colours" : "Use dark colours";
    button.replaceChildren(icon(now === "dark" ? "sun" : "moon"));
    button.setAttribute("aria-label", label);
    button.title = label;
  });
  return button;
}

function showLimits(notEmulated) {
  const words = "A local stand-in for Telegram, for trying and testing. No message leaves this machine. It does not emulate:";
  const close = h("button", { type: "button", class: "main-button", onclick: () => dialog.close() }, "Close");
  const dialog = openDialog("What this is not", words, h("ul", {}, notEmulated.map((line) => h("li", {}, line))), h("footer", {}, close));
}
