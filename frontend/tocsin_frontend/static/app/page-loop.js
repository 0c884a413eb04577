// @ts-check
/** What drives a page: its parts are drawn at most once an animation frame, and ticked each second. */

import { tellTimes } from "./desk.js";
import { translatePage } from "./i18n.js";
import { timeConductor } from "./time/time-conductor.js";

/** @import { Desk } from "./desk.js" */

/** @typedef {{ draw(): void, tick?(): void }} Part */

const TICK_MS = 1000;

export class PageLoop {
  constructor() {
    /** @type {Part[]} */
    this.parts = [];
    /** @type {Desk | null} */
    this.desk = null;
    this.requested = false;
    /** Whether names and tables were asked for: before that nobody can act, and codes stand for names. */
    this.named = false;
    /** Draw soon. */
    this.request = () => {
      if (this.requested) return;
      this.requested = true;
      requestAnimationFrame(() => this.#draw());
    };
  }

  /** From here on the page lives. @param {Desk} desk @param {Part[]} parts drawn in their order */
  start(desk, parts) {
    const { words, store, connection } = desk;
    this.desk = desk;
    this.parts = [...parts, ...timeConductor(desk, this.request)];
    const translate = () => {
      translatePage(words);
      this.request();
    };
    words.subscribe(translate);
    translate();
    const tick = () => {
      for (const part of this.parts) part.tick?.();
      tellTimes(desk);
    };
    setInterval(tick, TICK_MS);
    tick();
    connection.start();
    globalThis.tocsin = { picture: () => store.picture, n: () => store.n, connection };
    desk.named.then(() => {
      this.named = true;
      this.request();
    });
  }

  #draw() {
    this.requested = false;
    if (this.desk === null) return; // `start` draws
    for (const part of this.parts) part.draw();
    tellTimes(this.desk);
    const { dataset } = document.documentElement;
    dataset.liveN = String(this.desk.store.n);
    dataset.liveState = this.named ? this.desk.connection.state : "connecting";
  }
}
