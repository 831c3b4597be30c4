/** One picture, large. Any click or Escape closes it. */

import { h } from "./dom.js";

/** Show the picture over the page. */
export function viewPicture(url) {
  const dialog = h("dialog", { class: "viewer", "aria-label": "Picture", onclick: () => dialog.close(), onclose: () => dialog.remove() });
  dialog.append(h("img", { src: url, alt: "Picture" }));
  document.body.append(dialog);
  dialog.showModal();
}
