/** Choosing a group or people for a button that asks for them, and making a group. */

import { addGroup } from "./api.js";
import { ask, choice, field, several } from "./dialogs.js";
import { fullName } from "./names.js";

/** The id of one of these groups, or null. */
export async function askGroup(groups) {
  const options = groups.filter((group) => !group.migrated_to).map((group) => [group.id, group.title]);
  const words = options.length ? "The bot gets the rights that its button asks for." : "This person is in no group yet: add one with the button above.";
  const values = await ask({ title: "Choose a group", words, fields: options.length ? [choice("Group", "group", options, true)] : [], verb: options.length ? "Choose" : "Close" });
  return values?.group ? Number(values.group) : null;
}

/** Ids of up to `most` of these people, or null. */
export async function askUsers(people, most) {
  const options = people.map((person) => [person.id, fullName(person)]);
  const chosen = most > 1 ? several("Who", "users", options) : choice("Who", "users", options, true);
  const values = await ask({ title: "Choose people", words: most > 1 ? `Up to ${most}.` : "", fields: [chosen], verb: "Choose" });
  return values && [values.users].flat().map(Number);
}

const PLACES = [["administrator", "Administrator with all rights"], ["member", "Member"], ["left", "Not in the group"]];
const KINDS = [["forum", "Supergroup with topics"], ["supergroup", "Supergroup"], ["group", "Basic group"]];

/** Ask for a new group; resolves with the group, or null. */
export function askNewGroup(people) {
  const staff = people.filter((person) => person.role !== "visitor").map((person) => person.id);
  const ordered = [...people].sort((a, b) => staff.includes(b.id) - staff.includes(a.id));
  const options = ordered.map((person) => [person.id, fullName(person)]);
  const fields = [
    field("Title", "title", { required: true, maxlength: 128, value: "Staff", whole: true }),
    choice("Made by", "creator", options),
    choice("Kind", "kind", KINDS),
    several("Members", "members", options, staff),
    choice("The bot is", "bot", PLACES, true),
  ];
  const send = ({ title, creator, kind, members, bot }) => addGroup({ title, creator: Number(creator), members: [members ?? []].flat().map(Number), bot, forum: kind === "forum", supergroup: kind !== "group" });
  return ask({ title: "Add a group", words: "A phone that shows the group; you write in it as any of its members.", fields, verb: "Add", send });
}

/** A new topic's name, or null. */
export async function askTopicName(name = "") {
  const values = await ask({ title: name ? "Rename the topic" : "New topic", words: "", fields: [field("Name", "name", { required: true, maxlength: 128, value: name, whole: true })], verb: name ? "Rename" : "Create" });
  return values && values.name;
}
