// @ts-check
/** One hit: what is known of it, the cameras around, and the answer of a person. No plate is shown. */

import { CameraTile } from "../cameras/tile.js";
import { byId, fill, h } from "../dom.js";
import { FormSlot } from "../forms.js";
import { permalink } from "../permalink.js";
import { communeOf } from "../places.js";
import { common, keepingFocus } from "../panels/sheet/section.js";
import { formButton } from "../panels/buttons.js";
import { sign } from "../symbols.js";
import { answerOf, camerasNear, courseOf, POLICE, seenAt } from "./police.js";

/** @import { Desk } from "../desk.js" */
/** @import { Form } from "../forms.js" */
/** @import { Shown } from "../../../../types/wire" */

const SPOT = "hit";
const REASON_AT_LEAST = 3;
/** Told elsewhere on this page, or by a button. */
const NOT_LISTED = ["verified", "unverified_reason"];

export class HitViewer {
  /** @param {Desk} desk @param {(hit: Shown) => void} look brings it into view on the map */
  constructor(desk, look) {
    this.desk = desk;
    this.look = look;
    this.box = byId("hit");
    /** @type {string | null} */
    this.hit = null;
    this.drawing = false;
    this.closer = h("button", { type: "button", id: "hit-close", class: "button icon", onclick: () => this.choose(null) }, sign("close", 20));
    this.head = h("div", { id: "hit-head" });
    this.answer = h("div", { id: "hit-answer" });
    const holder = h("div", { id: "hit-form" });
    this.said = h("p", { id: "hit-said", role: "status" });
    this.facts = h("div", { id: "hit-facts" });
    this.camerasTitle = h("h3", {});
    this.none = h("p", { class: "quiet" });
    this.strip = h("ul", { id: "hit-cameras" });
    this.box.append(this.closer, this.head, this.answer, holder, this.said, this.facts, this.camerasTitle, this.none, this.strip);
    this.slot = new FormSlot(desk, () => this.#formChanged());
    this.slot.hold(SPOT, holder);
    /** @type {Map<string, CameraTile>} */
    this.tiles = new Map();
    /** @type {unknown[]} */
    this.shown = [];
    this.box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.choose(null);
    });
  }

  /** @param {string | null} hit */
  choose(hit) {
    const before = this.hit;
    if (hit !== before) this.slot.close(false);
    this.hit = hit;
    this.desk.commands.quiet();
    this.draw();
    const shown = this.shownHit();
    if (shown !== undefined) {
      this.look(shown);
      byId("hit-title").focus();
    } else if (before !== null) {
      const row = document.querySelector(`[data-focus="hit-${before}"]`);
      if (row instanceof HTMLElement) row.focus();
    }
  }

  /** The hit that is looked at. */
  shownHit() {
    return this.hit === null ? undefined : this.desk.store.picture.observations[this.hit];
  }

  tick() {
    for (const tile of this.tiles.values()) tile.tick();
  }

  /** A form that is sent may leave no button to come back to. */
  #formChanged() {
    this.draw();
    if (this.slot.key !== null || this.box.hidden) return;
    queueMicrotask(() => document.activeElement === document.body && byId("hit-title").focus());
  }

  draw() {
    if (this.drawing) return; // closing a form draws
    this.drawing = true;
    this.#draw();
    this.drawing = false;
  }

  #draw() {
    const { desk } = this;
    const { observations, incidents } = desk.store.picture;
    const hit = this.shownHit();
    this.box.hidden = hit === undefined;
    document.body.classList.toggle("with-hit", hit !== undefined);
    const parts = [hit, observations, hit?.incident ? incidents[hit.incident] : null, desk.cameras.edition, ...common(desk)];
    if (!parts.every((part, i) => part === this.shown[i])) {
      this.shown = parts;
      this.#cameras(hit);
      if (hit !== undefined) this.#fill(hit);
    }
    for (const tile of this.tiles.values()) tile.draw();
    const { said } = desk.commands;
    this.said.textContent = said?.text ?? "";
    this.said.classList.toggle("trouble", said?.trouble ?? false);
    this.slot.draw();
  }

  /** @param {Shown} hit */
  #fill(hit) {
    const { words, names, format, store } = this.desk;
    const incident = hit.incident === null ? undefined : store.picture.incidents[hit.incident];
    const had = this.box.contains(document.activeElement);
    this.closer.setAttribute("aria-label", words.t("liaison.close_hit"));
    keepingFocus(this.head, () =>
      fill(
        this.head,
        h("h2", { id: "hit-title", tabindex: "-1", "data-focus": "hit-title" }, hit.headline ?? names.type(hit.type_hint)),
        h("p", { class: "sheet-sub" }, h("span", { class: "id" }, hit.id), h("span", {}, hit.source)),
      ),
    );
    keepingFocus(this.answer, () => fill(this.answer, this.#answer(hit)));
    /** @type {[string, (Node | string | null | false)[]][]} */
    const rows = [
      [words.t("liaison.seen"), [format.moment(seenAt(hit), store.now()), " · ", h("time", { class: "age", datetime: seenAt(hit), "data-since": seenAt(hit) })]],
      [words.t("liaison.where"), [[hit.text, communeOf(incident?.commune ?? null), this.#zone(hit)].filter(Boolean).join(" · ") || words.t("place.none")]],
    ];
    if (hit.codes["vehicle"] !== undefined) rows.push([words.t("liaison.entry"), [hit.codes["vehicle"]]]);
    if (hit.type_hint !== null) rows.push([words.t("liaison.reason"), [names.type(hit.type_hint)]]);
    if (hit.confidence !== null) rows.push([words.t("liaison.confidence"), [`${format.number(hit.confidence * 100)} %`]]);
    for (const [name, value] of names.inOrder(hit.facts)) {
      if (!NOT_LISTED.includes(name)) rows.push([names.fact(name), [names.factValue(format, name, value)]]);
    }
    if (hit.incident !== null) {
      const address = permalink(this.desk.settings.realm, { incident: hit.incident });
      rows.push([words.t("liaison.incident"), [h("a", { href: address, "data-focus": "hit-incident" }, `${hit.incident} · ${names.type(incident?.type ?? hit.type_hint)}`)]]);
    }
    keepingFocus(this.facts, () =>
      fill(this.facts, h("dl", {}, rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])), this.#course(hit)),
    );
    if (had && !this.box.contains(document.activeElement)) byId("hit-title").focus();
  }

  /** @param {Shown} hit */
  #zone({ lat, lon }) {
    const zone = lat === null || lon === null ? null : this.desk.policeZoneAt(lat, lon);
    return zone === null ? null : zone.zone;
  }

  /** Where the same entry was met. @param {Shown} hit */
  #course(hit) {
    const { words, format, store } = this.desk;
    const course = courseOf(store.picture, hit);
    if (course.length < 2) return null;
    return [
      h("h3", {}, words.t("liaison.course")),
      h(
        "ol",
        { class: "course" },
        course.map((one) =>
          h(
            "li",
            { "aria-current": one.id === hit.id ? "true" : null },
            h("time", { datetime: seenAt(one) }, format.moment(seenAt(one), store.now())),
            " ",
            one.text ?? one.source,
          ),
        ),
      ),
    ];
  }

  /** @param {Shown} hit */
  #answer(hit) {
    const { desk, slot } = this;
    const { words, access } = desk;
    const answered = answerOf(hit);
    if (answered !== null) return h("p", { class: "verified" }, words.t(answered ? "hit.matches" : "hit.rejected"));
    const give = (/** @type {string} */ outcome) => ({ command: "verify_hit", observation: hit.id, outcome });
    const may = access.mayGive(give("match"));
    const texts = [words.t("liaison.match"), words.t("hit.no_match")];
    const button = (/** @type {"match" | "no_match"} */ outcome) =>
      formButton(desk, slot, words.t(outcome === "match" ? "liaison.match" : "hit.no_match"), {
        key: SPOT,
        needs: give(outcome),
        make: () => this.#form(outcome, give(outcome)),
        look: outcome === "match" ? "act" : "",
        focus: `hit-${outcome}`,
      });
    return [
      h("p", { class: "mark" }, words.t("hit.to_verify")),
      h("p", { id: "hit-how" }, words.t("liaison.how")),
      h(
        "div",
        { class: "acts" },
        may === "no"
          ? texts.map((text) => h("button", { type: "button", class: "button held", "aria-disabled": "true", "aria-describedby": "hit-held" }, text))
          : [button("match"), button("no_match")],
      ),
      may !== "yes" &&
        h(
          "p",
          { id: "hit-held", class: "held-why" },
          words.t(may === "no" ? "liaison.may_not" : "liaison.may_propose", {
            capacity: access.name(access.capacity),
            police: access.name(POLICE),
          }),
        ),
    ];
  }

  /** @param {"match" | "no_match"} outcome @param {import("../commands.js").Command} command @returns {Form} */
  #form(outcome, command) {
    const { words } = this.desk;
    const matches = outcome === "match";
    return {
      title: words.t(matches ? "liaison.match_title" : "hit.no_match_title"),
      note: words.t("liaison.logged"),
      send: words.t(matches ? "liaison.match_send" : "hit.no_match_send"),
      fields: [
        {
          name: "note",
          kind: "text",
          label: words.t("liaison.reason_said"),
          hint: words.t(matches ? "liaison.match_hint" : "liaison.no_match_hint"),
          required: true,
          atLeast: REASON_AT_LEAST,
        },
      ],
      commands: ({ note }) => ({ ...command, note }),
    };
  }

  /** @param {Shown | undefined} hit */
  #cameras(hit) {
    const { words, format, cameras } = this.desk;
    const seats = hit === undefined ? [] : camerasNear(cameras.cameras.values(), hit);
    const wanted = new Map(seats.map((seat) => [seat.camera, seat]));
    for (const [id, tile] of this.tiles) {
      if (wanted.has(id)) continue;
      tile.close();
      tile.element.parentElement?.remove();
      this.tiles.delete(id);
    }
    for (const { camera, metres } of seats) {
      if (this.tiles.has(camera)) continue;
      const tile = new CameraTile(this.desk, camera, {
        open: () => this.desk.showCamera(camera, [...this.tiles.keys()]),
        note: () => [h("span", { class: "tile-note" }, format.distance(metres))],
      });
      this.tiles.set(camera, tile);
      this.strip.append(h("li", {}, tile.element));
    }
    this.camerasTitle.textContent = words.t("liaison.cameras");
    this.none.textContent = words.t("camera.none_near");
    this.none.hidden = seats.length > 0;
  }
}
