// @ts-check
/** The head of the screen: clock, link, flow, languages; and banners for what is wrong behind it. */

import { byId, fill, h } from "../dom.js";
import { sign } from "../symbols.js";

/** @import { Desk } from "../desk.js" */

export class StatusBar {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.link = byId("link-state");
    this.flow = byId("flow");
    this.clock = byId("clock");
    this.utc = byId("clock-utc");
    this.day = byId("clock-day");
    this.banners = byId("banners");
    /** @type {string} */
    this.said = "";
    for (const button of byId("languages").querySelectorAll("button")) {
      button.addEventListener("click", () => desk.words.choose(button.value));
    }
  }

  tick() {
    const { format, store } = this.desk;
    const now = store.now();
    this.clock.textContent = format.clock(now);
    const exercise = this.desk.settings.realm !== "live"; // there the room's clock is the exercise's
    this.day.textContent = exercise ? this.desk.words.t("clock.exercise") : format.day(now);
    this.utc.textContent = exercise ? format.day(now) : format.utc(now);
  }

  draw() {
    const { words, store, connection, format, settings } = this.desk;
    for (const button of byId("languages").querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === words.language));
    }
    this.link.className = `link ${connection.state}`;
    this.#text(this.link, words.name("link.", connection.state));
    const rate = store.health.counts?.["rate_per_s"];
    this.#text(
      this.flow,
      rate === undefined ? "" : words.t("flow.rate", { rate: format.number(rate, rate < 10 ? 1 : 0) }),
    );
    /** @type {[string, string, string][]} kind, text, what is wrong in a few words */
    const banners = [];
    const { broker, journal } = store.health;
    if (journal && journal.state !== "ok") {
      banners.push([
        "severe",
        journal.since
          ? words.t("banner.journal_since", { time: format.clock(journal.since) })
          : words.t("banner.journal"),
        journal.trouble ? words.name("trouble.", journal.trouble) : "",
      ]);
    }
    if (broker?.state === "lost") {
      banners.push([
        "severe",
        broker.since
          ? words.t("banner.broker_since", { time: format.clock(broker.since) })
          : words.t("banner.broker"),
        broker.trouble ? words.name("trouble.", broker.trouble) : "",
      ]);
    }
    if (connection.serverVersion !== null && connection.serverVersion !== settings.version) {
      banners.push(["note", words.t("banner.version", { version: connection.serverVersion }), ""]);
    }
    const said = JSON.stringify(banners);
    if (said === this.said) return;
    this.said = said;
    fill(
      this.banners,
      banners.map(([kind, text, detail]) =>
        h(
          "p",
          { class: `banner ${kind}` },
          sign("warning", 20),
          h("span", {}, text, detail && h("small", {}, ` ${detail}`)),
        ),
      ),
    );
  }

  /** @param {Element} element @param {string} text */
  #text(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }
}
