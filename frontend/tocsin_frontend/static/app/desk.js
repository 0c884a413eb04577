// @ts-check
/** What every panel of this screen works with. */

/** @import { Commands } from "./commands.js" */
/** @import { Format } from "./format.js" */
/** @import { Words } from "./i18n.js" */
/** @import { LiveConnection } from "./live-connection.js" */
/** @import { Names } from "./names.js" */
/** @import { SituationStore } from "./situation-store.js" */
/** @import { PageSettings } from "../../../types/wire" */

/**
 * @typedef {object} Desk
 * @property {PageSettings} settings
 * @property {SituationStore} store
 * @property {Words} words
 * @property {Format} format
 * @property {Names} names
 * @property {Commands} commands
 * @property {LiveConnection} connection
 * @property {(lat: number, lon: number) => {zone: string, name_fr: string, name_nl: string} | null} policeZoneAt
 * @property {(incident: string | null) => void} choose
 */

export {};
