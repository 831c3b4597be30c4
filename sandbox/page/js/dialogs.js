/** Dialogs of the page: a form or a list, and what the person chose. */

import { h } from "./dom.js";
import { fullName } from "./names.js";

/** Vienna, Stephansplatz: a place to begin with. */
const PLACE = { latitude: 48.20849, longitude: 16.37208 };

/** Show a form; resolves with its values, or null when it was left. `send(values)` may refuse by throwing. */
export function ask({ title, words, fields, verb, send = null }) {
  return new Promise((resolve) => {
    let values = null;
    const problem = h("p", { class: "problem", role: "alert", hidden: true });
    const submit = async (event) => {
      event.preventDefault();
      const entered = valuesOf(form);
      try {
        values = send ? await send(entered) : entered;
        dialog.close();
      } catch (error) {
        problem.textContent = error.message;
        problem.hidden = false;
      }
    };
    const cancel = h("button", { type: "button", class: "quiet-button", onclick: () => dialog.close() }, "Cancel");
    const footer = h("footer", {}, cancel, h("button", { type: "submit", class: "main-button" }, verb));
    const form = h("form", { onsubmit: submit }, fields, problem, footer);
    const dialog = openDialog(title, words, form);
    dialog.addEventListener("close", () => resolve(values));
  });
}

/** name → value, or a list of values where several have the same name. */
function valuesOf(form) {
  const data = new FormData(form);
  return Object.fromEntries([...new Set(data.keys())].map((name) => [name, data.getAll(name).length > 1 ? data.getAll(name) : data.get(name)]));
}

/** A modal dialog with a title; it leaves the page when it closes. */
export function openDialog(title, words, ...content) {
  const dialog = h("dialog", { "aria-label": title, onclose: () => dialog.remove() }, h("h2", {}, title), words ? h("p", {}, words) : null, content);
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** A labelled input. */
export const field = (label, name, props = {}) => h("label", { class: props.whole ? "whole" : null }, label, h("input", { name, autocomplete: "off", ...props, whole: null }));

/** A labelled choice among [value, text] pairs. */
export const choice = (label, name, options, whole = false) =>
  h("label", { class: whole ? "whole" : null }, label, h("select", { name }, options.map(([value, text]) => h("option", { value }, text))));

/** A labelled choice of several among [value, text] pairs; `chosen` are ticked. */
export const several = (label, name, options, chosen = []) =>
  h("fieldset", { class: "whole" }, h("legend", {}, label), options.map(([value, text]) => h("label", { class: "tick" }, h("input", { type: "checkbox", name, value, checked: chosen.includes(value) }), text)));

/** Latitude and longitude, or null. */
export async function askLocation() {
  const number = (label, name, most) => field(label, name, { type: "number", step: "any", min: -most, max: most, required: true, value: PLACE[name] });
  const fields = [number("Latitude", "latitude", 90), number("Longitude", "longitude", 180)];
  const values = await ask({ title: "Send a location", words: "Degrees, north and east are positive.", fields, verb: "Send" });
  return values && { latitude: Number(values.latitude), longitude: Number(values.longitude) };
}

/** The id of the person whose contact is sent, or null. */
export async function askContact(self, people) {
  const options = people.map((person) => [person.id, person.id === self.id ? `${fullName(person)} (own)` : fullName(person)]);
  const values = await ask({ title: "Send a contact", words: "A bot sees from the id whether the contact is the sender's own.", fields: [choice("Whose", "of", options, true)], verb: "Send" });
  return values && Number(values.of);
}

/** A link, or null. */
export async function askLink(username) {
  const fields = [field("Link", "link", { type: "url", required: true, value: `https://t.me/${username}?start=`, whole: true })];
  const values = await ask({ title: "Open a link", words: "As if this person had tapped it somewhere else.", fields, verb: "Open" });
  return values && values.link;
}
