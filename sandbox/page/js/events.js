/** One WebSocket for the whole page. It comes back by itself, later each time, and says so. */

const FIRST_DELAY = 400;
const LAST_DELAY = 10_000;

/** Listen for ever. `onOpen` runs at each connection: events before it were missed, so it is time to reload. */
export function listen({ onEvent, onOpen, onLost }) {
  let delay = FIRST_DELAY;

  function connect() {
    const socket = new WebSocket(address());
    socket.addEventListener("open", () => {
      delay = FIRST_DELAY;
      onOpen();
    });
    socket.addEventListener("message", (message) => onEvent(JSON.parse(message.data)));
    socket.addEventListener("close", () => {
      onLost();
      setTimeout(connect, delay * (0.75 + Math.random() / 2));
      delay = Math.min(delay * 2, LAST_DELAY);
    });
  }

  connect();
}

function address() {
  const url = new URL("/sim/events", location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  return url;
}
