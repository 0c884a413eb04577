// @ts-check
/** The same desk in another language: a sheet of paper may speak another one than the screen. */

import { Access } from "../access.js";
import { Format } from "../format.js";
import { Words } from "../i18n.js";
import { Names } from "../names.js";
import { RoomTables } from "../room-tables.js";

/** @import { Desk } from "../desk.js" */

/** @param {Desk} desk @param {string} language @returns {Desk} */
export function deskIn(desk, language) {
  if (language === desk.words.language) return desk;
  const words = new Words(desk.words.locales, language);
  const names = Object.assign(new Names(words), { ...desk.names, words });
  const tables = Object.assign(new RoomTables(words), { ...desk.tables, words });
  const access = new Access(tables, words, desk.access.isExercise);
  return { ...desk, words, names, tables, access, format: new Format(words) };
}
