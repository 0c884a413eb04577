// @ts-check
/**
 * A wall mends itself: errors are counted and shown, and a page that goes on failing, has lost its
 * graphics or comes from an older server is opened anew. Only when the server gives the page: a
 * browser's own error page would stay for ever.
 */

import { isQuiet } from "./on-show.js";

/** @import { Desk } from "../desk.js" */
/** @import { PageSettings } from "../../../../types/wire" */

const TOO_MANY = 3; // errors …
const WITHIN_MS = 60_000; // … in so short a time
const AT_MOST_EVERY_MS = 5 * 60_000;
const GRAPHICS_BACK_MS = 10_000;
const ASK_EVERY_MS = 30_000;
const WAIT_FOR_QUIET_MS = 10 * 60_000;
const KEPT_AS = "tocsin_wall_renewed";

/** Whether so many errors ask for a new start. Pure. @param {number[]} errorsAt @param {number} now @param {number} renewedAt */
export function shouldRenew(errorsAt, now, renewedAt) {
  const recent = errorsAt.filter((at) => now - at < WITHIN_MS);
  return recent.length >= TOO_MANY && now - renewedAt >= AT_MOST_EVERY_MS;
}

/** Whether the server now gives another program than the one that runs here. Pure. @param {PageSettings} ours @param {PageSettings} served */
export function isOther(ours, served) {
  return ours.static_url !== served.static_url || ours.version !== served.version;
}

export class Guard {
  /** @param {() => void} [reopen] */
  constructor(reopen = () => location.reload()) {
    this.reopen = reopen;
    this.errors = 0;
    this.last = "";
    /** When the latest few came. @type {number[]} */
    this.errorsAt = [];
    /** @type {Desk | null} */
    this.desk = null;
    /** The server process, and its version, whose program was last compared with ours. @type {string | null} */
    this.compared = null;
    /** Since when another program waits to be taken. @type {number | null} */
    this.otherSince = null;
    this.askedAt = -ASK_EVERY_MS;
    this.renewing = false;
    /** @type {number | undefined} */
    this.graphics = undefined;
    addEventListener("error", (event) => this.#note(event.message));
    addEventListener("unhandledrejection", (event) => this.#note(event.reason));
    addEventListener("webglcontextlost", () => this.#graphicsLost(), true);
    addEventListener("webglcontextrestored", () => clearTimeout(this.graphics), true);
    setInterval(() => this.#watch(), 1000);
  }

  /** @param {unknown} what */
  #note(what) {
    this.errors += 1;
    this.last = String(what);
    this.errorsAt = [...this.errorsAt, Date.now()].slice(-TOO_MANY);
    if (shouldRenew(this.errorsAt, Date.now(), renewedAt())) this.#renew();
  }

  #graphicsLost() {
    clearTimeout(this.graphics);
    this.graphics = window.setTimeout(() => {
      if (Date.now() - renewedAt() >= AT_MOST_EVERY_MS) this.#renew();
    }, GRAPHICS_BACK_MS);
  }

  #watch() {
    const { desk } = this;
    if (desk === null) return;
    const { connection, settings, store } = desk;
    const now = performance.now();
    const waited = this.otherSince === null ? 0 : now - this.otherSince;
    if (this.otherSince !== null && (isQuiet(store.picture, store.now()) || waited > WAIT_FOR_QUIET_MS)) {
      this.#renew();
      return;
    }
    const restarted = connection.state === "live" && told(connection) !== this.compared;
    const newer = connection.serverVersion !== null && connection.serverVersion !== settings.version;
    const astray = connection.trouble === "other_realm";
    const again = now - this.askedAt >= ASK_EVERY_MS;
    if (this.otherSince === null && (restarted || ((newer || astray) && again))) this.#compare();
  }

  /** Is it still this program, for this realm, that the server gives? */
  async #compare() {
    const { desk } = this;
    if (desk === null) return;
    this.askedAt = performance.now();
    const { trouble } = desk.connection;
    this.compared = told(desk.connection);
    const served = await servedSettings();
    if (served === null) {
      this.compared = null;
      return;
    }
    const returned = trouble === "other_realm" && served.realm === desk.settings.realm;
    if (isOther(desk.settings, served) || returned) this.otherSince ??= performance.now();
  }

  async #renew() {
    if (this.renewing) return;
    this.renewing = true;
    if ((await servedSettings()) === null) {
      this.renewing = false;
      this.otherSince = null; // compared again when the server is back
      this.compared = null;
      return;
    }
    keep(Date.now());
    this.reopen();
  }
}

/** What the server gives at our own address; null where that is not our page. @returns {Promise<PageSettings | null>} */
async function servedSettings() {
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (!answer.ok) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return JSON.parse(page.getElementById("page-settings")?.textContent ?? "null");
  } catch {
    return null;
  }
}

/** @param {Desk["connection"]} connection */
const told = ({ boot, serverVersion }) => `${boot} ${serverVersion}`;

function renewedAt() {
  return Number(sessionStorage.getItem(KEPT_AS) ?? 0);
}

/** @param {number} at */
function keep(at) {
  sessionStorage.setItem(KEPT_AS, String(at));
}
