/** The page's icons: strokes on a 24 × 24 grid, drawn here so that nothing is fetched. */

const NS = "http://www.w3.org/2000/svg";

const PATHS = {
  attach: "M20 11.5 12 19.500a5 5 0 0 1-7-7l8.5-8.500a3.4 3.4 0 0 1 4.8 4.800L10 17.100a1.7 1.7 0 0 1-2.4-2.400L15 7.3",
  audio: "M9 18V6l10-2v12M9 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0ZM19 16a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0Z",
  back: "M15 5.5 8.500 12l6.5 6.5",
  block: "M12 3.500a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM6 6l12 12",
  check: "m5 12.5 4.5 4.500L19 7.5",
  close: "M6 6l12 12M18 6 6 18",
  contact: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20c.8-4 4-5.5 7.5-5.500s6.7 1.5 7.5 5.5",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  down: "m6 9.5 6 6 6-6",
  edit: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  file: "M6 3.500h8l4.5 4.500v12.500H6zM13.5 3.500V8.500h5",
  group: "M9 11.500a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 19c.6-3.500 3.200-4.800 6.500-4.800s5.900 1.300 6.500 4.800M16 5a3.200 3.200 0 0 1 0 6.200M17.800 14.500c2.200.5 3.400 2 3.700 4.500",
  info: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 11v5.5M12 7.6h.1",
  keyboard: "M3.5 7h17v10.500h-17zM7 10.500h.1M11 10.500h.1M15 10.500h.1M7 14h10",
  lightning: "M13 3 5.500 13.500H11L10.500 21 18.500 10H12.500z",
  lock: "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
  link: "M10 14a4 4 0 0 0 5.6 0l3-3a4 4 0 0 0-5.6-5.600L11.5 7M14 10a4 4 0 0 0-5.6 0l-3 3a4 4 0 0 0 5.6 5.600l1.5-1.6",
  list: "M4 6.500h16M4 12h16M4 17.500h10",
  more: "M12 5.500h.1M12 12h.1M12 18.500h.1",
  moon: "M19.5 14.500A8 8 0 0 1 9.5 4.500a8 8 0 1 0 10 10Z",
  out: "M8 16 17 7M9.5 7H17v7.5",
  person: "M10 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM3 20c.7-4 3.7-5.5 7-5.500s6 1.5 7 5.500M19 8v6M16 11h6",
  photo: "M3.5 5.500h17v13h-17zM4 16l5-5 4 4 2.5-2.500L20 17M15.5 9.500h.1",
  pin: "M12 21c4-5 6.5-8 6.5-11.500a6.5 6.5 0 1 0-13 0C5.5 13 8 16 12 21ZM12 11.500a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
  reply: "M10 6 4 11.5 10 17v-3.500c5 0 8 1 10 4.5 0-6-3.5-9.5-10-9.500z",
  send: "M4 11.8 20 4l-5 16-3.5-6.500zM11.5 13.5 20 4",
  plus: "M12 5v14M5 12h14",
  smile: "M12 3.500a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM8.500 14c1.800 2.600 5.200 2.600 7 0M9 9.600h.1M15 9.600h.1",
  sticker: "M4 4h16v9l-7 7H4zM13 20v-7h7",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2.500v2M12 19.500v2M2.5 12h2M19.5 12h2M5.3 5.300l1.4 1.400M17.3 17.300l1.4 1.400M5.3 18.700l1.4-1.400M17.3 6.700l1.4-1.4",
  topic: "M9.500 4 7.500 20M16.500 4l-2 16M4.500 9h15.500M4 15h15.500",
  trash: "M5 7h14M10 7V4.500h4V7M7 7l.8 13h8.400L17 7M10.500 11v5.500M13.500 11v5.500",
  video: "M3.5 6.500h12v11h-12zM15.5 10.5 20.5 8v8l-5-2.5",
  voice: "M12 14.500a3 3 0 0 0 3-3V6.500a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3ZM6 11.500a6 6 0 0 0 12 0M12 17.500V21",
};

/** One icon; decoration only, so hidden from assistive technology. */
export function icon(name) {
  const path = shape("path", { d: PATHS[name], fill: "none", stroke: "currentColor", "stroke-width": name === "more" ? 2.6 : 1.8, "stroke-linecap": "round", "stroke-linejoin": "round" });
  return shape("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, path);
}

/** An SVG element with attributes and children. */
export function shape(tag, attributes, ...children) {
  const element = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}
