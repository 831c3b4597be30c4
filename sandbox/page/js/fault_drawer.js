/** The drawer with faults: switch some on for everybody or one chat, watch them hit, take them back, set the clock. */

import { addFault, readClock, readFaults, Refused, removeFault, setClock } from "./api.js";
import { choice } from "./dialogs.js";
import { h } from "./dom.js";
import { PRESETS, STEPS } from "./fault_presets.js";
import { icon } from "./icons.js";
import { fullName } from "./names.js";
import { pageToast } from "./notices.js";

/** `chats()` are the people and groups a rule can be for. */
export class FaultDrawer {
  constructor(host, chats) {
    this.host = host;
    this.chats = chats;
    this.where = choice("For", "chat", [["", "all chats"]]);
    this.rules = h("ul", { class: "rules", "aria-label": "Rules" });
    this.time = h("span", { class: "ahead", role: "status" });
    const close = h("button", { type: "button", class: "quiet-button", "aria-label": "Close the faults", onclick: () => this.toggle() }, icon("close"));
    const presets = PRESETS.map((preset) => h("button", { type: "button", onclick: () => this.try(() => this.add(preset)) }, preset.text));
    const steps = STEPS.map(([text, seconds]) => h("button", { type: "button", onclick: () => this.try(() => this.move(seconds)) }, `+ ${text}`));
    const back = h("button", { type: "button", onclick: () => this.try(() => setClock(0)) }, "Real time");
    host.append(
      h("header", {}, h("h2", {}, "Faults"), this.where, close),
      h("div", { class: "fault-body" }, h("div", { class: "presets" }, presets), this.rules, h("div", { class: "presets clock" }, h("b", {}, "Clock"), this.time, steps, back)),
    );
  }

  toggle() {
    this.host.hidden = !this.host.hidden;
    if (!this.host.hidden) this.try(() => this.refresh());
  }

  async refresh() {
    const chats = this.chats().map((chat) => [chat.id, chat.title ?? fullName(chat)]);
    this.where.querySelector("select").replaceChildren(...[["", "all chats"], ...chats].map(([value, text]) => h("option", { value }, text)));
    const [{ faults }, { ahead }] = [await readFaults(), await readClock()];
    this.show(faults);
    this.showTime(ahead);
  }

  /** An event: rules or the clock have changed. */
  hear(event) {
    if (event.type === "faults") this.show(event.faults);
    else this.showTime(event.ahead);
  }

  async add({ text, rule }) {
    const chat = this.where.querySelector("select").value;
    const narrowed = chat && rule.method === "sendMessage" ? { chat_id: Number(chat) } : {};
    const { id } = await addFault({ ...rule, ...narrowed });
    this.names = { ...this.names, [id]: text };
    this.show((await readFaults()).faults);
  }

  async move(seconds) {
    const { ahead } = await readClock();
    await setClock(ahead + seconds);
  }

  show(faults) {
    const none = h("li", { class: "none" }, "Nothing is wrong now.");
    this.rules.replaceChildren(...(faults.length ? faults.map((rule) => this.entry(rule)) : [none]));
  }

  entry(rule) {
    const name = this.names?.[rule.id] ?? "Rule";
    const left = rule.times ? ` of ${rule.times}` : "";
    const facts = [rule.method || "all methods", rule.chat_id && `chat ${rule.chat_id}`, `hit ${rule.hits}${left}`].filter(Boolean);
    const take = h("button", { type: "button", class: "quiet-button", "aria-label": `Take back: ${name}`, onclick: () => this.try(() => removeFault(rule.id)) }, icon("close"));
    return h("li", { class: rule.times && rule.hits >= rule.times ? "spent" : null }, h("b", {}, name), h("span", {}, facts.join(" · ")), take);
  }

  showTime(ahead) {
    this.time.textContent = ahead ? `${(ahead / 3600).toFixed(1)} h ahead` : "real time";
  }

  async try(action) {
    try {
      await action();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      pageToast(error.message);
    }
  }
}
