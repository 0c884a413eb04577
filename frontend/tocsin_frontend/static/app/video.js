// @ts-check
/** The wall of cameras: a tile each, in the order of the register, one group or all of them. */

import { CameraFocus } from "./cameras/focus.js";
import { CameraTile } from "./cameras/tile.js";
import { byId, fill, h } from "./dom.js";
import { openPlainPage } from "./plain-page.js";

/** @import { Desk } from "./desk.js" */

class Wall {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.title = h("h1");
    this.label = h("label", { for: "video-group" });
    this.choice = h("select", { id: "video-group" });
    this.count = h("p", { id: "video-count", class: "quiet", role: "status" });
    this.grid = h("ul", { id: "video-wall" });
    this.empty = h("p", { class: "quiet" });
    byId("page").append(
      this.title,
      h("div", { class: "video-bar" }, this.label, this.choice, this.count),
      this.empty,
      this.grid,
    );
    this.group = new URL(location.href).searchParams.get("group") ?? "";
    this.choice.addEventListener("change", () => {
      this.group = this.choice.value;
      const here = new URL(location.href);
      if (this.group === "") here.searchParams.delete("group");
      else here.searchParams.set("group", this.group);
      history.replaceState(null, "", here);
      this.draw();
    });
    this.focus = new CameraFocus(desk);
    desk.showCamera = (camera, others) => this.focus.open(camera, others);
    /** @type {Map<string, CameraTile>} */
    this.tiles = new Map();
    /** @type {unknown[]} */
    this.shown = [];
    desk.cameras.start();
    desk.access.subscribe(() => desk.cameraLink.again());
  }

  tick() {
    for (const tile of this.tiles.values()) tile.tick();
    this.focus.tick();
  }

  draw() {
    const { cameras, words } = this.desk;
    this.focus.draw();
    for (const tile of this.tiles.values()) tile.draw();
    const parts = [cameras.edition, words.language, this.group];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    const all = [...cameras.cameras.values()];
    const groups = [...new Set(all.map((camera) => camera.group))].sort();
    this.title.textContent = words.t("page.video");
    this.label.textContent = words.t("video.group");
    fill(
      this.choice,
      h("option", { value: "" }, words.t("video.all")),
      groups.map((group) => h("option", { value: group }, group)),
    );
    this.choice.value = groups.includes(this.group) ? this.group : "";
    const shown = all.filter((camera) => this.choice.value === "" || camera.group === this.choice.value);
    this.count.textContent = words.t("video.count", { n: shown.length });
    this.empty.hidden = !cameras.known || shown.length > 0;
    this.empty.textContent = words.t("video.none");
    this.#show(shown.map((camera) => camera.id));
  }

  /** @param {string[]} ids */
  #show(ids) {
    const wanted = new Set(ids);
    for (const [id, tile] of this.tiles) {
      if (wanted.has(id)) continue;
      tile.close();
      tile.element.parentElement?.remove();
      this.tiles.delete(id);
    }
    for (const id of ids) {
      let tile = this.tiles.get(id);
      if (tile === undefined) {
        tile = new CameraTile(this.desk, id, { open: () => this.focus.open(id, [...this.tiles.keys()]) });
        this.tiles.set(id, tile);
        h("li", {}, tile.element);
      }
      this.grid.append(/** @type {HTMLElement} */ (tile.element.parentElement));
    }
  }
}

openPlainPage((desk) => [new Wall(desk)]);
