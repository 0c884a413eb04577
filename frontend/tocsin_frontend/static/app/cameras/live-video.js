// @ts-check
/**
 * Live video of one camera: fragments of MP4 over a socket into MediaSource. Where that cannot be,
 * it says why, and previews go on.
 */

/** @typedef {"wait" | "live" | "none"} LiveState */

const KEPT_S = 20; // behind the picture; older is thrown away
const BEHIND_S = 2.5; // further behind than this it jumps to the newest
const EDGE_S = 0.6; // so much in hand before it plays: pictures come one by one, and not evenly
const SILENT_MS = 4000;
const AGAIN_MS = 3000;
const FOR_GOOD = new Set(["no_video", "no_h264", "no_mse", "not_played", "too_many"]);

export class LiveVideo {
  /**
   * @param {HTMLVideoElement} video
   * @param {string} address
   * @param {(state: LiveState, why: string) => void} changed
   */
  constructor(video, address, changed) {
    this.video = video;
    this.address = address;
    this.changed = changed;
    /** @type {LiveState} */
    this.state = "wait";
    /** @type {WebSocket | null} */
    this.socket = null;
    /** @type {SourceBuffer | null} */
    this.buffer = null;
    /** @type {ArrayBuffer[]} */
    this.waiting = [];
    this.heardAt = 0;
    this.closed = false;
    /** @type {number | undefined} */
    this.retry = undefined;
    video.muted = true;
    video.playsInline = true;
    this.onPlaying = () => this.#become("live", "");
    this.onError = () => this.#end("not_played");
    this.onWaiting = () => video.pause();
    video.addEventListener("playing", this.onPlaying);
    video.addEventListener("waiting", this.onWaiting);
    video.addEventListener("error", this.onError);
    this.timer = setInterval(() => this.#watch(), 500);
    this.#open();
  }

  close() {
    this.closed = true;
    clearInterval(this.timer);
    clearTimeout(this.retry);
    this.video.removeEventListener("playing", this.onPlaying);
    this.video.removeEventListener("waiting", this.onWaiting);
    this.video.removeEventListener("error", this.onError);
    this.#drop();
  }

  /** The newest moment that can be shown, minus the one that is. */
  get behind() {
    const { buffered, currentTime } = this.video;
    return buffered.length === 0 ? 0 : buffered.end(buffered.length - 1) - currentTime;
  }

  #open() {
    if (!("MediaSource" in window)) {
      this.#become("none", "no_mse");
      return;
    }
    const socket = new WebSocket(this.address);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.heardAt = performance.now();
    socket.addEventListener("message", ({ data }) => {
      if (socket !== this.socket) return;
      this.heardAt = performance.now();
      if (typeof data === "string") this.#begin(JSON.parse(data).mime);
      else this.#append(data);
    });
    socket.addEventListener("close", ({ reason }) => {
      if (socket === this.socket) this.#end(reason || "unreachable");
    });
  }

  /** @param {string} mime */
  #begin(mime) {
    if (!MediaSource.isTypeSupported(mime)) {
      this.#end("not_played");
      return;
    }
    const source = new MediaSource();
    this.buffer = null;
    this.waiting = [];
    URL.revokeObjectURL(this.video.src);
    this.video.src = URL.createObjectURL(source);
    source.addEventListener(
      "sourceopen",
      () => {
        if (this.closed || source.readyState !== "open") return;
        this.buffer = source.addSourceBuffer(mime);
        this.buffer.addEventListener("updateend", () => this.#feed());
        this.#feed();
      },
      { once: true },
    );
  }

  /** @param {ArrayBuffer} boxes */
  #append(boxes) {
    this.waiting.push(boxes);
    this.#feed();
  }

  #feed() {
    const { buffer, video } = this;
    if (buffer === null || buffer.updating || video.error !== null) return;
    const next = this.waiting.shift();
    if (next !== undefined) {
      buffer.appendBuffer(next);
      return;
    }
    if (video.paused && this.behind >= EDGE_S) {
      video.play().catch((error) => {
        if (error.name !== "AbortError") this.#end("not_played"); // a pause came between
      });
    }
    const start = buffer.buffered.length > 0 ? buffer.buffered.start(0) : 0;
    if (video.currentTime - start > 2 * KEPT_S) buffer.remove(start, video.currentTime - KEPT_S);
  }

  #watch() {
    const { video } = this;
    if (this.state === "live" && performance.now() - this.heardAt > SILENT_MS) this.#end("unreachable");
    else if (this.behind > BEHIND_S) video.currentTime += this.behind - EDGE_S;
  }

  /** @param {string} why */
  #end(why) {
    if (this.closed) return;
    this.#drop();
    this.#become("none", why);
    if (!FOR_GOOD.has(why)) this.retry = window.setTimeout(() => this.#open(), AGAIN_MS);
  }

  #drop() {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    this.buffer = null;
    this.waiting = [];
    if (this.video.src !== "") {
      URL.revokeObjectURL(this.video.src);
      this.video.removeAttribute("src");
      this.video.load();
    }
  }

  /** @param {LiveState} state @param {string} why */
  #become(state, why) {
    if (this.closed) return;
    this.state = state;
    this.changed(state, why);
  }
}
