// @ts-check
/**
 * The page's first socket, opened while its other modules are still on their way: by the time the
 * desk is made, the picture has come too.
 */

/** @typedef {{ socket: WebSocket, heard: MessageEvent[] }} FirstSocket `heard`: all that it has told */

const settings = JSON.parse(document.getElementById("page-settings")?.textContent ?? "{}");
/** @type {FirstSocket | null} */
let first = open(socketUrl(settings.socket_path));

/** Where the room's socket is. @param {string} path @returns {string} an address without a query */
export function socketUrl(path) {
  return new URL(path, location.href).href.replace(/^http/, "ws");
}

/**
 * The first socket, for the one who asks first and hears it from then on; afterwards, and when it
 * is closed already, none.
 */
export function takeFirstSocket() {
  const taken = first;
  first = null;
  taken?.socket.removeEventListener("message", hear);
  return taken !== null && taken.socket.readyState <= WebSocket.OPEN ? taken : null;
}

/** @param {string} url @returns {FirstSocket} */
function open(url) {
  const socket = new WebSocket(url);
  socket.addEventListener("message", hear);
  return { socket, heard: [] };
}

/** @param {MessageEvent} event */
function hear(event) {
  first?.heard.push(event);
}
