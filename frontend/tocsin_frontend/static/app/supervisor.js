// @ts-check
/** The page of the chief of the room: what is late or needs him first, then how the room works. */

import { AlarmCaller } from "./panels/alarm-caller.js";
import { AlarmStrip } from "./panels/alarm-strip.js";
import { byId, h } from "./dom.js";
import { KeysHelp } from "./panels/keys-help.js";
import { openPlainPage } from "./plain-page.js";
import { Sounds } from "./sounds.js";
import { LatePanel } from "./supervisor/late-panel.js";
import { LoadPanel } from "./supervisor/load-panel.js";
import { PhasesPanel } from "./supervisor/phases-panel.js";
import { ProposalsPanel } from "./supervisor/proposals-panel.js";
import { ShelvedPanel } from "./supervisor/shelved-panel.js";
import { Summary } from "./supervisor/summary.js";
import { TiesPanel } from "./supervisor/ties-panel.js";
import { UndoPanel } from "./supervisor/undo-panel.js";
import { WallsPanel } from "./supervisor/walls-panel.js";

openPlainPage((desk, changed) => {
  const sounds = new Sounds(desk.access.isExercise);
  const alarms = new AlarmStrip(desk, sounds);
  const late = new LatePanel(desk);
  const ties = new TiesPanel(desk);
  const proposals = new ProposalsPanel(desk);
  const load = new LoadPanel(desk);
  const shelved = new ShelvedPanel(desk);
  const phases = new PhasesPanel(desk);
  const walls = new WallsPanel(desk, changed);
  const undo = new UndoPanel(desk);
  const summary = new Summary(desk, [late, ties, proposals, shelved], [load, phases, walls, undo]);
  const stack = (/** @type {{box: Element}[]} */ ...panels) =>
    h("div", { class: "stack" }, panels.map(({ box }) => box));
  byId("page").append(
    summary.box,
    h(
      "div",
      { class: "steering" },
      stack(late, ties),
      h("div", { class: "stacks" }, stack(load, proposals, shelved, undo), stack(phases, walls)),
    ),
  );
  desk.cameras.start();
  desk.keys.held = () => byId("page").inert;
  desk.keys.add({
    key: "a",
    says: "keys.acknowledge",
    act: () => {
      const alarm = alarms.selected() ?? alarms.worst;
      if (alarm !== null) desk.commands.give({ command: "acknowledge_alarm", alarm: alarm.id });
    },
  });
  const help = new KeysHelp(desk, []); // no list here that arrows go through
  return [help, alarms, new AlarmCaller(desk, sounds), late, ties, proposals, load, shelved, undo, phases, walls, summary];
});
