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
    block: () => post(at("block")),
    unblock: () => post(at("unblock")),
    file: (file, kind, caption) => call(at("file"), { method: "POST", body: fileForm(file, kind, caption) }),
  };
}

function fileForm(file, kind, caption) {
  const form = new FormData();
  form.append("kind", kind);
  if (caption) form.append("caption", caption);
  form.append("file", file, file.name);
  return form;
}
