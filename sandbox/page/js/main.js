/** The page's beginning: reads the state, opens the desk, keeps it informed. */

import { readState, Refused } from "./api.js";
import { drawBar } from "./bar.js";
import { emptyDesk } from "./cast.js";
import { inWords } from "./departures.js";
import { Desk } from "./desk.js";
import { listen } from "./events.js";
import { FaultDrawer } from "./fault_drawer.js";
import { LogDrawer } from "./log_drawer.js";
import { pageToast } from "./notices.js";
import { askPerson } from "./people_form.js";
import { askNewGroup } from "./share_dialogs.js";

async function begin() {
  const state = await readState();
  const desk = new Desk(document.getElementById("desk"), document.getElementById("tabs"), state.bot, emptyDesk(tried));
  const log = new LogDrawer(document.getElementById("log"), (id) => desk.nameOf(id));
  const faults = new FaultDrawer(document.getElementById("faults"), () => [...desk.people(), ...desk.groups()]);
  const bar = drawBar(document.getElementById("bar"), {
    bot: state.bot,
    notEmulated: state.not_emulated,
    onAdd: () => tried(() => addSomebody(desk)),
    onGroup: () => tried(() => addGroup(desk)),
    onLog: () => only(log, faults),
    onFaults: () => only(faults, log),
  });
  document.title = `${state.bot.name} · frontdesk sandbox`;
  listen({
    onEvent: (event) => hear(event, bar, faults, desk),
    onOpen: () => tried(() => resync(desk, bar)),
    onLost: () => bar.state("lost"),
  });
}

function hear(event, bar, faults, desk) {
  if (event.type === "bot") bar.state(event.online ? "online" : "offline");
  else if (event.type === "faults" || event.type === "clock") faults.hear(event);
  else if (event.type === "departure") pageToast(inWords(event.departure));
  else desk.hear(event);
}

/** Open one drawer, or close it; the other one goes. */
function only(wanted, other) {
  if (!wanted.host.hidden || other.host.hidden) return wanted.toggle();
  other.toggle();
  return wanted.toggle();
}

/** At each connection everything is read again, as events before it were missed. */
async function resync(desk, bar) {
  const state = await readState();
  bar.state(state.bot.online ? "online" : "offline");
  await desk.show(state.people, state.groups);
}

async function addGroup(desk) {
  const group = await askNewGroup(desk.people());
  if (!group) return;
  desk.meetGroup(group);
  desk.go(group.id);
}

async function addSomebody(desk) {
  const person = await askPerson();
  if (!person) return;
  desk.open(person);
  desk.go(person.id);
  desk.focus(person.id);
}

/** Run something; the server's refusal is shown at the foot of the page. */
async function tried(action) {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    pageToast(error.message);
  }
}

tried(begin);
