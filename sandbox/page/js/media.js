/** Everything a message can carry beside its text, one function per kind. */

import { h } from "./dom.js";
import { icon, shape } from "./icons.js";
import { avatar, fileSize, fullName } from "./names.js";
import { viewPicture } from "./viewer.js";

const KINDS = { photo, animation, video, video_note: round, audio: sound, voice: sound, document: file, sticker, venue: place, location: place, contact, poll, dice };

/** The kinds whose picture fills the bubble, so that the time may stand on it. */
export const FILLS_BUBBLE = ["photo", "animation", "video"];

/** The name of the first kind of media in a message, or undefined. An animation also counts as a document: it wins. */
export const mediaKind = (message) => Object.keys(KINDS).find((kind) => message[kind]);

/** The element for a message's media, or null. */
export function drawMedia(message, hands) {
  const kind = mediaKind(message);
  return kind ? KINDS[kind](message[kind], message, hands) : null;
}

function photo(photo) {
  const picture = h("img", { src: photo.url, width: photo.width, height: photo.height, alt: "Picture", decoding: "async" });
  return h("button", { type: "button", class: "picture", "aria-label": "Enlarge picture", onclick: () => viewPicture(photo.url) }, picture);
}

function animation(media) {
  if (isImage(media)) return photo(media);
  const props = { src: media.url, loop: true, muted: true, controls: true, playsinline: true, "aria-label": "Animation" };
  return h("div", { class: "picture" }, h("video", props));
}

const isImage = (media) => /^image\//.test(media.mime_type ?? "") || /\.(gif|webp|png|jpe?g)$/i.test(media.name ?? "");

function video(media) {
  return h("div", { class: "picture" }, h("video", { src: media.url, controls: true, preload: "metadata", playsinline: true, "aria-label": "Video" }));
}

function round(media) {
  return h("video", { class: "round", src: media.url, controls: true, preload: "metadata", playsinline: true, "aria-label": "Video message" });
}

function sound(media) {
  const title = [media.performer, media.title ?? media.name].filter(Boolean).join(" – ");
  const player = h("audio", { class: "player", src: media.url, controls: true, preload: "metadata", "aria-label": title || "Voice message" });
  return h("div", { class: "media" }, title && h("b", {}, title), player);
}

function file(media) {
  const label = h("span", {}, h("b", {}, media.name ?? "File"), h("small", {}, fileSize(media.size) || "File"));
  return h("a", { class: "file media", href: media.url, download: media.name ?? "file" }, h("span", { class: "badge" }, icon("file")), label);
}

function sticker(media) {
  const still = h("img", { src: media.url, alt: media.emoji ? `Sticker ${media.emoji}` : "Sticker" });
  return media.is_video ? h("video", { src: media.url, autoplay: true, loop: true, muted: true, playsinline: true }) : still;
}

function place(media) {
  const at = media.location ?? media;
  const figures = `${Number(at.latitude).toFixed(5)}, ${Number(at.longitude).toFixed(5)}`;
  const words = media.title ? [h("b", {}, media.title), h("div", {}, media.address ?? figures)] : [h("span", {}, figures)];
  return h("div", { class: "place" }, drawnMap(), h("div", { class: "place-name" }, words));
}

/** A stand-in for a map: the page loads nothing from elsewhere. */
function drawnMap() {
  return shape(
    "svg",
    { viewBox: "0 0 260 120", preserveAspectRatio: "xMidYMid slice", role: "img", "aria-label": "Location" },
    shape("rect", { class: "map-ground", width: 260, height: 120 }),
    shape("path", { class: "map-water", d: "M0 96c40-24 74 12 120-6s84-34 140-14v44H0z" }),
    shape("path", { class: "map-street", d: "M-5 30 265 62M60-5 92 125M150-5 132 125M215-5 238 125M-5 74 150 60" }),
    shape("path", { class: "map-pin", d: "M130 74c11-14 18-22 18-31a18 18 0 1 0-36 0c0 9 7 17 18 31z" }),
    shape("circle", { class: "map-dot", cx: 130, cy: 43, r: 6.5 }),
  );
}

function contact(card) {
  const name = fullName(card);
  return h("div", { class: "file media" }, avatar(name, card.user_id ?? 0), h("span", {}, h("b", {}, name), h("small", {}, card.phone_number ?? "")));
}

function poll(poll, message, hands) {
  const total = poll.total_voter_count ?? 0;
  const options = poll.options.map((option, at) => h("li", {}, h("button", { type: "button", disabled: poll.is_closed, onclick: () => hands.vote(message.id, [at]) }, h("span", {}, option.text), h("small", {}, String(option.voter_count)))));
  const kind = poll.is_closed ? "Closed poll" : poll.is_anonymous ? "Anonymous poll" : "Poll";
  return h("div", { class: "poll" }, h("b", {}, poll.question), h("small", {}, `${kind} · ${total} ${total === 1 ? "vote" : "votes"}`), h("ul", {}, options));
}

function dice(dice) {
  return h("div", { class: "text" }, `${dice.emoji ?? "🎲"} ${dice.value}`);
}
