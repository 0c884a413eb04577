// @ts-check
/** What every panel of a screen works with, and how a page gets it. */

import { Access } from "./access.js";
import { CameraLink } from "./cameras/link.js";
import { CameraRegister } from "./cameras/register.js";
import { Commands } from "./commands.js";
import { byId } from "./dom.js";
import { socketUrl, takeFirstSocket } from "./first-socket.js";
import { Format } from "./format.js";
import { loadLocales, Words } from "./i18n.js";
import { Keys } from "./keys.js";
import { LiveConnection } from "./live-connection.js";
import { Names } from "./names.js";
import { placed } from "./permalink.js";
import { Posting } from "./posting.js";
import { RoomTables } from "./room-tables.js";
import { SituationStore } from "./situation-store.js";
import { Theme } from "./theme.js";

/** @import { Locale } from "./i18n.js" */
/** @import { PageSettings } from "../../../types/wire" */

/**
 * @typedef {object} Desk
 * @property {PageSettings} settings
 * @property {SituationStore} store
 * @property {Words} words
 * @property {Format} format
 * @property {Names} names
 * @property {RoomTables} tables
 * @property {Access} access
 * @property {Posting} posting
 * @property {Commands} commands
 * @property {LiveConnection} connection
 * @property {Keys} keys
 * @property {Theme} theme
 * @property {(lat: number, lon: number) => {zone: string, name_fr: string, name_nl: string} | null} policeZoneAt
 * @property {(incident: string | null) => void} choose
 * @property {CameraRegister} cameras
 * @property {CameraLink} cameraLink
 * @property {(path: string) => string} cameraAddress of a socket for pictures
 * @property {Promise<void>} named names and tables have come, or were asked for in vain
 * @property {(camera: string, others: string[]) => void} showCamera large; `others` in reach of the arrow keys
 */

const AGAIN_MS = 2000;

/** From now on this browser can say that the server is away, even to who opens a page then. @param {string} staticUrl */
function keepGonePage(staticUrl) {
  navigator.serviceWorker?.register(`/gone-worker.js?static=${staticUrl}`).catch(() => {});
}

/** @param {Record<string, Locale>} locales @param {string} language */
const plainWords = (locales, language) => new Words(locales, language);

/** @returns {PageSettings} what the server told this page */
export function pageSettings() {
  return JSON.parse(byId("page-settings").textContent ?? "");
}

/**
 * @param {object} how
 * @param {PageSettings} how.settings
 * @param {() => void} how.changed something to draw
 * @param {Desk["policeZoneAt"]} how.policeZoneAt
 * @param {(incident: string | null) => void} [how.choose]
 * @param {(locales: Record<string, Locale>, language: string) => Words} [how.wordsOf]
 * @returns {Promise<Desk>}
 */
export async function openDesk({ settings, changed, policeZoneAt, choose, wordsOf = plainWords }) {
  keepGonePage(settings.static_url);
  const words = wordsOf(await loadLocales(settings.languages), settings.language);
  const store = new SituationStore(settings.realm);
  const tables = new RoomTables(words);
  const access = new Access(tables, words, settings.realm !== "live", placed("as"));
  const posting = new Posting(access, tables);
  const connection = new LiveConnection({
    url: socketUrl(settings.socket_path),
    first: takeFirstSocket,
    store,
    changed,
  });
  const commands = new Commands({
    address: `${settings.api_root}/realms/${settings.realm}/commands`,
    store,
    words,
    posting,
    looksOnly: access.lookedAt !== null,
    changed,
  });
  store.subscribe(changed);
  access.subscribe(changed);
  const cameras = new CameraRegister({
    address: `${settings.api_root}/realms/${settings.realm}/cameras`,
    access,
    store,
    changed,
  });
  /** @param {string} path */
  const cameraAddress = (path) => {
    const address = new URL(`/realms/${settings.realm}/cameras/${path}`, location.href);
    address.searchParams.set("capacity", access.capacity);
    return address.href.replace(/^http/, "ws");
  };
  /** @type {Desk} */
  const desk = {
    settings,
    store,
    words,
    format: new Format(words),
    names: new Names(words),
    tables,
    access,
    posting,
    commands,
    connection,
    keys: new Keys(),
    theme: new Theme(),
    policeZoneAt,
    choose: choose ?? ((incident) => store.select(incident)),
    cameras,
    cameraLink: new CameraLink(() => cameraAddress("socket")),
    cameraAddress,
    showCamera: () => {},
    named: Promise.resolve(),
  };
  desk.named = loadNames(desk, changed);
  return desk;
}

/** Names and tables, as soon as the server gives them: codes stand in until then. @param {Desk} desk @param {() => void} changed */
async function loadNames(desk, changed) {
  const { settings, names, tables } = desk;
  try {
    await Promise.all([names.load(settings.api_root), tables.load(settings.api_root, settings.realm)]);
    changed();
  } catch {
    setTimeout(() => loadNames(desk, changed), AGAIN_MS);
  }
}

/** Ages and times left, wherever they stand. @param {Desk} desk */
export function tellTimes({ store, format, words }) {
  const now = store.now();
  for (const element of document.querySelectorAll("[data-since]")) {
    const age = format.age(element.getAttribute("data-since") ?? "", now);
    if (element.textContent !== age) element.textContent = age;
  }
  for (const element of document.querySelectorAll("[data-due]")) {
    const left = (Date.parse(element.getAttribute("data-due") ?? "") - now) / 1000;
    const said = words.t(left < 0 ? "due.late" : "due.left", { duration: format.duration(Math.abs(left)) });
    if (element.textContent !== said) element.textContent = said;
    element.classList.toggle("late", left < 0);
  }
}
