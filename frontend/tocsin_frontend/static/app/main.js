// @ts-check
/** The operator's desk: queue, map, sheet, logbook. */

import { unanswered } from "./alarms.js";
import { CameraFocus } from "./cameras/focus.js";
import { byId } from "./dom.js";
import { DrawingPanel } from "./drawing/panel.js";
import { FrameBudget } from "./frame-budget.js";
import { openMapPage } from "./map-page.js";
import { AlarmCaller } from "./panels/alarm-caller.js";
import { AlarmStrip } from "./panels/alarm-strip.js";
import { CallOff } from "./panels/call-off.js";
import { CalledOff } from "./panels/called-off.js";
import { CapacityChooser } from "./panels/capacity-chooser.js";
import { ExerciseFrame } from "./panels/exercise-frame.js";
import { FrozenOverlay } from "./panels/frozen-overlay.js";
import { IncidentList } from "./panels/incident-list.js";
import { IncidentSheet } from "./panels/incident-sheet.js";
import { KeysHelp } from "./panels/keys-help.js";
import { LayerChooser } from "./panels/layer-chooser.js";
import { LegendPanel } from "./panels/legend-panel.js";
import { LinkKeeper } from "./panels/link-keeper.js";
import { LogbookPanel } from "./panels/logbook/logbook-panel.js";
import { NewIncident } from "./panels/new-incident.js";
import { QuarantinePanel } from "./panels/quarantine.js";
import { RoomPanel } from "./panels/room-panel.js";
import { SetAside } from "./panels/set-aside.js";
import { acknowledging } from "./panels/sheet/act-forms.js";
import { MapCard } from "./panels/map-card.js";
import { MapRoom } from "./panels/map-room.js";
import { SourceStates } from "./panels/source-states.js";
import { StatusBar } from "./panels/status-bar.js";
import { openWhy } from "./panels/why-key.js";
import { Search } from "./search/search.js";
import { Sounds } from "./sounds.js";

/** @import { MapPage } from "./map-page.js" */

/** @param {MapPage} page */
function make(page) {
  const { desk, map } = page;
  const { store, commands } = desk;
  const sheet = new IncidentSheet(desk);
  const focus = new CameraFocus(desk);
  desk.showCamera = (camera, others) => focus.open(camera, others);
  const sounds = new Sounds(desk.access.isExercise);
  const caller = new AlarmCaller(desk, sounds);
  const alarms = new AlarmStrip(desk, sounds);

  /** What has the keyboard or is chosen, else what calls most urgently. */
  const acknowledge = () => {
    const chosen = store.selected;
    const alarm = alarms.selected() ?? (chosen === null ? alarms.worst : null);
    if (alarm !== null) commands.give({ command: "acknowledge_alarm", alarm: alarm.id });
    else if (chosen !== null && unanswered(desk, chosen).length > 0) commands.give(acknowledging(chosen));
  };

  desk.keys.held = () => byId("desk").inert;
  desk.keys.add(
    { key: "a", says: "keys.acknowledge", act: acknowledge },
    { key: "t", says: "keys.take", act: () => sheet.press("act-take") },
    { key: "q", says: "keys.qualify", act: () => sheet.press("act-qualify") },
    { key: "m", says: "keys.merge", act: () => sheet.press("act-merge") },
    { key: "w", says: "keys.why", act: () => openWhy(sheet.box) || alarms.showWorst(), looks: true },
  );
  return [
    new IncidentList(desk, () => sheet.focus()),
    new NewIncident(page),
    sheet,
    new SourceStates(desk),
    new QuarantinePanel(desk),
    new SetAside(desk),
    new StatusBar(desk),
    new CapacityChooser(desk),
    new RoomPanel(desk),
    alarms,
    caller,
    new ExerciseFrame(desk),
    new CallOff(desk),
    new CalledOff(desk),
    new FrozenOverlay(desk),
    focus,
    new LayerChooser(page),
    new LegendPanel(page),
    new MapCard(page),
    new Search(page),
    new FrameBudget(page),
    new DrawingPanel(page, byId("draw-open")),
    new LogbookPanel(desk),
    new MapRoom(map, desk, sheet.box),
    new KeysHelp(desk),
    new LinkKeeper(page, { card: (id) => sheet.showCard(id), alarm: (id) => alarms.show(id) }),
  ];
}

openMapPage({ make });
