// @ts-check
/** What those who may only propose ask for, and the phases that rules advise. */

import { h, KeyedChildren } from "../dom.js";
import { adviceCard } from "../panels/sheet/advice.js";
import { common } from "../panels/sheet/section.js";
import { incidentLine, Panel } from "./panel.js";
import { openProposals } from "./waiting.js";

/** @import { Desk } from "../desk.js" */
/** @import { Advice } from "../../../../types/wire" */

const PLACE = "proposals";

export class ProposalsPanel extends Panel {
  /** @param {Desk} desk */
  constructor(desk) {
    super(desk, PLACE, "proposals.title");
    this.list = h("ul", { class: "cards" });
    this.box.append(this.list);
    this.cards = new KeyedChildren(this.list, {
      key: (/** @type {Advice} */ advice) => advice.id,
      parts: (advice) => [
        advice,
        desk.store.picture.incidents[advice.incident ?? ""],
        this.slot.key === `${PLACE}:${advice.id}`,
        ...common(desk),
      ],
      build: (advice) => this.#card(advice),
    });
  }

  /** @override */
  parts() {
    const { advice, incidents } = this.desk.store.picture;
    return [advice, incidents];
  }

  /** @override */
  paint() {
    const open = openProposals(this.desk.store.picture);
    this.tell(open.length, this.desk.words.t("proposals.none"));
    this.cards.show(open);
  }

  /** @param {Advice} advice */
  #card(advice) {
    const { desk, slot } = this;
    const incident = desk.store.picture.incidents[advice.incident ?? ""] ?? null;
    const card = adviceCard(desk, slot, PLACE, advice, incident);
    if (incident !== null) card.prepend(incidentLine(desk, incident, advice.id));
    const form = slot.at(`${PLACE}:${advice.id}`);
    if (form !== null) card.append(form);
    return card;
  }
}
