// @ts-check
/** The two walls: what each shows by order of the room, and telling it to show something else. */

import { fill, h, KeyedChildren } from "../dom.js";
import { getJson } from "../names.js";
import { commandButton, formButton } from "../panels/buttons.js";
import { common } from "../panels/sheet/section.js";
import { MiniMap } from "./mini-map.js";
import { incidentLine, Panel } from "./panel.js";
import { namedViews, nameOf, wallForm } from "./wall-choices.js";

/** @import { Desk } from "../desk.js" */
/** @import { Wall } from "../../../../types/wire" */
/** @import { Areas, Layout } from "./wall-choices.js" */
/** @import { View } from "./wall-views.js" */

const LAYOUTS = /** @type {Layout[]} */ (["a", "b"]);
const AREAS_AGAIN_MS = 3000;

export class WallsPanel extends Panel {
  /** @param {Desk} desk @param {() => void} changed */
  constructor(desk, changed) {
    super(desk, "walls", "walls.title");
    this.changed = changed;
    this.list = h("ul", { class: "walls" });
    this.box.append(this.list);
    /** @type {Areas | null} */
    this.areas = null;
    /** @type {MiniMap | null} */
    this.map = null;
    this.lines = new KeyedChildren(this.list, {
      key: (/** @type {Layout} */ layout) => layout,
      parts: (layout) => {
        const { walls, incidents } = desk.store.picture;
        return [walls[layout], incidents, this.areas, desk.cameras.edition, this.slot.key === slotKey(layout), ...common(desk)];
      },
      build: (layout) => this.#card(layout),
    });
    this.#load();
  }

  async #load() {
    const layer = (/** @type {string} */ name) => getJson(new URL(`../../layers/${name}.geojson`, import.meta.url).href);
    try {
      const [region, municipalities, zones] = await Promise.all(
        ["region", "municipalities", "police_zones"].map(layer),
      );
      this.areas = { region, municipalities, zones };
      this.map = new MiniMap(region, municipalities);
      this.changed();
    } catch {
      setTimeout(() => this.#load(), AREAS_AGAIN_MS);
    }
  }

  /** @override */
  parts() {
    const { walls, incidents } = this.desk.store.picture;
    return [walls, incidents, this.areas, this.desk.cameras.edition];
  }

  /** @override */
  paint() {
    this.lines.show(LAYOUTS);
  }

  /** @param {Layout} layout */
  #card(layout) {
    const { desk, slot, areas } = this;
    const { words, store, settings } = desk;
    const wall = store.picture.walls[layout] ?? null;
    const key = slotKey(layout);
    const preview = h("div", { class: "wall-preview" });
    const show = (/** @type {View | null} */ view, /** @type {string | null} */ incident) =>
      fill(preview, this.map?.draw(Object.values(store.picture.incidents), view, incident));
    show(wall?.view ?? null, wall?.incident ?? null);
    const there = new URL(`/realms/${settings.realm}/wall?layout=${layout}`, location.href).href;
    const card = h(
      "li",
      { class: "wall-card", "data-wall": layout },
      layout === "a" && preview,
      h(
        "div",
        { class: "wall-words" },
        h("h3", {}, words.t(`walls.${layout}`)),
        wall === null ? h("p", { class: "quiet" }, words.t("walls.by_itself")) : this.#shows(wall),
        h(
          "div",
          { class: "acts" },
          areas !== null &&
            formButton(desk, slot, words.t("walls.direct"), {
              key,
              needs: { command: "direct_wall" },
              focus: `direct-${layout}`,
              look: "act",
              make: () => wallForm(desk, areas, layout, store.picture.walls[layout] ?? null),
            }),
          wall !== null &&
            commandButton(desk, words.t("walls.release"), { command: "release_wall", layout }, { focus: `release-${layout}` }),
          h("a", { class: "button", href: there, "data-focus": `open-${layout}` }, words.t("walls.open")),
        ),
      ),
    );
    const form = slot.at(key);
    if (form !== null) {
      card.append(form);
      card.addEventListener("change", () => {
        const said = (/** @type {string} */ name) => {
          const field = form.querySelector(`[name="${name}"]`);
          return field instanceof HTMLSelectElement ? field.value : "";
        };
        const view = areas && namedViews(desk, areas).find(({ value }) => value === said("view"));
        show(view?.view ?? (said("view") === "" ? null : (wall?.view ?? null)), said("incident"));
      });
    }
    return card;
  }

  /** @param {Wall} wall */
  #shows(wall) {
    const { desk, areas } = this;
    const { words, access, format, store, cameras } = desk;
    const incident = store.picture.incidents[wall.incident ?? ""];
    const view = areas === null ? null : nameOf(namedViews(desk, areas), wall.view);
    return [
      h(
        "p",
        { class: "quiet" },
        words.t("walls.directed", { by: access.who(wall.by), time: format.moment(wall.since, store.now()) }),
      ),
      incident !== undefined && incidentLine(desk, incident, `wall-${wall.layout}`),
      wall.incident !== null && incident === undefined && h("p", {}, words.t("walls.gone", { incident: wall.incident })),
      wall.view !== null && h("p", {}, words.t("walls.view_is", { view: view?.text ?? words.t("walls.other_view") })),
      wall.cameras.length > 0 &&
        h(
          "ol",
          { class: "wall-cameras" },
          wall.cameras.map((id) => h("li", {}, words.of(cameras.get(id)?.name) || id)),
        ),
      wall.note && h("p", { class: "note" }, wall.note),
    ];
  }
}

/** @param {Layout} layout */
const slotKey = (layout) => `walls:${layout}`;
