// @ts-check
/**
 * The alarms: one line that says what calls this capacity most urgently, and a panel with all of
 * them. Calm when nothing calls. In a flood they are folded by incident, and it says how many.
 */

import { alarmLists, reasonNow } from "../alarms.js";
import { byId, fill, h, KeyedChildren } from "../dom.js";
import { FormSlot } from "../forms.js";
import { keep, kept } from "../habits.js";
import { sign } from "../symbols.js";
import { acknowledgeButton, alarmCard, incidentButton, priority } from "./alarm-card.js";
import { commandButton } from "./buttons.js";
import { exerciseMark } from "./exercise-mark.js";
import { acknowledging } from "./sheet/act-forms.js";
import { common, keepingFocus } from "./sheet/section.js";

/** @import { AlarmLists } from "../alarms.js" */
/** @import { Desk } from "../desk.js" */
/** @import { Sounds } from "../sounds.js" */
/** @import { Alarm } from "../../../../types/wire" */

const LISTS = /** @type {const} */ (["calling", "answered", "others", "shelved", "notices"]);
const PRIORITIES = [1, 2, 3];

export class AlarmStrip {
  /** @param {Desk} desk @param {Sounds} sounds */
  constructor(desk, sounds) {
    this.desk = desk;
    this.sounds = sounds;
    this.line = byId("alarm-line");
    this.flood = byId("alarm-flood");
    this.panel = byId("alarm-panel");
    this.toggle = byId("alarm-toggle");
    this.sound = byId("alarm-sound");
    this.slot = new FormSlot(desk, () => this.draw());
    this.drawing = false;
    /** @type {unknown[]} */
    this.shown = [];
    /** @type {Alarm | null} */
    this.worst = null;
    this.cards = Object.fromEntries(LISTS.map((name) => [name, this.#list(name)]));
    this.folds = new KeyedChildren(byId("alarm-folded"), {
      key: (/** @type {[string, Alarm[]]} */ [incident]) => incident,
      parts: ([incident, alarms]) => [
        desk.store.picture.incidents[incident],
        alarms.length,
        alarms.at(-1),
        ...common(desk),
      ],
      build: ([incident, alarms]) => this.#fold(incident, alarms),
    });
    this.toggle.addEventListener("click", () => this.open(Boolean(this.panel.hidden)));
    this.panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.open(false);
      this.toggle.focus();
    });
    this.volume = /** @type {HTMLInputElement} */ (byId("alarm-volume"));
    this.volume.addEventListener("change", () => {
      this.sounds.volume = Number(this.volume.value);
      keep(`volume_${desk.access.capacity}`, this.sounds.volume);
      this.sounds.play("chime");
    });
    const takeVolume = () => {
      this.sounds.volume = kept(`volume_${desk.access.capacity}`) ?? 100;
      this.volume.value = String(this.sounds.volume);
    };
    desk.access.subscribe(takeVolume);
    takeVolume();
    this.sound.addEventListener("click", async () => {
      await this.sounds.test();
      this.shown = [];
      this.draw();
    });
  }

  /** @param {boolean} open */
  open(open) {
    this.panel.hidden = !open;
    this.toggle.setAttribute("aria-expanded", String(open));
    this.shown = [];
    this.draw();
    if (open) this.panel.querySelector("h2")?.focus();
  }

  /** Open the panel at one of its alarms. @param {string} id */
  show(id) {
    this.open(true);
    const card = this.panel.querySelector(`[data-alarm="${CSS.escape(id)}"]`);
    if (!(card instanceof HTMLElement)) return;
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  }

  /** What calls most urgently, and why. */
  showWorst() {
    if (this.worst === null) return;
    this.show(this.worst.id);
    const why = document.activeElement?.querySelector("details.why-details");
    if (why instanceof HTMLDetailsElement) why.open = true;
  }

  /** The alarm that has the keyboard, else the most urgent one. */
  selected() {
    const focused = document.activeElement?.closest("[data-alarm]");
    const id = focused instanceof HTMLElement ? focused.dataset.alarm : undefined;
    return (id === undefined ? undefined : this.desk.store.picture.alarms[id]) ?? null;
  }

  draw() {
    if (this.drawing) return;
    const { store } = this.desk;
    const { alarms, floods, incidents } = store.picture;
    const parts = [alarms, floods, incidents, store.known, store.selected, this.slot.key, this.sounds.isBlocked, ...common(this.desk)];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    this.drawing = true;
    try {
      this.#draw(alarmLists(this.desk));
    } finally {
      this.drawing = false;
    }
  }

  /** @param {AlarmLists} lists */
  #draw(lists) {
    const { words } = this.desk;
    this.worst = lists.calling[0] ?? lists.folded[0] ?? null;
    keepingFocus(this.line, () => fill(this.line, this.#summary(lists)));
    this.#flood(lists);
    this.#sound();
    const all = LISTS.reduce((sum, name) => sum + lists[name].length, lists.folded.length);
    this.toggle.textContent = words.t("alarm.all", { n: all });
    if (this.panel.hidden) return;
    const focused = this.panel.contains(document.activeElement);
    for (const name of LISTS) {
      this.cards[name]?.show(lists[name]);
      byId(`alarms-${name}-section`).hidden = lists[name].length === 0;
      byId(`alarms-${name}-count`).textContent = String(lists[name].length);
    }
    const folds = byIncident(lists.folded);
    this.folds.show(folds);
    byId("alarm-folded-section").hidden = folds.length === 0;
    byId("alarm-folded-count").textContent = String(lists.folded.length);
    byId("alarm-none").hidden = all > 0;
    this.slot.draw();
    // An answered alarm leaves its list: whoever answered it stays in the panel.
    if (focused && !this.panel.contains(document.activeElement)) {
      this.panel.querySelector("h2")?.focus({ preventScroll: true });
    }
  }

  /** @param {AlarmLists} lists */
  #summary(lists) {
    const { desk, worst } = this;
    const { words, tables, store } = desk;
    if (!store.known) return [];
    if (worst === null) return [h("span", { class: "quiet" }, words.t("alarm.none_mine"))];
    const calling = [...lists.calling, ...lists.folded];
    const type = tables.alarms?.types[worst.type];
    return [
      h(
        "span",
        { class: "alarm-counts" },
        PRIORITIES.map((p) => [p, calling.filter((alarm) => alarm.priority === p)])
          .filter(([, those]) => /** @type {Alarm[]} */ (those).length > 0)
          .map(([, those]) => {
            const same = /** @type {Alarm[]} */ (those);
            return h("span", { class: "alarm-count" }, priority(desk, /** @type {Alarm} */ (same[0])), h("b", {}, same.length));
          }),
      ),
      acknowledgeButton(desk, worst, store.selected === null ? "A" : undefined),
      h(
        "span",
        { class: "alarm-worst", title: words.of(reasonNow(worst)) },
        exerciseMark(desk),
        h("strong", {}, type ? words.of(type.name) : words.t("alarm.unnamed")),
        ` ${words.of(reasonNow(worst))}`,
      ),
      worst.due_at && h("time", { class: "countdown", "data-due": worst.due_at, datetime: worst.due_at }),
      worst.incident !== null && incidentButton(desk, worst.incident, "strip", true),
    ];
  }

  /** @param {AlarmLists} lists */
  #flood(lists) {
    const { words, store, access, format } = this.desk;
    const flood = store.picture.floods[access.capacity];
    this.flood.hidden = flood === undefined;
    const said =
      flood === undefined
        ? ""
        : words.t("alarm.flood", {
            n: flood.folded,
            incidents: byIncident(lists.folded).length,
            time: format.clock(flood.since),
          });
    if (this.flood.textContent !== said) this.flood.textContent = said;
  }

