/** Finds what a Telegram client makes tappable by itself in plain text: addresses and /commands. */

import { h } from "./dom.js";
import { link } from "./links.js";

const TAPPABLE = /(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}]|\bt\.me\/[\w/?=&+-]*[\w/])|(?<=^|[\s(,;:"])(\/[a-z][a-z0-9_]{0,31})(?![\w/])/gimu;

/** Plain text → text nodes and links. */
export function linkify(text, tap) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(TAPPABLE)) {
    nodes.push(text.slice(end, match.index), match[1] ? address(match[1], tap) : command(match[2], tap));
    end = match.index + match[0].length;
  }
  nodes.push(text.slice(end));
  return nodes.filter((node) => node !== "");
}

const address = (url, tap) => link(/^https?:/i.test(url) ? url : `https://${url}`, [url], tap);

function command(text, tap) {
  const onclick = (event) => {
    event.preventDefault();
    tap("command", text);
  };
  return h("a", { href: "#", class: "command", onclick }, text);
}
