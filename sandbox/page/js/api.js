/** The people's side of the sandbox over HTTP. Refusals arrive as `Refused`, with the server's sentence. */

/** The server said no; `message` is its sentence. */
export class Refused extends Error {}

async function call(path, options = {}) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Refused("The sandbox does not answer.");
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(body.error ?? `The sandbox answered ${response.status}.`);
  return body;
}

const get = (path) => call(path);

const post = (path, body = {}) =>
  call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export const readState = () => get("/sim/state");
export const addPerson = (person) => post("/sim/people", person);
export const readLog = (after) => get(`/sim/log?after=${after}`);
export const readDepartures = () => get("/sim/departures");
export const addGroup = (group) => post("/sim/groups", group);
export const readFaults = () => get("/sim/faults");
export const addFault = (rule) => post("/sim/faults", rule);
export const removeFault = (id) => call(id ? `/sim/faults/${id}` : "/sim/faults", { method: "DELETE" });
export const readClock = () => get("/sim/clock");
export const setClock = (ahead) => post("/sim/clock", { ahead });
export const readInline = (queryId, wait = 10) => get(`/sim/inline/${queryId}?wait=${wait}`);
export const readAnswer = (queryId) => get(`/sim/queries/${queryId}`);

/** Everything one person can do. */
export function personApi(id) {
  const at = (action) => `/sim/people/${id}/${action}`;
  return {
    chat: (before, limit = 40) => get(at(`chat?limit=${limit}${before ? `&before=${before}` : ""}`)),
    start: (payload) => post(at("start"), payload ? { payload } : {}),
    write: (text, replyTo) => post(at("write"), replyTo ? { text, reply_to: replyTo } : { text }),
    edit: (messageId, text) => post(at("edit"), { message_id: messageId, text }),
    press: (messageId, row, column) => post(at("press"), { message_id: messageId, row, column }),
    shareContact: (of) => post(at("share_contact"), of ? { of } : {}),
    shareLocation: (latitude, longitude) => post(at("share_location"), { latitude, longitude }),
    open: (link) => post(at("open"), { link }),
    remove: (messageId) => post(at("delete"), { message_id: messageId }),
    react: (messageId, emoji) => post(at("react"), { message_id: messageId, emoji }),
    vote: (messageId, options) => post(at("vote"), { message_id: messageId, options }),
    inline: (query, offset, place) => post(at("inline"), { query, offset, ...place }),
    choose: (queryId, resultId, place) => post(at("choose"), { query_id: queryId, result_id: resultId, ...place }),
    shareChat: (group, requestId) => post(at("share_chat"), { group, request_id: requestId }),
    shareUsers: (users, requestId) => post(at("share_users"), { users, request_id: requestId }),
    deactivate: (on) => post(at("deactivate"), { on }),
    block: () => post(at("block")),
    unblock: () => post(at("unblock")),
    file: (file, kind, caption) => call(at("file"), { method: "POST", body: fileForm(file, kind, caption) }),
  };
}

/** Everything the members of a group can do; `who` is one of their ids. */
export function groupApi(id) {
  const at = (action) => `/sim/groups/${id}/${action}`;
  const query = (values) => new URLSearchParams(Object.entries(values).filter(([, value]) => value !== null && value !== undefined)).toString();
  return {
    chat: (thread, before, person, limit = 40) => get(`${at("chat")}?${query({ thread, before, person, limit })}`),
    write: (who, text, thread, replyTo) => post(at("write"), { person: who, text, thread, reply_to: replyTo }),
    edit: (who, messageId, text) => post(at("edit"), { person: who, message_id: messageId, text }),
    remove: (who, messageId) => post(at("delete"), { person: who, message_id: messageId }),
    press: (who, messageId, row, column) => post(at("press"), { person: who, message_id: messageId, row, column }),
    react: (who, messageId, emoji) => post(at("react"), { person: who, message_id: messageId, emoji }),
    vote: (who, messageId, options) => post(at("vote"), { person: who, message_id: messageId, options }),
    file: (who, file, kind, caption, thread) => call(at("file"), { method: "POST", body: fileForm(file, kind, caption, { person: who, thread }) }),
    makeTopic: (who, name) => post(at("topics"), { person: who, name }),
    topic: (who, topic, change, name) => post(at("topic"), { by: who, topic, change, name }),
    member: (person, status) => post(at("member"), { person, status }),
    migrate: () => post(at("migrate")),
    forum: (on) => post(at("forum"), { on }),
  };
}

function fileForm(file, kind, caption, more = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(more)) form.append(name, String(value));
  form.append("kind", kind);
  if (caption) form.append("caption", caption);
  form.append("file", file, file.name);
  return form;
}
