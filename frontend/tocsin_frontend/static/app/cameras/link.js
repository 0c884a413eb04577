// @ts-check
/**
 * Pictures over one socket: only those that somebody sees here, at the pace they are seen. When
 * the page is hidden nothing is asked for.
 */

/** @typedef {{blob: Blob, capturedAt: number, receivedAt: number, sequence: number}} Picture times in milliseconds, on the server's clock */
/** @typedef {(picture: Picture) => void} Take */
/** @typedef {{camera: string, fps: number, take: Take}} Wanted */

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 2000; // right again within three seconds of the return
const SILENT_MS = 8000; // a beat comes every two seconds
const WATCH_MS = 1000;
const HEAD = 22;
const VERSION = 1;

/** @param {ArrayBuffer} message @returns {{camera: string, picture: Picture} | null} */
export function readFrame(message) {
  const view = new DataView(message);
  if (view.byteLength < HEAD || view.getUint8(0) !== VERSION) return null;
  const start = HEAD + view.getUint8(1);
  if (view.byteLength <= start) return null;
  return {
    camera: new TextDecoder().decode(new Uint8Array(message, HEAD, start - HEAD)),
    picture: {
      blob: new Blob([new Uint8Array(message, start)], { type: "image/jpeg" }),
      capturedAt: Number(view.getBigUint64(2)),
      receivedAt: Number(view.getBigUint64(10)),
      sequence: view.getUint32(18),
    },
  };
}

export class CameraLink {
  /** @param {() => string} address of the socket, with its capacity */
  constructor(address) {
    this.address = address;
    /** @type {Set<Wanted>} */
    this.wanted = new Set();
    /** The newest picture of each camera that is looked at. @type {Map<string, Picture>} */
    this.newest = new Map();
    /** Why a camera is not shown, as the server says. @type {Map<string, string>} */
    this.refused = new Map();
    /** Server clock minus ours. */
    this.offset = 0;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.attempts = 0;
    this.heardAt = 0;
    this.told = "";
    this.planned = false;
    /** @type {number | undefined} */
    this.retry = undefined;
    document.addEventListener("visibilitychange", () => this.#plan());
    setInterval(() => this.#watch(), WATCH_MS);
  }

  /** The server's time, by which pictures are so and so old. */
  now() {
    return Date.now() + this.offset;
  }

  /**
   * Begin to look; what is returned ends it.
   * @param {string} camera @param {number} fps @param {Take} take
   */
  look(camera, fps, take) {
    const wanted = { camera, fps, take };
    this.wanted.add(wanted);
    const newest = this.newest.get(camera);
    if (newest !== undefined) take(newest);
    this.#plan();
    return () => {
      this.wanted.delete(wanted);
      this.#plan();
    };
  }

  /** The capacity changed: what may be seen is another matter now. */
  again() {
    this.newest.clear();
    this.refused.clear();
    this.#drop();
    this.attempts = 0;
    this.#plan();
  }

  /** Tiles come and go in groups: one wish for all of them. */
  #plan() {
    if (this.planned) return;
    this.planned = true;
    queueMicrotask(() => {
      this.planned = false;
      this.#tell();
    });
  }

  #wish() {
    /** @type {Record<string, number>} */
    const cameras = {};
    if (document.visibilityState === "hidden") return cameras;
    for (const { camera, fps } of this.wanted) cameras[camera] = Math.max(fps, cameras[camera] ?? 0);
    return cameras;
  }

  #tell() {
    const cameras = this.#wish();
    for (const camera of this.newest.keys()) {
      if (cameras[camera] === undefined) this.newest.delete(camera);
    }
    if (this.socket === null) {
      if (Object.keys(cameras).length > 0 && this.retry === undefined) this.#connect();
      return;
    }
    if (this.socket.readyState !== WebSocket.OPEN) return; // told when it opens
    const told = JSON.stringify({ cameras });
    if (told === this.told) return;
    this.told = told;
    this.socket.send(told);
  }

  #connect() {
    this.retry = undefined;
    const socket = new WebSocket(this.address());
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.told = "";
    this.heardAt = performance.now();
    socket.addEventListener("open", () => socket === this.socket && this.#tell());
    socket.addEventListener("message", (event) => {
      if (socket === this.socket) this.#take(event.data);
    });
    socket.addEventListener("close", () => {
      if (socket === this.socket) this.#lost();
    });
  }

  #lost() {
    this.#drop();
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.attempts);
    this.attempts += 1;
    this.retry = window.setTimeout(
      () => {
        this.retry = undefined;
        this.#tell();
      },
      longest / 2 + (Math.random() * longest) / 2,
    );
  }

  #drop() {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    clearTimeout(this.retry);
    this.retry = undefined;
  }

  #watch() {
    if (this.socket !== null && performance.now() - this.heardAt > SILENT_MS) this.#lost();
  }

  /** @param {string | ArrayBuffer} message */
  #take(message) {
    this.heardAt = performance.now();
    this.attempts = 0;
    if (typeof message === "string") {
      const told = JSON.parse(message);
      this.offset = Date.parse(told.at) - Date.now();
      if (told.type === "watching") this.refused = new Map(Object.entries(told.refused));
      return;
    }
    const frame = readFrame(message);
    if (frame === null) return;
    this.newest.set(frame.camera, frame.picture);
    for (const { camera, take } of this.wanted) {
      if (camera === frame.camera) take(frame.picture);
    }
  }
}
