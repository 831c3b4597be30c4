/** The buttons under a message. */

import { h } from "./dom.js";
import { icon } from "./icons.js";

/** The keyboard of a message; `hands` says what each kind of button does. */
export function inlineKeyboard(message, hands) {
  const rows = message.inline_keyboard.map((row, at) =>
    h("div", { class: "row" }, row.map((button, column) => drawButton(message, button, [at, column], hands))),
  );
  return h("div", { class: "inline-keyboard", role: "group", "aria-label": "Buttons of this message" }, rows);
}

function drawButton(message, button, [row, column], hands) {
  const waiting = hands.isWaiting(message.id, button.callback_data);
  const onclick = () => press(message, button, [row, column], hands);
  const props = { type: "button", data: { row, column, ...(button.style && { style: button.style }) }, "aria-busy": waiting ? "true" : null, onclick };
  return h("button", props, button.text, mark(button));
}

function mark(button) {
  if (button.url) return icon("out");
  return button.copy_text === undefined ? null : icon("copy");
}

function press(message, button, [row, column], hands) {
  if (button.url) return hands.tap("link", button.url) || window.open(button.url, "_blank", "noopener");
  if (button.copy_text !== undefined) return hands.copy(button.copy_text.text ?? button.copy_text);
  if (button.switch_inline_query_current_chat !== undefined) return hands.fill(button.switch_inline_query_current_chat);
  return hands.press(message.id, row, column, button.callback_data);
}
