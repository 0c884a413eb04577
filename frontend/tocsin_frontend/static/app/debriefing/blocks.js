// @ts-check
/** A debriefing as the server composed it: headings, facts, tables and drawings, one after the other. */

import { h, svg } from "../dom.js";

/** @import { Block, Cell, Picture, Shape, Sign } from "../../../../types/debriefing" */

/** @type {Record<Sign, string>} */
const MARKS = { good: "✓", bad: "✗", open: "○" };

/** The id of a section, for the list at the top. @param {string} name */
export const sectionId = (name) => `debriefing-${name}`;

/** @param {Block} block @returns {HTMLElement} */
export function drawn(block) {
  switch (block.kind) {
    case "heading":
      return h("h2", { id: sectionId(block.name), tabindex: "-1" }, block.text);
    case "paragraph":
      return h("p", { class: block.quiet ? "quiet" : null }, block.text);
    case "facts":
      return h(
        "dl",
        { class: "debriefing-facts" },
        block.rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, cell(value)))),
      );
    case "table":
      return h(
        "div",
        { class: "table", tabindex: "0", role: "region", "aria-label": block.caption },
        h(
          "table",
          {},
          h("caption", {}, block.caption),
          h("thead", {}, h("tr", {}, block.head.map((name) => h("th", { scope: "col" }, name)))),
          h("tbody", {}, block.rows.map((row) => h("tr", {}, row.map((one) => h("td", {}, cell(one)))))),
        ),
      );
    case "figure":
      return h(
        "figure",
        { class: "debriefing-figure" },
        h("div", { class: "debriefing-drawing", tabindex: "0", role: "group", "aria-label": block.caption }, picture(block.picture, block.caption)),
        h("figcaption", {}, block.caption),
      );
  }
}

/** @param {Cell} given */
function cell({ text, sign, strong, links }) {
  return [
    sign !== null && h("span", { class: `debriefing-sign ${sign}`, "aria-hidden": "true" }, `${MARKS[sign]}\u00a0`),
    strong ? h("strong", {}, text) : text,
    links.map((link) => [" ", h("a", { class: "debriefing-entry", href: link.path }, link.text)]),
  ].flat(2);
}

/** @param {Picture} given @param {string} caption */
function picture({ width, height, shapes }, caption) {
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": caption }, ...shapes.map(shape));
}

/** @param {Shape} given */
function shape(given) {
  const ink = `ink-${given.ink}`;
  switch (given.kind) {
    case "line":
      return svg("polyline", {
        points: points(given.points),
        class: `stroke ${ink}${given.dashed ? " dashed" : ""}`,
        "stroke-width": given.width,
      });
    case "area":
      return svg("polygon", { points: points(given.points), class: `fill ${ink}` });
    case "dot":
      return svg("circle", {
        cx: given.x,
        cy: given.y,
        r: given.radius,
        class: given.hollow ? `hollow ${ink}` : `fill ${ink}`,
      });
    case "label":
      return svg(
        "text",
        {
          x: given.x,
          y: given.y,
          "font-size": given.size,
          "text-anchor": given.anchor,
          class: `fill ${ink}${given.strong ? " strong" : ""}`,
        },
        document.createTextNode(given.text),
      );
  }
}

/** @param {[number, number][]} given */
const points = (given) => given.map(([x, y]) => `${x},${y}`).join(" ");
