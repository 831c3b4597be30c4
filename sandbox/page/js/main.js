/** The page's beginning: reads the state, puts up the phones, keeps them informed. */

import { readState, Refused } from "./api.js";
import { drawBar } from "./bar.js";
import { calm, h } from "./dom.js";
import { listen } from "./events.js";
import { LogDrawer } from "./log_drawer.js";
import { fullName } from "./names.js";
import { pageToast } from "./notices.js";
import { askPerson } from "./people_form.js";
import { Phone } from "./phone.js";
import { Tabs } from "./tabs.js";

const desk = document.getElementById("desk");
const phones = new Map();
const tabs = new Tabs(document.getElementById("tabs"));

const people = () => [...phones.values()].map((phone) => phone.person);

/** Bring a person's phone into view; false when there is none. */
function go(id) {
  const phone = phones.get(id);
  if (!phone) return false;
  tabs.select(id);
  phone.element.scrollIntoView({ inline: "center", block: "nearest", behavior: calm() ? "auto" : "smooth" });
  return true;
}

function addPhone(person, bot) {
  const phone = new Phone(person, { bot, people, go });
  desk.querySelector(":scope > .empty")?.remove();
  phones.set(person.id, phone);
  desk.append(phone.element);
  tabs.add(phone);
  return phone;
}

function heard(event, { bot, bar }) {
  if (event.type === "bot") return bar.state(event.online ? "online" : "offline");
  const id = event.type === "person" ? event.person.id : event.person;
  if (!phones.has(id)) return event.type === "person" ? addPhone(event.person, bot).load() : null;
  phones.get(id).hear(event);
  if (event.type === "person") tabs.rename(event.person);
  if (event.type === "message" && event.message.from === "bot") tabs.unread(id);
  return null;
}

/** At each connection everything is read again, as events before it were missed. */
async function resync(page) {
  const state = await readState();
  showOnline(page.bar, state);
  for (const person of state.people) {
    if (phones.has(person.id)) phones.get(person.id).showPerson(person);
    else addPhone(person, page.bot);
  }
  await Promise.all([...phones.values()].map((phone) => phone.load()));
}

function showOnline(bar, state) {
  const { online } = state.bot;
  bar.state(online === undefined ? "unknown" : online ? "online" : "offline");
}

async function addSomebody(bot) {
  const person = await askPerson();
  if (!person) return;
  if (!phones.has(person.id)) await addPhone(person, bot).load();
  go(person.id);
  phones.get(person.id).element.querySelector(".foot button, .foot textarea").focus({ preventScroll: true });
}

async function begin() {
  const state = await readState();
  const { bot } = state;
  const log = new LogDrawer(document.getElementById("log"), (id) => (phones.has(id) ? fullName(phones.get(id).person) : String(id)));
  const bar = drawBar(document.getElementById("bar"), { bot, notEmulated: state.not_emulated, onAdd: () => addSomebody(bot), onLog: () => log.toggle() });
  const page = { bot, bar };
  document.title = `${bot.name} · frontdesk sandbox`;
  showOnline(bar, state);
  if (!state.people.length) desk.append(h("p", { class: "empty" }, "Nobody is here yet. Add a person to begin."));
  for (const person of state.people) addPhone(person, bot);
  listen({
    onEvent: (event) => heard(event, page),
    onOpen: () => resync(page).catch(told),
    onLost: () => bar.state("lost"),
  });
}

function told(error) {
  if (!(error instanceof Refused)) throw error;
  pageToast(error.message);
}

begin().catch(told);
