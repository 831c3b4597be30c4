/** Builds elements. Every text goes in as a text node; nothing here ever parses markup. */

/** Make an element: h("button", { class: "x", "aria-label": "y", onclick: f }, "text", child, null). */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProp(element, name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function setProp(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (typeof value === "function") element.addEventListener(name.slice(2), value);
  else if (name === "data") Object.assign(element.dataset, value);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** True where the person asked their system for less movement. */
export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
