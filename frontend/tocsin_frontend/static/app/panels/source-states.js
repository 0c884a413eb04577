// @ts-check
/** The sources by exception: the troubled ones in full, the calm ones folded under their number. */

import { byId, h, KeyedChildren } from "../dom.js";
import { keep, kept } from "../habits.js";
import { sign } from "../symbols.js";

/** @import { Desk } from "../desk.js" */
/** @import { SourceView } from "../../../../types/wire" */

const KEPT_AS = "sources";
const ROOMY_PX = 1000; // lower screens keep their height for the queue

const ORDER = ["offline", "silent", "unknown", "catching_up", "online"];

export class SourceStates {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.summary = byId("source-summary");
    const fold = byId("sources-fold");
    if (fold instanceof HTMLDetailsElement) {
      fold.open = kept(KEPT_AS) ?? innerHeight >= ROOMY_PX;
      fold.addEventListener("toggle", () => keep(KEPT_AS, fold.open));
    }
    /** @type {unknown[]} */
    this.parts = [];
    this.troubled = this.#rows("source-list");
    this.calm = this.#rows("source-calm-list");
    this.calmFold = byId("source-calm");
    this.calmCount = byId("source-calm-count");
  }

  draw() {
    const { store, words } = this.desk;
    const parts = [store.picture.sources, words.language];
    if (parts.every((part, i) => part === this.parts[i])) return;
    this.parts = parts;
    const sources = Object.values(store.picture.sources).sort(
      (a, b) => rank(a) - rank(b) || (a.source < b.source ? -1 : 1),
    );
    const calm = sources.filter(isCalm);
    const troubled = sources.length - calm.length;
    this.troubled.show(sources.filter((s) => !isCalm(s)));
    this.calm.show(calm);
    this.calmFold.hidden = calm.length === 0;
    this.calmCount.textContent = words.t("sources.calm", { n: calm.length });
    this.summary.textContent =
      troubled > 0
        ? words.t("sources.troubled", { n: troubled, all: sources.length })
        : words.t("sources.calm", { n: sources.length });
    this.summary.classList.toggle("trouble", troubled > 0);
  }

  /** @param {string} list */
  #rows(list) {
    return new KeyedChildren(byId(list), {
      key: (/** @type {SourceView} */ s) => s.source,
      parts: (s) => [s, this.desk.words.language],
      build: (s) => this.#row(s),
    });
  }

  /** @param {SourceView} source */
  #row(source) {
    const { words, format, store } = this.desk;
    const calm = isCalm(source);
    const since = words.t("sources.since", { time: format.moment(source.since, store.now()) });
    return h(
      "li",
      { class: `source-row ${calm ? "calm" : "troubled"} ${ORDER.includes(source.state) ? source.state : "unknown"}` },
      sign(source.state, 18),
      h("span", { class: "source", title: source.adapter ?? "" }, source.source),
      calm && h("span", { class: "source-state" }, words.name("source.", source.state)),
      h("time", {
        class: "age",
        datetime: source.since,
        "data-since": source.since,
        title: since,
      }),
      !calm &&
        h(
          "p",
          { class: "source-detail" },
          h("span", { class: "source-state" }, `${words.name("source.", source.state)} ${since}`),
          source.outbox > 0 &&
            ` · ${words.t("sources.outbox", { n: source.outbox })}${
              source.outbox_since
                ? ` ${words.t("sources.outbox_since", {
                    time: format.moment(source.outbox_since, store.now()),
                  })}`
                : ""
            }`,
          source.trouble && h("span", { class: "source-trouble" }, ` · ${source.trouble}`),
        ),
    );
  }
}

/** @param {SourceView} source */
function rank(source) {
  const at = ORDER.indexOf(source.state);
  return at < 0 ? ORDER.indexOf("unknown") : isCalm(source) ? at : Math.min(at, 3);
}

/** @param {SourceView} source */
function isCalm(source) {
  return source.state === "online" && source.outbox === 0 && source.trouble === null;
}
