/** What a desk without people shows, and the four who fill it at once. */

import { addPerson } from "./api.js";
import { h } from "./dom.js";

const FOUR = [
  { id: 101, first_name: "Vera", language: "en", phone: "+43 660 1010101", role: "visitor" },
  { id: 102, first_name: "Victor", language: "de", phone: "+43 660 1020102", role: "visitor" },
  { id: 201, first_name: "Sara", language: "en", phone: "+43 660 2010201", role: "staff" },
  { id: 301, first_name: "Ada", language: "en", phone: "+43 660 3010301", role: "admin" },
];

/** The words and the button; the phones appear through the events that follow. */
export function emptyDesk(tried) {
  const fill = () => tried(async () => {
    for (const person of FOUR) await addPerson(person);
  });
  const button = h("button", { type: "button", class: "main-button", onclick: fill }, "Add two visitors, staff and an admin");
  return h("div", { class: "empty" }, h("img", { src: "/static/bell.svg", alt: "" }), h("p", {}, "Nobody is here yet."), button);
}
