/**
 * Formatted text. The server promises a few harmless tags; the page keeps that promise itself: the markup is parsed
 * in a document of its own and only known elements are built anew, without their attributes.
 */

import { h } from "./dom.js";
import { linkify } from "./linkify.js";
import { link } from "./links.js";

const PLAIN = new Set(["B", "I", "U", "S", "CODE", "PRE", "BLOCKQUOTE"]);
const BLOCKS = new Set(["PRE", "BLOCKQUOTE"]);
const SAFE_SCHEME = /^(https?|tg|mailto|tel):/i;

/** Nodes for a message's `html` (or, without it, its text). `tap(kind, value)` hears links and commands. */
export function richText(html, text, tap) {
  if (html === undefined || html === null) return linkify(text ?? "", tap);
  const parsed = new DOMParser().parseFromString(html, "text/html");
  return rebuild(parsed.body, tap, false);
}

function rebuild(parent, tap, literal) {
  return [...parent.childNodes].flatMap((node) => rebuildNode(node, tap, literal));
}

function rebuildNode(node, tap, literal) {
  if (node.nodeType === Node.TEXT_NODE) return literal ? [node.data] : linkify(wordsOf(node), tap);
  if (node.nodeType !== Node.ELEMENT_NODE) return [];
  const inside = () => rebuild(node, tap, literal || node.tagName === "CODE" || node.tagName === "PRE");
  if (node.tagName === "BR") return ["\n"];
  if (node.tagName === "A") return [anchor(node, tap)];
  if (node.tagName === "SPAN" && node.classList.contains("spoiler")) return [spoiler(inside())];
  return PLAIN.has(node.tagName) ? [h(node.tagName.toLowerCase(), {}, inside())] : inside();
}

/** A block ends its line by itself: the line break behind it would show as an empty line. */
function wordsOf(node) {
  return BLOCKS.has(node.previousSibling?.nodeName) ? node.data.replace(/^\n/, "") : node.data;
}

function anchor(node, tap) {
  const href = node.getAttribute("href") ?? "";
  const inside = rebuild(node, tap, true);
  return SAFE_SCHEME.test(href) ? link(href, inside, tap) : h("span", {}, inside);
}

function spoiler(inside) {
  const show = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    element.classList.add("shown");
    for (const name of ["role", "tabindex", "aria-label"]) element.removeAttribute(name);
    element.removeEventListener("click", show);
    element.removeEventListener("keydown", show);
  };
  const element = h("span", { class: "spoiler", role: "button", tabindex: 0, "aria-label": "Show hidden text", onclick: show, onkeydown: show }, inside);
  return element;
}
