// @ts-check
/** The last hour as a calm strip: when incidents were opened, and when one became graver. */

import { byId, fill, h } from "../dom.js";
import { severityBadge } from "../symbols.js";
import { onResize } from "./fit.js";

/** @import { Desk } from "../desk.js" */
/** @import { Picture } from "../../../../types/wire" */

const HOUR_MS = 3_600_000;
const SLOT_EM = 3.2; // of a sign with its count
const SLOTS = [30, 20, 12, 6]; // that divide an hour into whole minutes

/** How many slots fit. Pure. @param {number} width in em */
export function slotCount(width) {
  return SLOTS.find((count) => width / count >= SLOT_EM) ?? 6;
}

/**
 * What happened in each slot, the oldest first: how often, and how grave at worst. Pure.
 * @param {Picture} picture @param {number} end of the last slot @param {number} slots
 */
export function lastHour({ incidents, alarms }, end, slots) {
  const found = Array.from({ length: slots }, () => ({ opened: 0, raised: 0, severity: -1 }));
  /** @param {string | null} at @param {"opened" | "raised"} kind @param {number} severity */
  const put = (at, kind, severity) => {
    if (at === null) return;
    const slot = found[Math.floor(((Date.parse(at) - end + HOUR_MS) / HOUR_MS) * slots)];
    if (slot === undefined) return;
    slot[kind] += 1;
    slot.severity = Math.max(slot.severity, severity);
  };
  for (const incident of Object.values(incidents)) {
    if (incident.state !== "duplicate") put(incident.opened_at, "opened", incident.severity);
  }
  for (const alarm of Object.values(alarms)) {
    const severity = incidents[alarm.incident ?? ""]?.severity;
    if (severity !== undefined) put(alarm.rearmed_at, "raised", severity);
  }
  return found;
}

export class LastHour {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.box = byId("wall-hour");
    this.title = h("h2");
    this.slots = h("ol");
    this.hours = h("p", { class: "wall-hours" });
    this.box.append(this.title, this.slots, this.hours);
    this.count = 6;
    this.said = "";
    onResize(this.box, () => {
      const em = parseFloat(getComputedStyle(this.box).fontSize);
      this.count = slotCount(this.slots.clientWidth / em);
      this.draw();
    });
  }

  tick() {
    this.draw();
  }

  draw() {
    const { store, words, format } = this.desk;
    const width = HOUR_MS / this.count;
    const end = (Math.floor(store.now() / width) + 1) * width;
    const slots = lastHour(store.picture, end, this.count);
    const said = JSON.stringify([slots, end, words.language]);
    if (said === this.said) return;
    this.said = said;
    this.title.textContent = words.t("wall.last_hour");
    fill(
      this.slots,
      slots.map(({ opened, raised, severity }) => {
        const several = opened + raised > 1 && `×${opened + raised}`;
        return h(
          "li",
          { class: raised > 0 ? "raised" : "" },
          severity >= 0 && severityBadge(severity),
          several,
        );
      }),
    );
    const at = [0, 0.25, 0.5, 0.75, 1].map((share) => format.hour(end - HOUR_MS + share * HOUR_MS));
    fill(this.hours, at.map((hour) => h("span", {}, hour)));
  }
}
