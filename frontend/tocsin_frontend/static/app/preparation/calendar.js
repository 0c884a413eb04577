// @ts-check
/** The calendar: what is planned, next first, and what was held. */

import { fill, h } from "../dom.js";
import { PreparationPanel } from "./panel.js";

/** @import { Form } from "../forms.js" */
/** @import { PreparationLink } from "./link.js" */
/** @import { Dated } from "../../../../types/preparation" */

const KINDS = ["exercise", "training", "meeting"];
const SIGNS = { exercise: "◇", held: "◆", training: "△", meeting: "○", event: "□" };

export class CalendarPanel extends PreparationPanel {
  /** @param {PreparationLink} link */
  constructor(link) {
    super(link, "calendar", "calendar.title", "calendar.plan");
  }

  paint() {
    const { words } = this.desk;
    const lines = this.link.told?.calendar ?? [];
    const now = new Date().toISOString();
    const coming = lines.filter((line) => line.kind !== "held" && (line.ends ?? line.starts) >= now);
    const past = lines.filter((line) => !coming.includes(line)).reverse();
    fill(
      this.content,
      coming.length === 0 && h("p", { class: "quiet" }, words.t("calendar.none")),
      h("ol", { class: "dates" }, coming.map((line) => this.#line(line))),
      past.length > 0 &&
        h(
          "details",
          {},
          h("summary", {}, words.t("calendar.past", { n: past.length })),
          h("ol", { class: "dates" }, past.map((line) => this.#line(line))),
        ),
    );
  }

  /** @param {Dated} line */
  #line(line) {
    const { words, format } = this.desk;
    const title = typeof line.title === "string" ? line.title : words.of(line.title);
    const page = line.kind === "held" ? `/realms/${line.id}/debriefing` : null;
    return h(
      "li",
      { class: line.cancelled ? "cancelled" : "" },
      h("time", { datetime: line.starts }, `${format.day(line.starts)} ${format.hour(line.starts)}`),
      h("span", { class: "date-kind" }, h("span", { "aria-hidden": "true" }, `${SIGNS[line.kind]} `), words.t(`calendar.${line.kind}`)),
      h(
        "span",
        {},
        page === null ? title : h("a", { href: page }, title),
        line.scenario !== null && h("span", { class: "quiet" }, ` · ${line.scenario.toUpperCase()}`),
        line.cancelled && h("b", {}, ` · ${words.t("calendar.cancelled")}`),
      ),
      this.#cancel(line),
    );
  }

  /** What was planned can be called off, and taken up again. @param {Dated} line */
  #cancel(line) {
    const { words } = this.desk;
    const { kind, id, title, starts, ends, scenario, cancelled } = line;
    if (!this.link.may || !KINDS.includes(kind)) return null;
    const key = cancelled ? "calendar.again" : "calendar.cancel";
    const onclick = () =>
      this.link.give({ command: `appointments/${id}`, kind, title, starts, ends, scenario, cancelled: !cancelled });
    return h("button", { type: "button", class: "button quiet-button", "data-focus": `cancel-${id}`, onclick }, words.t(key));
  }

  /** @returns {Form} */
  form() {
    const { words } = this.desk;
    const kinds = KINDS.map((kind) => ({ value: kind, text: words.t(`calendar.${kind}`) }));
    return {
      title: words.t("calendar.plan"),
      send: words.t("preparation.keep"),
      fields: [
        { name: "kind", kind: "radio", label: words.t("field.kind"), required: true, value: "exercise", options: kinds },
        { name: "title", kind: "line", label: words.t("field.name"), required: true },
        { name: "starts", kind: "moment", label: words.t("field.starts"), required: true },
        { name: "ends", kind: "moment", label: words.t("field.ends"), required: true },
        { name: "place", kind: "line", label: words.t("field.where") },
        { name: "scenario", kind: "line", label: words.t("field.scenario"), hint: words.t("field.scenario_hint") },
      ],
      commands: (values) => ({ command: "appointments", ...values }),
    };
  }
}
