// @ts-check
/** Where the hand-over of a function stands, and the next thing to do about it. */

import { h } from "../dom.js";
import { formButton } from "../panels/buttons.js";
import { when } from "../paper/sheet.js";

/** @import { Desk } from "../desk.js" */
/** @import { Form, FormSlot } from "../forms.js" */
/** @import { Handover, Picture } from "../../../../types/wire" */

const BOTH_DESKS_MS = 15 * 60_000;
const RIGHT = "hand_over";
const HOUR_MS = 3_600_000;

/** The hand-overs of a function, the newest first. @param {Picture} picture @param {string} functionOf */
export function handoversOf(picture, functionOf) {
  return Object.values(picture.handovers)
    .filter((handover) => handover.function === functionOf)
    .sort((a, b) => (a.opened_at < b.opened_at ? 1 : -1));
}

/** @param {Handover} handover */
export const isDone = ({ signed }) => signed.out !== null && signed.in !== null;

/** The functions that this capacity may hand over, its own first. @param {Desk} desk @returns {string[]} */
export function functionsOf({ access, tables }) {
  const who = tables.roles?.rights[RIGHT]?.who ?? {};
  const all = Object.keys(who);
  if (access.may(RIGHT) === "no") return all;
  if (who[access.capacity].condition === "own_function") return [access.capacity];
  return [...all].sort((a, b) => Number(b === access.capacity) - Number(a === access.capacity));
}

/**
 * @param {Desk} desk @param {FormSlot} slot @param {string} functionOf
 * @param {number} shiftHours
 */
export function steps(desk, slot, functionOf, shiftHours) {
  const { words, access, store, format } = desk;
  const now = new Date(store.now()).toISOString();
  const [newest] = handoversOf(store.picture, functionOf);
  const under = newest !== undefined && !isDone(newest) ? newest : null;
  const name = access.name(functionOf);
  if (access.may(RIGHT) === "no") return [h("p", {}, words.t("handover.may_not"))];
  if (under === null) {
    const age = newest === undefined ? null : store.now() - Date.parse(newest.opened_at);
    const late = age !== null && age > shiftHours * HOUR_MS;
    return [
      h(
        "p",
        { class: late ? "late" : null },
        newest === undefined
          ? words.t("handover.never", { function: name })
          : words.t(late ? "handover.last_late" : "handover.last", {
              function: name,
              duration: format.age(newest.opened_at, store.now()),
              hours: shiftHours,
            }),
      ),
      formButton(desk, slot, words.t("handover.begin"), {
        key: "begin",
        needs: { command: "begin_handover" },
        make: () => beginForm(desk, functionOf, newest ?? null, shiftHours),
      }),
    ];
  }
  const rings = Date.parse(under.opened_at) + BOTH_DESKS_MS;
  const side = under.signed.out === null ? "out" : "in";
  return [
    h("p", {}, words.t("handover.under_way", { id: under.id, time: when(desk, under.opened_at, now) })),
    store.now() < rings &&
      h("p", { class: "both-desks" }, words.t("handover.both_desks", { time: format.hour(rings), function: name })),
    under.signed.out &&
      h(
        "p",
        {},
        `${words.t("handover.out")}${words.t("paper.colon")}`,
        words.t("handover.signed", {
          by: access.who(under.signed.out.by),
          time: when(desk, under.signed.out.at, now),
        }),
      ),
    formButton(desk, slot, words.t(`handover.sign_${side}`), {
      key: `sign-${side}`,
      needs: { command: "sign_handover" },
      make: () => signForm(desk, under, side),
    }),
  ];
}

/** @param {Desk} desk @param {string} functionOf @param {Handover | null} last @param {number} shiftHours @returns {Form} */
function beginForm(desk, functionOf, last, shiftHours) {
  const { words, access, store, format } = desk;
  const since = last?.opened_at ?? new Date(store.now() - shiftHours * HOUR_MS).toISOString();
  return {
    title: words.t("handover.begin_title", { function: access.name(functionOf) }),
    note: words.t("handover.begin_note"),
    send: words.t("handover.begin"),
    fields: [
      { name: "period_from", kind: "moment", label: words.t("handover.since"), value: format.field(since) },
    ],
    commands: (values) => ({
      command: "begin_handover",
      function: functionOf,
      ...(values["period_from"] === null ? {} : { period_from: values["period_from"] }),
    }),
  };
}

/** @param {Desk} desk @param {Handover} handover @param {"out" | "in"} side @returns {Form} */
function signForm({ words, access }, handover, side) {
  return {
    title: words.t(`handover.sign_${side}`),
    note: words.t(`handover.note_${side}`, { function: access.name(handover.function) }),
    send: words.t("handover.sign"),
    fields: [{ name: "remarks", kind: "text", label: words.t("handover.remarks_field") }],
    commands: ({ remarks }) => ({ command: "sign_handover", handover: handover.id, side, remarks }),
  };
}
