// @ts-check
/** The board of the situation: all that matters now on a sheet or two, from the picture alone. */

import { h } from "../dom.js";
import { moreUrgent } from "../alarms.js";
import { followedOf, incidentRows } from "./followed.js";
import { alarmSection, channelsOf, meansSection, zoneSection } from "./means.js";
import { section, sheet } from "./sheet.js";

/** @import { Desk } from "../desk.js" */

const ZONES = ["zone_red", "zone_orange", "zone_yellow", "wedge"];
const SEVERITIES = [4, 3, 2, 1, 0];

/** @param {Desk} desk */
export function boardSheet(desk) {
  const { store, words, tables } = desk;
  const { picture } = store;
  const made = new Date(store.now()).toISOString();
  const incidents = followedOf(picture);
  const alarms = Object.values(picture.alarms)
    .filter((alarm) => alarm.kind === "alarm" && alarm.cleared_at === null)
    .sort(moreUrgent);
  const level = tables.word(tables.room?.activation, picture.activation?.level ?? "watch");
  const counts = SEVERITIES.map((severity) => {
    const n = incidents.filter((incident) => incident.severity === severity).length;
    return `S${severity} ${words.t(`severity.${severity}`)}${words.t("paper.colon")}${n}`;
  });
  const title = words.t("paper.incidents", { n: incidents.length });
  return sheet(
    desk,
    { title: words.t("board.title"), kind: "board", made, n: picture.n },
    h("p", {}, h("b", {}, words.t("room.title", { level })), ` · ${counts.join(" · ")}`),
    section(desk, title, incidents.length > 0 && incidentRows(desk, title, incidents, made)),
    zoneSection(
      desk,
      Object.values(picture.drawings).filter((drawing) => ZONES.includes(drawing.kind)),
      made,
    ),
    alarmSection(
      desk,
      words.t("paper.unacknowledged"),
      alarms.filter((alarm) => alarm.shelved === null && !(alarm.role in alarm.acknowledged)),
      made,
    ),
    alarmSection(desk, words.t("paper.shelved"), alarms.filter((alarm) => alarm.shelved !== null), made),
    meansSection(
      desk,
      {
        channels: channelsOf(desk),
        sources: Object.values(picture.sources)
          .filter((source) => source.state !== "online")
          .sort((a, b) => (a.source < b.source ? -1 : 1)),
        unreliable: Object.values(picture.marks).filter((mark) => mark.trust === "unreliable"),
        cameras: Object.values(picture.cameras).filter((camera) => camera.state !== "working"),
        floods: Object.values(picture.floods),
      },
      made,
    ),
  );
}
