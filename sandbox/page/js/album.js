/** Messages of one album stand together as one group. */

import { h } from "./dom.js";

/** Put a message's element behind the one before it: in the same album where both belong to one, else by itself. */
export function placeBehind(list, element, message, before) {
  const last = list.lastElementChild;
  const together = last && message.media_group_id && message.media_group_id === before?.media_group_id;
  if (!together) return list.append(element);
  if (!last.classList.contains("album")) {
    const album = h("div", { class: `album ${last.classList.contains("out") ? "out" : "in"}`, role: "group", "aria-label": "Album" });
    last.replaceWith(album);
    album.append(last);
  }
  return list.lastElementChild.append(element);
}
