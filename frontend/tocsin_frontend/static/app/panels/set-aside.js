// @ts-check
/** Observations that the rules set aside: kept in sight with the reason, for a person to place. */

import { byId, h, KeyedChildren } from "../dom.js";
import { FormSlot } from "../forms.js";
import { whyBlock } from "../why.js";
import { formButton } from "./buttons.js";
import { nearFirst } from "./sheet/act-forms.js";
import { headlineOf } from "./sheet/observations.js";
import { common } from "./sheet/section.js";

/** @import { Desk } from "../desk.js" */
/** @import { Form } from "../forms.js" */
/** @import { Incident, Shown } from "../../../../types/wire" */

const AT_MOST = 20;

export class SetAside {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.box = byId("aside-section");
    this.details = /** @type {HTMLDetailsElement} */ (byId("aside"));
    this.count = byId("aside-count");
    this.slot = new FormSlot(desk, () => this.draw());
    this.drawing = false;
    /** @type {unknown[]} */
    this.shown = [];
    this.cards = new KeyedChildren(byId("aside-list"), {
      key: (/** @type {Shown} */ shown) => shown.id,
      parts: (shown) => [shown, this.slot.key === shown.id, ...common(desk)],
      build: (shown) => {
        const card = this.#card(shown);
        const form = this.slot.at(shown.id);
        if (form !== null) card.append(form);
        return card;
      },
    });
    this.details.addEventListener("toggle", () => {
      this.shown = [];
      this.draw();
    });
  }

  draw() {
    if (this.drawing) return;
    const { loose, observations } = this.desk.store.picture;
    const parts = [loose, observations, this.details.open, this.slot.key, ...common(this.desk)];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    this.drawing = true;
    try {
      const aside = loose
        .map((id) => observations[id])
        .filter((/** @type {Shown | undefined} */ o) => o?.why?.reason !== undefined);
      this.box.hidden = aside.length === 0;
      this.count.textContent = String(aside.length);
      if (this.details.open) this.cards.show(/** @type {Shown[]} */ (aside.slice(-AT_MOST).reverse()));
      this.slot.draw();
    } finally {
      this.drawing = false;
    }
  }

  /** @param {Shown} shown */
  #card(shown) {
    const { desk } = this;
    const { words } = desk;
    return h(
      "li",
      {},
      h("span", { class: "source" }, shown.source),
      h("time", { class: "age", datetime: shown.recorded_at, "data-since": shown.recorded_at }),
      h("p", {}, headlineOf(desk, shown)),
      shown.why && whyBlock(desk, shown.why),
      h(
        "div",
        { class: "acts" },
        formButton(desk, this.slot, words.t("aside.place"), {
          key: shown.id,
          needs: { command: "move_observation" },
          make: () => this.#placing(shown),
        }),
      ),
    );
  }

  /** @param {Shown} shown @returns {Form} */
  #placing(shown) {
    const { words } = this.desk;
    const here = /** @type {Incident} */ (/** @type {unknown} */ ({ ...shown, id: "" }));
    return {
      title: words.t("aside.place"),
      send: words.t("aside.place_send"),
      fields: [
        {
          name: "to",
          kind: "radio",
          label: words.t("field.other"),
          required: true,
          options: nearFirst(this.desk, here),
        },
      ],
      commands: ({ to }) => ({ command: "move_observation", observation: shown.id, to }),
    };
  }
}
