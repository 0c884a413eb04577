// @ts-check
/** The wall in small: its map, its rail, and one bar for each line of text that fits. */

import { h } from "../dom.js";

/** @import { Room } from "./legibility.js" */

const WIDTH_PX = 480;
const LINE_EM = 1.25;
const FOOT_EM = 2.1;

/** @param {Room} room @param {{width: number, height: number}} size of the screen */
export function wallPreview(room, { width, height }) {
  const scale = WIDTH_PX / width;
  const line = room.text * scale;
  const rail = box("rail", { width: room.rail * scale, height: (height - FOOT_EM * room.text) * scale });
  const count = Math.max(0, Math.floor(rail.height / (line * LINE_EM)));
  for (let i = 0; i < count; i += 1) {
    const bar = h("i");
    bar.style.height = `${line * 0.72}px`;
    bar.style.marginBottom = `${line * (LINE_EM - 0.72)}px`;
    rail.element.append(bar);
  }
  const foot = box("foot", { width: WIDTH_PX, height: FOOT_EM * line });
  const all = box("all", { width: WIDTH_PX, height: height * scale });
  all.element.append(rail.element, foot.element);
  return all.element;
}

/** @param {string} name @param {{width: number, height: number}} size */
function box(name, { width, height }) {
  const element = h("div", { class: `preview-${name}` });
  element.style.width = `${width}px`;
  element.style.height = `${height}px`;
  return { element, height };
}
