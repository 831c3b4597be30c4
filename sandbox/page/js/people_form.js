/** The form that adds a person. */

import { addPerson } from "./api.js";
import { ask, choice, field } from "./dialogs.js";
import { roleName } from "./phone_heads.js";

const LANGUAGES = [["en", "English"], ["de", "Deutsch"], ["es", "Español"], ["fr", "Français"], ["it", "Italiano"], ["pt-br", "Português"], ["uk", "Українська"], ["ru", "Русский"], ["ar", "العربية"], ["fa", "فارسی"]];

/** Ask for a new person; resolves with the person, or null. */
export function askPerson() {
  const fields = [
    field("First name", "first_name", { required: true, maxlength: 64 }),
    field("Last name", "last_name", { maxlength: 64 }),
    field("Username", "username", { pattern: "[A-Za-z][A-Za-z0-9_]{4,31}", title: "5 to 32 letters, digits or _, a letter first" }),
    field("Phone", "phone", { type: "tel", placeholder: "+43 660 1234567" }),
    choice("Language", "language", LANGUAGES),
    choice("Label", "role", ["visitor", "staff", "admin"].map((role) => [role, roleName(role)])),
  ];
  const words = "Another phone with its own chat. The label is for this page; rights are given in the bot.";
  return ask({ title: "Add a person", words, fields, verb: "Add", send: (entered) => addPerson(filled(entered)) });
}

const filled = (entered) => Object.fromEntries(Object.entries(entered).filter(([, value]) => value.trim() !== ""));
