// @ts-check
/** What is wrong behind the wall, above everything else on it, in as few words as are legible. */

import { byId, fill, h } from "../dom.js";
import { troubles } from "../panels/troubles.js";
import { sign } from "../symbols.js";
import { languagesOf } from "./wall-words.js";

/** @import { Desk } from "../desk.js" */

export class WallBanners {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.box = byId("banners");
    this.said = "";
  }

  draw() {
    const { store, words, format } = this.desk;
    const found = troubles(store.health);
    const said = JSON.stringify(found);
    if (said === this.said) return;
    this.said = said;
    fill(
      this.box,
      found.map(({ what, since }) => {
        const time = since === null ? "" : format.clock(since);
        const lines = languagesOf(words).map((lang) => h("span", { lang }, words.in(lang, `wall_trouble.${what}`, { time })));
        return h("p", { class: "banner severe", "data-trouble": what }, sign("warning", 24), ...lines);
      }),
    );
  }
}
