// @ts-check
/** Alarms, means that do not work, and zones, as they stand on paper. */

import { h } from "../dom.js";
import { calledAt, reasonNow } from "../alarms.js";
import { LETTERS } from "../drawing/kinds.js";
import { rows, section, when } from "./sheet.js";

/** @import { Desk } from "../desk.js" */
/** @import { Channel, ShiftLog } from "../../../../types/handover" */
/** @import { Alarm, Drawing } from "../../../../types/wire" */

/** @param {Desk} desk @param {string} title @param {Alarm[]} alarms @param {string} made */
export function alarmSection(desk, title, alarms, made) {
  const { words, tables, access } = desk;
  if (alarms.length === 0) return section(desk, title);
  return section(
    desk,
    title,
    rows(
      title,
      ["paper.alarm", "paper.incident", "paper.for", "paper.called"].map((key) => words.t(key)),
      alarms.map((alarm) => {
        const type = tables.alarms?.types[alarm.type];
        return [
          h(
            "div",
            { class: "lines" },
            h("b", {}, `P${alarm.priority} · ${type ? words.of(type.name) : words.t("alarm.unnamed")}`),
            h("span", {}, words.of(reasonNow(alarm))),
            alarm.shelved &&
              h(
                "span",
                {},
                words.t("alarm.shelved_until", { time: when(desk, alarm.shelved.until, made), by: access.who(alarm.shelved.by) }),
                ` ${alarm.shelved.reason}`,
              ),
          ),
          alarm.incident ?? alarm.subject ?? "–",
          access.name(alarm.role),
          when(desk, calledAt(alarm), made),
        ];
      }),
      "alarms",
    ),
  );
}

/** @param {Desk} desk @param {Pick<ShiftLog, "channels" | "sources" | "unreliable" | "cameras" | "floods">} means @param {string} made */
export function meansSection(desk, means, made) {
  const { words, access, names, format } = desk;
  const colon = words.t("paper.colon");
  const since = (/** @type {string} */ moment) => words.t("axis.since", { time: when(desk, moment, made) });
  const lines = [
    ...means.channels.map(
      ({ channel, state, source, since: from }) =>
        `${words.t("paper.channel")} ${channel}${colon}${names.factValue(format, "channel_state", state)} ${since(from)} (${source})`,
    ),
    ...means.sources.map(
      ({ source, state, since: from, outbox }) =>
        `${source}${colon}${words.name("source.", state)} ${since(from)}` +
        (outbox > 0 ? ` · ${words.t("sources.outbox", { n: outbox })}` : ""),
    ),
    ...means.unreliable.map(
      ({ source, reason, since: from, by }) =>
        `${source}${colon}${words.t("paper.unreliable")} ${since(from)} (${access.who(by)}) · ${reason}`,
    ),
    ...means.cameras.map(
      ({ camera, state, since: from }) => `${camera}${colon}${words.name("camera_state.", state)} ${since(from)}`,
    ),
    ...means.floods.map(
      ({ role, since: from, folded }) =>
        words.t("paper.flood", { role: access.name(role), time: when(desk, from, made), n: folded }),
    ),
  ];
  return section(
    desk,
    words.t("paper.means"),
    lines.length > 0 && h("ul", {}, lines.map((line) => h("li", {}, line))),
  );
}

/** @param {Desk} desk @param {Drawing[]} zones @param {string} made */
export function zoneSection(desk, zones, made) {
  const { words, format, access } = desk;
  const title = words.t("paper.zones");
  const told = zones.map((zone) => {
    const letter = LETTERS[zone.kind] === undefined ? "" : `${LETTERS[zone.kind]} · `;
    const parts = [
      zone.text,
      zone.incident,
      zone.radius_m === null ? null : words.t("paper.radius", { distance: format.distance(zone.radius_m) }),
      zone.wind_from_deg === null ? null : words.t("paper.wind", { n: Math.round(zone.wind_from_deg) }),
      `${access.who(zone.by)} ${when(desk, zone.changed_at, made)}`,
    ];
    return h(
      "li",
      {},
      h("b", {}, letter + words.t(`drawing_kind.${zone.kind}`)),
      ` · ${parts.filter((part) => part !== null).join(" · ")}`,
    );
  });
  return section(desk, title, told.length > 0 && h("ul", {}, told));
}

/** The last word on each channel that is not as it should be: as the server's shift log has it. @param {Desk} desk @returns {Channel[]} */
export function channelsOf({ store }) {
  /** @type {Map<string, Channel>} */
  const last = new Map();
  for (const shown of Object.values(store.picture.observations)) {
    const state = shown.facts["channel_state"];
    if (state === undefined) continue;
    const channel = String(shown.facts["channel"] ?? shown.source);
    const since = shown.clock_suspect ? shown.recorded_at : (shown.observed_at ?? shown.recorded_at);
    const before = last.get(channel);
    if (before !== undefined && before.since > since) continue;
    last.set(channel, { channel, state: String(state), source: shown.source, since, observation: shown.id });
  }
  return [...last.values()]
    .filter(({ state }) => state !== "up" && state !== "active")
    .sort((a, b) => (a.channel < b.channel ? -1 : 1));
}
