/** Links: how they are drawn, and which of them stay inside the phone. */

import { h } from "./dom.js";

const TELEGRAM = ["t.me", "telegram.me"];

/** A link: a tap is told to the phone first, which opens links to the bot in itself. */
export function link(href, inside, tap) {
  const onclick = (event) => {
    if (tap("link", href)) event.preventDefault();
  };
  return h("a", { href, target: "_blank", rel: "noopener noreferrer", onclick }, inside);
}

/** True for a link to this bot, however it is written. */
export function isBotLink(href, username) {
  const url = parse(href);
  if (!url) return false;
  const name = username.toLowerCase();
  if (url.protocol === "tg:") return url.host === "resolve" && url.searchParams.get("domain")?.toLowerCase() === name;
  return TELEGRAM.includes(url.host) && url.pathname.slice(1).toLowerCase() === name;
}

/** The id in a tg://user?id=… link, or that of the person whose t.me/username this is; else null. */
export function mentionedId(href, people) {
  const url = parse(href);
  if (url?.protocol === "tg:" && url.host === "user") return Number(url.searchParams.get("id"));
  if (!TELEGRAM.includes(url?.host)) return null;
  const name = url.pathname.slice(1).toLowerCase();
  return people.find((person) => person.username?.toLowerCase() === name)?.id ?? null;
}

/** True for a link to a message of a group: https://t.me/c/GROUP/… */
export function isMessageLink(href) {
  const url = parse(href);
  return TELEGRAM.includes(url?.host) && /^\/c\/\d+\/\d+/.test(url.pathname);
}

function parse(href) {
  try {
    return new URL(href);
  } catch {
    return null;
  }
}
