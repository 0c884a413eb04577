// @ts-check
/** A sheet of the situation, to print at any moment: what the room goes on with when screens fail. */

import { byId, fill, h } from "./dom.js";
import { Paper } from "./paper/paper.js";
import { boardSheet } from "./paper/situation-board.js";
import { openPlainPage } from "./plain-page.js";

/** @import { Desk } from "./desk.js" */

const EVERY_MS = 5_000; // a picture that changes ten times a second is not read on a sheet

class Board {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.paper = new Paper(desk, boardSheet);
    this.title = h("h1");
    this.about = h("p", { class: "quiet" });
    /** @type {unknown[]} */
    this.shown = [];
    this.drawnAt = 0;
    fill(byId("page"), this.title, this.about, this.paper.buttons, this.paper.box);
    addEventListener("beforeprint", () => this.#draw());
  }

  draw() {
    const { words, names, tables, store } = this.desk;
    const parts = [words.language, names.edition, tables.edition, store.known, store.past === null];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    this.#draw();
  }

  tick() {
    const moved = this.paper.box.dataset["n"] !== String(this.desk.store.picture.n);
    if (moved && Date.now() - this.drawnAt >= EVERY_MS && this.paper.languages === null) this.#draw();
  }

  #draw() {
    const { words, store } = this.desk;
    this.drawnAt = Date.now();
    this.paper.box.dataset["n"] = String(store.picture.n);
    this.title.textContent = words.t("page.board");
    this.about.textContent = words.t("board.about");
    if (store.known) this.paper.draw();
  }
}

openPlainPage((desk) => [new Board(desk)]);
