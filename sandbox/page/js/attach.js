/** What can be attached to a message: files by kind, a place, a contact. */

import { h } from "./dom.js";

const FILES = [
  { kind: "photo", icon: "photo", text: "Photo", accept: "image/*" },
  { kind: "document", icon: "file", text: "Document", accept: "" },
  { kind: "video", icon: "video", text: "Video", accept: "video/*" },
  { kind: "audio", icon: "audio", text: "Audio", accept: "audio/*" },
  { kind: "voice", icon: "voice", text: "Voice message", accept: "audio/*" },
  { kind: "animation", icon: "photo", text: "Animation", accept: "image/gif,video/mp4" },
  { kind: "sticker", icon: "sticker", text: "Sticker", accept: "image/webp,video/webm" },
];

/** Entries for the attach menu. `hands`: attach(file, kind), shareContact(), shareLocation(). */
export function attachEntries(hands) {
  const files = FILES.map((entry) => ({ ...entry, run: () => pick(entry, hands.attach) }));
  const others = [{ icon: "pin", text: "Location", run: hands.shareLocation }, { icon: "contact", text: "Contact", run: hands.shareContact }];
  return [...files, ...others.filter((entry) => entry.run)];
}

function pick({ kind, accept }, attach) {
  const input = h("input", { type: "file", accept: accept || null });
  input.addEventListener("change", () => input.files.length && attach(input.files[0], kind));
  input.click();
}

/** The kind in which a pasted or dropped file goes. */
export const kindOf = (file) => (/^image\/(png|jpeg|webp)$/.test(file.type) ? "photo" : "document");
