// @ts-check
/** Calls people by what is live, whatever they look at: sounds that repeat until answered, and words. */

import { alarmLists, calledAt, reasonNow, sounding } from "../alarms.js";
import { byId } from "../dom.js";
import { exercisePrefix } from "./exercise-mark.js";

/** @import { Desk } from "../desk.js" */
/** @import { Sounds } from "../sounds.js" */
/** @import { Alarm } from "../../../../types/wire" */

export class AlarmCaller {
  /** @param {Desk} desk @param {Sounds} sounds */
  constructor(desk, sounds) {
    this.desk = desk;
    this.sounds = sounds;
    /** When each call was last heard, by this screen's own clock. @type {Map<string, number>} */
    this.heard = new Map();
    /** Calls that were told already; null before the first picture. @type {Set<string> | null} */
    this.told = null;
    this.capacity = "";
    this.polite = byId("alarm-news");
    this.assertive = byId("alarm-news-urgent");
  }

  /** Once a second: one sound at most, that of the most urgent alarm whose turn it is. */
  tick() {
    const { store, tables } = this.desk;
    const now = performance.now();
    const calling = sounding(this.desk);
    const keys = new Set(calling.map(key));
    for (const known of this.heard.keys()) if (!keys.has(known)) this.heard.delete(known);
    if (this.sounds.isBlocked || !store.liveKnown) return;
    let loudest = null;
    for (const alarm of calling) {
      const row = tables.alarms?.priorities[alarm.priority];
      if (!row?.sound) continue;
      const last = this.heard.get(key(alarm));
      const due = last === undefined || (row.repeat_s !== null && now - last >= row.repeat_s * 1000);
      if (!due) continue;
      this.heard.set(key(alarm), now);
      loudest ??= row.sound;
    }
    if (loudest !== null) this.sounds.play(loudest);
  }

  /** New calls are read out: the most urgent ones at once, others when there is a pause. */
  draw() {
    const { store, access, words } = this.desk;
    if (!store.liveKnown) return;
    const { calling } = alarmLists(this.desk, store.live);
    const fresh = calling.filter((alarm) => !this.told?.has(key(alarm)));
    const told = this.told === null || this.capacity !== access.capacity ? [] : fresh;
    this.capacity = access.capacity;
    this.told = new Set(calling.map(key));
    for (const [box, urgent] of /** @type {const} */ ([[this.assertive, true], [this.polite, false]])) {
      const those = told.filter((alarm) => (alarm.priority === 1) === urgent);
      if (those.length === 0) continue;
      box.textContent = those
        .map((alarm) => `${exercisePrefix(this.desk)}${words.t("alarm.new", { priority: alarm.priority })} ${words.of(reasonNow(alarm))}`)
        .join(" ");
    }
  }
}

/** @param {Alarm} alarm */
const key = (alarm) => `${alarm.id} ${calledAt(alarm)}`;
