/** A small menu inside a phone: arrows walk, Escape closes, focus goes back where it came from. */

import { h } from "./dom.js";
import { icon } from "./icons.js";

/** Open (or, if it is open, close) a menu of { icon, text, run, danger } at "top" or "bottom". */
export function toggleMenu(host, opener, edge, items) {
  const open = host.querySelector(":scope > .menu");
  open?.dispatchEvent(new Event("dismiss"));
  if (open?.opener !== opener) openMenu(host, opener, edge, items);
}

function openMenu(host, opener, edge, items) {
  const menu = h("div", { class: `menu from-${edge}`, role: "menu", onkeydown: (event) => walk(menu, event), ondismiss: () => close(false) });
  const outside = (event) => {
    if (!menu.contains(event.target) && !opener.contains(event.target)) close(false);
  };
  const close = (back) => {
    menu.remove();
    opener.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside);
    if (back) opener.focus();
  };
  menu.opener = opener;
  menu.append(...items.map((item) => entry(item, close)));
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close(true);
    if (event.key === "Tab") close(false);
  });
  document.addEventListener("pointerdown", outside);
  if (edge === "bottom") menu.style.setProperty("--menu-bottom", `${host.querySelector(".foot").offsetHeight + 6}px`);
  opener.setAttribute("aria-expanded", "true");
  host.append(menu);
  menu.querySelector("button").focus();
}

function entry(item, close) {
  const run = () => {
    close(true);
    item.run();
  };
  return h("button", { type: "button", role: "menuitem", class: item.danger ? "danger" : null, onclick: run }, icon(item.icon), item.text);
}

/** Arrow keys, Home and End move the focus among the buttons of a list. */
export function walk(list, event) {
  const buttons = [...list.querySelectorAll("button")];
  const here = buttons.indexOf(document.activeElement);
  const to = { ArrowDown: here + 1, ArrowRight: here + 1, ArrowUp: here - 1, ArrowLeft: here - 1, Home: 0, End: buttons.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  buttons[(to + buttons.length) % buttons.length].focus();
}
