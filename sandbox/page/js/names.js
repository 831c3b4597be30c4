/** How people and files are called. */

import { h } from "./dom.js";

const TINTS = 7;

/** First and last name. */
export const fullName = (person) => [person.first_name, person.last_name].filter(Boolean).join(" ");

/** One or two letters for an avatar. */
export function initials(name) {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => [...(word ?? "")][0] ?? "").join("").toUpperCase() || "?";
}

/** A round picture with initials; the colour follows from the id. */
export function avatar(name, id, extra = "") {
  return h("span", { class: `avatar ${extra}`.trim(), data: { tint: Math.abs(id) % TINTS }, "aria-hidden": "true" }, initials(name));
}

/** Bytes → "12 KB". */
export function fileSize(bytes) {
  if (!bytes) return "";
  const units = ["B", "KB", "MB", "GB"];
  const step = Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** step;
  return `${value < 10 && step ? value.toFixed(1) : Math.round(value)} ${units[step]}`;
}
