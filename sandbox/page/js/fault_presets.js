/** The usual misfortunes, ready to be switched on. */

const HOUR = 3600;

/** A button each: `rule` goes to the server as it is. */
export const PRESETS = [
  { text: "Too fast (429)", rule: { method: "sendMessage", error: { code: 429, retry_after: 5 }, times: 1 } },
  { text: "Server error (502)", rule: { error: { code: 502 }, times: 3 } },
  { text: "Connection refused", rule: { close: "unread", times: 3 } },
  { text: "Lost before acting", rule: { method: "sendMessage", close: "before", times: 1 } },
  { text: "Lost after acting", rule: { method: "sendMessage", close: "after", times: 1 } },
  { text: "Slow by 5 s", rule: { method: "sendMessage", delay: 5, times: 3 } },
  { text: "Hangs until taken back", rule: { method: "sendMessage", hold: "before", times: 1 } },
  { text: "Half an answer", rule: { method: "sendMessage", answer: "half", times: 1 } },
  { text: "Answer is no JSON", rule: { method: "sendMessage", answer: "garbled", times: 1 } },
  { text: "Updates twice", rule: { method: "getUpdates", updates: "twice", times: 5 } },
  { text: "Updates in wrong order", rule: { method: "getUpdates", updates: "reordered", times: 5 } },
  { text: "Second poller (409)", rule: { method: "getUpdates", error: { code: 409 }, times: 2 } },
  { text: "Token revoked (401)", rule: { error: { code: 401 } } },
  { text: "One call in ten fails", rule: { error: { code: 500 }, probability: 0.1 } },
];

/** Steps by which the clock can be set ahead, in seconds. */
export const STEPS = [["10 min", 600], ["1 h", HOUR], ["1 day", 24 * HOUR], ["1 week", 168 * HOUR]];
