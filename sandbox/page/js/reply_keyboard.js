/** The keyboard a bot puts under the writing line. */

import { h } from "./dom.js";
import { icon } from "./icons.js";

/** `hands`: write(text), shareContact(), shareLocation(), shareChat(request), shareUsers(request), done() after a press on a one-time keyboard. */
export function replyKeyboard(keyboard, hands) {
  const rows = keyboard.rows.map((row) => h("div", { class: "row" }, row.map((button) => drawButton(button, keyboard, hands))));
  return h("div", { class: "reply-keyboard", role: "group", "aria-label": "Suggested answers" }, rows);
}

function drawButton(button, keyboard, hands) {
  const onclick = () => {
    act(button, hands);
    if (keyboard.one_time) hands.done();
  };
  return h("button", { type: "button", onclick }, mark(button), button.text);
}

function act(button, hands) {
  if (button.request_contact) hands.shareContact();
  else if (button.request_location) hands.shareLocation();
  else if (button.request_chat) hands.shareChat(button.request_chat);
  else if (button.request_users) hands.shareUsers(button.request_users);
  else hands.write(button.text);
}

function mark(button) {
  if (button.request_contact) return icon("contact");
  if (button.request_chat) return icon("group");
  if (button.request_users) return icon("person");
  return button.request_location ? icon("pin") : null;
}
