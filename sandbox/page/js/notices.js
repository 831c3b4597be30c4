/** Short words to the reader: toasts in a phone, the alert box in a phone, toasts of the page. */

import { h } from "./dom.js";

const LINGER = 3500;
const LINGER_PER_CHARACTER = 35;

/** A line at the lower edge that goes away by itself. */
export function toast(host, text) {
  host.querySelector(":scope > .toast")?.remove();
  const element = h("div", { class: "toast", role: "status" }, text);
  host.append(element);
  setTimeout(() => element.remove(), LINGER + text.length * LINGER_PER_CHARACTER);
}

/** A toast for the whole page. */
export function pageToast(text) {
  const element = h("p", {}, text);
  document.getElementById("page-toasts").append(element);
  setTimeout(() => element.remove(), LINGER + text.length * LINGER_PER_CHARACTER);
}

/** A box over the phone; resolves with true for the last button, false for any other way out. */
export function box(host, title, text, choices = ["OK"]) {
  const before = document.activeElement;
  return new Promise((resolve) => {
    const close = (chosen) => {
      scrim.remove();
      before?.focus?.();
      resolve(chosen);
    };
    const buttons = choices.map((word, at) => h("button", { type: "button", onclick: () => close(at === choices.length - 1) }, word));
    const scrim = h(
      "div",
      { class: "box-scrim", onkeydown: (event) => boxKey(event, buttons, close) },
      h("div", { class: "box", role: "alertdialog", "aria-modal": "true", "aria-label": title }, h("b", {}, title), h("p", {}, text), h("footer", {}, buttons)),
    );
    host.append(scrim);
    buttons.at(-1).focus();
  });
}

function boxKey(event, buttons, close) {
  if (event.key === "Escape") close(false);
  if (event.key !== "Tab") return;
  event.preventDefault();
  const step = event.shiftKey ? buttons.length - 1 : 1;
  buttons[(buttons.indexOf(document.activeElement) + step) % buttons.length].focus();
}
