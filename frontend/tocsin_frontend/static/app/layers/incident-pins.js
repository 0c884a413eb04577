// @ts-check
/** The elements of incidents on the map: one sign for an incident, a button for a cluster of them. */

import { h } from "../dom.js";
import { incidentLook } from "../symbols.js";
import { ANCHOR, clusterDrawing, incidentDrawing } from "../symbols/frames.js";
import { drawn } from "../symbols/parts.js";

/** @import { Desk } from "../desk.js" */
/** @import { Incident } from "../../../../types/wire" */
/** @import { Group } from "./clustering.js" */

/** A mark on the map: `look` is all that can be seen of it. @typedef {{look: string, title: string, element: () => HTMLElement, size: number}} Pin */

const SIZE = 44;
const CLUSTER_SIZE = 52;
const NEW_FOR_MS = 10_000;
const KEPT_AT_MOST = 2000;

/** Signs by their look: a copy costs a fraction of a new one. @type {Map<string, Element>} */
const kept = new Map();

/** @param {string} look @param {() => Element} make */
function copyOf(look, make) {
  let first = kept.get(look);
  if (first === undefined) {
    if (kept.size >= KEPT_AT_MOST) kept.clear();
    first = make();
    kept.set(look, first);
  }
  return /** @type {Element} */ (first.cloneNode(true));
}

/**
 * @param {Desk} desk
 * @param {Incident} incident
 * @param {boolean} chosen
 * @param {boolean} named
 * @param {number} behind how many more stand at its place
 * @param {() => void} open go nearer to them
 * @returns {Pin}
 */
export function incidentPin(desk, incident, chosen, named, behind, open) {
  const { names, store, words } = desk;
  const look = incidentLook(names, incident, chosen);
  const seen = Object.values(look).join(" ");
  const more = behind === 0 ? "" : words.t("cluster.behind", { n: behind });
  return {
    look: `${seen} ${named} ${more}`,
    title: `${names.type(incident.type)} · ${incident.id}`,
    size: SIZE,
    element: () => {
      const fresh = look.look === "new" && store.now() - Date.parse(incident.opened_at) < NEW_FOR_MS;
      return h(
        "div",
        { class: `pin${chosen ? " chosen" : ""}${fresh ? " fresh" : ""}`, "data-incident": incident.id },
        copyOf(seen, () =>
          drawn(incidentDrawing(look), { size: SIZE, look: `incident s${look.severity} ${look.look}` }),
        ),
        named && h("b", { class: "pin-id" }, incident.id),
        behind > 0 && clusterButton({ class: "cluster behind", "aria-label": more, "data-count": behind }, open, `+${behind}`),
      );
    },
  };
}

/** @param {Desk} desk @param {Group} group @param {() => void} open @returns {Pin} */
export function clusterPin({ words }, { leader, members }, open) {
  const { severity, over } = leader;
  const count = members.length;
  const label = words.t(over ? "cluster.over" : "cluster.open", {
    n: count,
    severity: words.t(`severity.${severity}`),
  });
  const props = { class: "cluster", "aria-label": label, "data-count": count, "data-severity": severity };
  return {
    look: `${severity} ${over} ${label}`,
    title: "",
    size: CLUSTER_SIZE,
    element: () => {
      const make = () => drawn(clusterDrawing(severity, count, over), { size: CLUSTER_SIZE });
      return clusterButton(props, open, copyOf(`cluster ${severity} ${count} ${over}`, make));
    },
  };
}

/** @param {Record<string, unknown>} props @param {() => void} open @param {Element | string} shows */
function clusterButton(props, open, shows) {
  const button = h("button", { type: "button", tabindex: "-1", ...props }, shows);
  button.addEventListener("click", (event) => {
    event.stopPropagation(); // the sign under it has a meaning of its own
    open();
  });
  L.DomEvent.disableClickPropagation(button);
  return button;
}

/** @param {Pin} pin */
export function iconOf({ element, size }) {
  return L.divIcon({
    html: element(),
    className: "pin-box",
    iconSize: [size, size],
    iconAnchor: [size * ANCHOR, size * ANCHOR],
  });
}
