// @ts-check
/** One camera large: live video where its camera gives it, else its pictures at full pace. */

import { fill, h } from "../dom.js";
import { sign } from "../symbols.js";
import { LiveVideo } from "./live-video.js";
import { CameraTile } from "./tile.js";

/** @import { Desk } from "../desk.js" */

const FOCUS_FPS = 10;

export class CameraFocus {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.title = h("h2", { id: "camera-focus-title", tabindex: "-1" });
    this.closer = h("button", { type: "button", class: "button icon", onclick: () => this.dialog.close() }, sign("close", 20));
    this.stage = h("div", { class: "focus-stage" });
    this.status = h("p", { class: "focus-status", role: "status" });
    this.keeper = h("button", { type: "button", class: "button", onclick: () => this.#keep() });
    this.said = h("p", { class: "focus-said", role: "status" });
    this.dialog = h(
      "dialog",
      { class: "camera-focus", "aria-labelledby": "camera-focus-title", "data-acts": true },
      h("header", {}, this.title, this.closer),
      this.stage,
      h("footer", {}, this.status, this.keeper, this.said),
    );
    this.dialog.addEventListener("close", () => this.#leave());
    document.body.append(this.dialog);
    /** @type {string | null} */
    this.camera = null;
    /** @type {CameraTile | null} */
    this.tile = null;
    /** @type {LiveVideo | null} */
    this.live = null;
    this.liveState = "none";
    this.liveWhy = "no_video";
    /** Ids from which arrow keys choose. @type {string[]} */
    this.others = [];
    this.dialog.addEventListener("keydown", (event) => {
      event.stopPropagation(); // the keys of the room act on what lies under it
      if (event.key === "ArrowRight") this.#step(1);
      else if (event.key === "ArrowLeft") this.#step(-1);
    });
  }

  /** @param {string} camera @param {string[]} [others] in the order in which they were shown */
  open(camera, others = []) {
    this.#leave();
    this.camera = camera;
    this.others = others;
    this.said.textContent = "";
    this.tile = new CameraTile(this.desk, camera, { fps: FOCUS_FPS });
    this.stage.append(this.tile.element);
    if (!this.dialog.open) this.dialog.showModal();
    this.#watchLive();
    this.draw();
    this.title.focus();
  }

  draw() {
    if (this.camera === null || this.tile === null) return;
    const { words, cameras, access, store } = this.desk;
    const camera = cameras.get(this.camera);
    const name = camera === undefined ? this.camera : words.of(camera.name);
    if (this.title.textContent !== name) this.title.textContent = name;
    this.closer.setAttribute("aria-label", words.t("camera.close"));
    this.tile.draw();
    const status =
      this.liveState === "live"
        ? words.t("camera.live")
        : this.liveState === "wait"
          ? words.t("camera.live_wait")
          : `${words.t("camera.preview")} (${words.name("live_why.", this.liveWhy)})`;
    if (this.status.textContent !== status) this.status.textContent = status;
    const playing = this.liveState === "live";
    this.stage.classList.toggle("playing", playing);
    this.tile.see(!playing); // both would be the same picture twice
    const incident = store.selectedIncident();
    const may = incident !== null && store.past === null && camera?.may === "yes" && access.may("keep_picture") === "yes";
    this.keeper.hidden = !may;
    if (may) {
      const text = words.t("camera.keep", { incident: incident.id });
      if (this.keeper.textContent !== text) fill(this.keeper, text);
    }
  }

  tick() {
    this.tile?.tick();
  }

  #watchLive() {
    const { desk, camera } = this;
    if (camera === null) return;
    const past = desk.store.past !== null;
    if (past || desk.cameras.get(camera)?.live !== true) {
      this.liveState = "none";
      this.liveWhy = past ? "past" : "no_video";
      return;
    }
    this.liveState = "wait";
    const video = h("video", { class: "focus-video", "aria-labelledby": "camera-focus-title" });
    this.stage.append(video);
    this.live = new LiveVideo(video, desk.cameraAddress(`${camera}/live`), (state, why) => {
      this.liveState = state;
      this.liveWhy = why;
      this.draw();
    });
  }

  /** @param {number} by */
  #step(by) {
    if (this.camera === null || this.others.length < 2) return;
    const at = this.others.indexOf(this.camera);
    const next = this.others[(at + by + this.others.length) % this.others.length];
    if (next !== undefined) this.open(next, this.others);
  }

  #leave() {
    this.live?.close();
    this.live = null;
    this.tile?.close();
    this.tile = null;
    this.camera = null;
    this.stage.replaceChildren();
  }

  async #keep() {
    const { words, store, settings, posting } = this.desk;
    const { camera } = this;
    const incident = store.selected;
    if (camera === null || incident === null) return;
    this.said.textContent = words.t("command.pending");
    const address = `${settings.api_root}/realms/${settings.realm}/incidents/${incident}/evidence`;
    const answer = await posting.post(address, JSON.stringify({ camera }));
    this.said.textContent =
      "told" in answer
        ? words.t("camera.kept", { incident, n: answer.told.n })
        : words.t("command.refused", { detail: answer.detail });
  }
}
