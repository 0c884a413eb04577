// @ts-check
/** Preparation (M10.2): the calendar, dossiers of events, and which measure was last exercised when. */

import { byId, h } from "./dom.js";
import { openPlainPage } from "./plain-page.js";
import { CalendarPanel } from "./preparation/calendar.js";
import { DossiersPanel } from "./preparation/dossiers.js";
import { ExercisedPanel } from "./preparation/exercised.js";
import { PreparationLink } from "./preparation/link.js";

openPlainPage((desk, changed) => {
  const link = new PreparationLink(desk, changed);
  const title = h("h1");
  const may = h("p", { class: "quiet" });
  const trouble = h("p", { class: "field-error", role: "alert", hidden: true });
  const panels = [new CalendarPanel(link), new DossiersPanel(link), new ExercisedPanel(link)];
  byId("page").append(title, may, trouble, ...panels.map((panel) => panel.box));
  const head = {
    draw() {
      const { words, access } = desk;
      title.textContent = words.t("page.preparation");
      may.hidden = link.may;
      may.textContent = words.t("preparation.may_not", { who: access.name("coordinator"), other: access.name("supervisor") });
      trouble.hidden = !link.trouble;
      trouble.textContent = words.t("page.no_answer");
    },
  };
  return [link, head, ...panels];
});
