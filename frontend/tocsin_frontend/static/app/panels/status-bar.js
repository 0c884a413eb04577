// @ts-check
/** The head of the screen: clock, link, flow, languages; and banners for what is wrong behind it. */

import { byId, fill, h } from "../dom.js";
import { sign } from "../symbols.js";
import { troubles } from "./troubles.js";

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
    this.theme = byId("theme");
    this.theme.addEventListener("click", () => desk.theme.change());
    this.theme.prepend(sign("theme", 18));
    for (const id of ["menu", "person"]) fold(byId(id));
  }

  tick() {
    const { format, store } = this.desk;
    const now = store.liveNow();
    this.clock.textContent = format.clock(now);
    const exercise = this.desk.settings.realm !== "live"; // there the room's clock is the exercise's
    this.day.textContent = exercise ? this.desk.words.t("clock.exercise") : format.day(now);
    this.utc.textContent = exercise ? format.day(now) : format.utc(now);
  }

  draw() {
    const { words, store, connection, format, settings, access } = this.desk;
    this.#text(byId("person-capacity"), access.name(access.capacity));
    this.#text(byId("person-language"), words.language.toUpperCase());
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
    const banners = troubles(store.health).map(({ what, since, cause }) => ({
      kind: "severe",
      text: since ? words.t(`banner.${what}_since`, { time: format.clock(since) }) : words.t(`banner.${what}`),
      detail: cause === null ? "" : words.name("trouble.", cause),
    }));
    if (access.lookedAt !== null) {
      const capacity = access.name(access.lookedAt);
      banners.unshift({ kind: "looking", text: words.t("as.view", { capacity }), detail: words.t("as.held") });
    }
    if (connection.serverVersion !== null && connection.serverVersion !== settings.version) {
      banners.push({
        kind: "note",
        text: words.t("banner.version", { version: connection.serverVersion }),
        detail: "",
      });
    }
    const said = JSON.stringify(banners);
    if (said === this.said) return;
    this.said = said;
    fill(
      this.banners,
      banners.map(({ kind, text, detail }) =>
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

/** A menu closes when one looks elsewhere, or leaves it with Escape. @param {HTMLElement} menu */
function fold(menu) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(/** @type {Node} */ (event.target))) menu.removeAttribute("open");
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.hasAttribute("open")) return;
    event.stopPropagation();
    menu.removeAttribute("open");
    menu.querySelector("summary")?.focus();
  });
}
