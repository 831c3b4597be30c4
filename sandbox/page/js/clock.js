/** Times as people read them, in the reader's own zone. */

const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const seconds = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat("en", { day: "numeric", month: "long" });
const dayAndYear = new Intl.DateTimeFormat("en", { day: "numeric", month: "long", year: "numeric" });

/** Unix seconds → "14:05". */
export const clockTime = (unix) => time.format(unix * 1000);

/** Unix seconds → "14:05:09". */
export const exactTime = (unix) => seconds.format(unix * 1000);

/** Unix seconds → "2026-11-22", the key by which messages are gathered into days. */
export function dayKey(unix) {
  const date = new Date(unix * 1000);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/** Unix seconds → "Today", "Yesterday", "3 May" or "3 May 2025". */
export function dayName(unix, now = Date.now() / 1000) {
  if (dayKey(unix) === dayKey(now)) return "Today";
  if (dayKey(unix) === dayKey(now - 86_400)) return "Yesterday";
  const sameYear = new Date(unix * 1000).getFullYear() === new Date(now * 1000).getFullYear();
  return (sameYear ? day : dayAndYear).format(unix * 1000);
}