  #sound() {
    const { words, access } = this.desk;
    const blocked = this.sounds.isBlocked;
    this.sound.hidden = access.capacity === "wall";
    this.sound.classList.toggle("blocked", blocked);
    fill(
      this.sound,
      sign(blocked ? "speaker_off" : "speaker", 20),
      h("span", {}, words.t(blocked ? "sound.blocked" : "sound.on")),
    );
  }

  /** @param {typeof LISTS[number]} name */
  #list(name) {
    const { desk, slot } = this;
    return new KeyedChildren(byId(`alarms-${name}`), {
      key: (/** @type {Alarm} */ alarm) => alarm.id,
      parts: (alarm) => [
        alarm,
        slot.key === alarm.id,
        desk.store.picture.incidents[alarm.incident ?? ""],
        ...common(desk),
      ],
      build: (alarm) => {
        const card = alarmCard(desk, slot, alarm);
        const form = slot.at(alarm.id);
        if (form !== null) card.append(form);
        return card;
      },
    });
  }

  /** The folded alarms of one incident: one line, one answer. @param {string} incident @param {Alarm[]} alarms */
  #fold(incident, alarms) {
    const { desk } = this;
    const { words } = desk;
    const worst = /** @type {Alarm} */ (alarms[0]);
    return h(
      "li",
      { class: "alarm-card fold" },
      h(
        "div",
        { class: "alarm-head" },
        priority(desk, worst),
        h("strong", {}, words.t("alarm.fold", { n: alarms.length })),
        h("time", { class: "age", datetime: worst.raised_at, "data-since": worst.raised_at }),
      ),
      h("ul", { class: "fold-lines" }, alarms.map((alarm) => h("li", {}, `P${alarm.priority} ${words.of(reasonNow(alarm))}`))),
      h(
        "div",
        { class: "acts" },
        incident === ""
          ? alarms.map((alarm) => acknowledgeButton(desk, alarm))
          : commandButton(desk, words.t("act.acknowledge", { n: alarms.length }), acknowledging(incident), {
              look: "act",
              focus: `acknowledge-fold-${incident}`,
            }),
        incident !== "" && incidentButton(desk, incident, `fold-${incident}`),
      ),
    );
  }
}

/** By incident, the most urgent first; "" for those of none. @param {Alarm[]} alarms @returns {[string, Alarm[]][]} */
function byIncident(alarms) {
  /** @type {Map<string, Alarm[]>} */
  const found = new Map();
  for (const alarm of alarms) {
    const key = alarm.incident ?? "";
    const those = found.get(key);
    if (those) those.push(alarm);
    else found.set(key, [alarm]);
  }
  return [...found];
}
