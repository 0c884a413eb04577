// @ts-check
/** Alarms that somebody put aside: until when, why, who; and taking them back. */

import { h, KeyedChildren } from "../dom.js";
import { priority } from "../panels/alarm-card.js";
import { commandButton } from "../panels/buttons.js";
import { common } from "../panels/sheet/section.js";
import { incidentLine, Panel } from "./panel.js";
import { shelvedAlarms } from "./waiting.js";

/** @import { Desk } from "../desk.js" */
/** @import { Alarm } from "../../../../types/wire" */

export class ShelvedPanel extends Panel {
  /** @param {Desk} desk */
  constructor(desk) {
    super(desk, "shelved", "shelved.title");
    this.list = h("ul", { class: "steer-lines" });
    this.box.append(this.list);
    this.lines = new KeyedChildren(this.list, {
      key: (/** @type {Alarm} */ alarm) => alarm.id,
      parts: (alarm) => [alarm, desk.store.picture.incidents[alarm.incident ?? ""], ...common(desk)],
      build: (alarm) => this.#line(alarm),
    });
  }

  /** @override */
  parts() {
    const { alarms, incidents } = this.desk.store.picture;
    return [alarms, incidents];
  }

  /** @override */
  paint() {
    const shelved = shelvedAlarms(this.desk.store.picture);
    this.tell(shelved.length, this.desk.words.t("shelved.none"));
    this.lines.show(shelved);
  }

  /** @param {Alarm} alarm */
  #line(alarm) {
    const { desk } = this;
    const { words, access, tables, format, store } = desk;
    const type = tables.alarms?.types[alarm.type];
    const shelved = /** @type {NonNullable<Alarm["shelved"]>} */ (alarm.shelved);
    const incident = store.picture.incidents[alarm.incident ?? ""];
    return h(
      "li",
      { "data-shelved": alarm.id },
      h(
        "div",
        { class: "steer-head" },
        priority(desk, alarm),
        h("strong", {}, type ? words.of(type.name) : words.t("alarm.unnamed")),
        h("time", { class: "countdown", datetime: shelved.until, "data-due": shelved.until }),
      ),
      h("p", { class: "reason" }, h("b", {}, access.name(alarm.role)), ` ${words.of(alarm.reason)}`),
      h(
        "p",
        { class: "note" },
        words.t("alarm.shelved_until", {
          time: format.moment(shelved.until, store.now()),
          by: access.who(shelved.by),
        }),
        ` ${shelved.reason}`,
      ),
      h(
        "div",
        { class: "steer-foot" },
        incident && incidentLine(desk, incident, alarm.id),
        h(
          "span",
          { class: "acts" },
          commandButton(desk, words.t("alarm.unshelve"), { command: "unshelve_alarm", alarm: alarm.id }, {
            focus: `unshelve-${alarm.id}`,
          }),
        ),
      ),
    );
  }
}
