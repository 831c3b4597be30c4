/** The list of this person's commands above the writing line. */

import { h } from "./dom.js";
import { walk } from "./menu.js";

/** Those of `commands` that begin with what was typed after the slash. */
export const matching = (commands, typed) => commands.filter(({ command }) => command.startsWith(typed.replace(/^\//, "").toLowerCase()));

/** The list; `choose(command)` hears the choice, `leave()` the wish to go back to writing. */
export function commandsList(commands, choose, leave) {
  const onkeydown = (event) => (event.key === "Escape" ? leave() : walk(list, event));
  const list = h("div", { class: "commands", role: "menu", "aria-label": "Commands", onkeydown });
  list.append(...commands.map(({ command, description }) => entry(command, description, choose)));
  return list;
}

function entry(command, description, choose) {
  return h("button", { type: "button", role: "menuitem", onclick: () => choose(`/${command}`) }, h("b", {}, `/${command}`), h("span", {}, description));
}
