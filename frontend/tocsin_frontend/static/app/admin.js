// @ts-check
/** The administrator's page: sources, load of alarms, their types, health of the rules, trust. */

import { AlarmLoadPart } from "./admin/alarm-load.js";
import { AlarmTypesPart } from "./admin/alarm-types.js";
import { RuleHealthPart } from "./admin/rule-health.js";
import { SourcesPart } from "./admin/sources.js";
import { TrustPart } from "./admin/trust.js";
import { byId, h } from "./dom.js";
import { openPlainPage } from "./plain-page.js";

openPlainPage((desk, changed) => {
  const heading = h("h1", { "data-text": "page.admin" }, desk.words.t("page.admin"));
  byId("page").append(heading);
  return [
    new SourcesPart(desk, changed),
    new AlarmLoadPart(desk, changed),
    new RuleHealthPart(desk, changed),
    new TrustPart(desk),
    new AlarmTypesPart(desk),
  ];
});
