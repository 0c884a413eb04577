// @ts-check
/** Paints what moves with WebGL2: one draw call of points, turned, tinted and moved on by the card. */

import { colour } from "../../palette.js";
import { OPACITY, STALE_AFTER_S } from "./moving-objects.js";
import { cellEdge, maskSheet, SPRITES } from "./sheet.js";

/** @import { MovingObjects } from "./moving-objects.js" */

const SHEET_PX = 48; // sharp on a screen of double density
const FLOATS = 9;
const AFRESH_AFTER_MS = 600_000; // seconds since the base stay small enough for single precision

const VERTEX = `#version 300 es
layout(location = 0) in vec4 path;
layout(location = 1) in vec3 times;
layout(location = 2) in vec2 look;
uniform vec2 size;
uniform vec2 shift;
uniform float scale, now, room, points;
uniform vec2 limits;
out float sprite;
out float stale;
out vec2 turn;
void main() {
  float lasts = times.y - times.x;
  float share = lasts <= 0.0 ? 1.0 : clamp((now - times.x) / lasts, 0.0, 1.0);
  vec2 at = mix(path.xy, path.zw, share) * scale + shift;
  gl_Position = vec4(at.x / size.x * 2.0 - 1.0, 1.0 - at.y / size.y * 2.0, 0.0, 1.0);
  gl_PointSize = points;
  float age = room - times.z;
  stale = step(limits.x, age) + step(limits.y, age);
  turn = vec2(sin(look.x), cos(look.x));
  sprite = look.y;
}`;

const FRAGMENT = `#version 300 es
precision mediump float;
uniform sampler2D sheet;
uniform vec3 fresh, old, halo;
uniform vec3 opacity;
uniform float sprites;
in float sprite;
in float stale;
in vec2 turn;
out vec4 colour;
void main() {
  vec2 at = gl_PointCoord - 0.5;
  at = vec2(at.x * turn.y + at.y * turn.x, at.y * turn.y - at.x * turn.x) + 0.5;
  if (any(lessThan(at, vec2(0.0))) || any(greaterThan(at, vec2(1.0)))) discard;
  vec4 mask = texture(sheet, vec2((at.x + sprite) / sprites, at.y));
  if (mask.a < 0.02) discard;
  vec3 fill = stale > 1.5 ? old : fresh;
  float strength = stale > 1.5 ? opacity.z : stale > 0.5 ? opacity.y : opacity.x;
  vec3 tint = (fill * mask.r + halo * mask.g) / max(mask.r + mask.g, 0.01);
  float alpha = mask.a * strength;
  colour = vec4(tint * alpha, alpha);
}`;

/** @typedef {{full: L.Point, ratio: number, scale: number, corner: {x: number, y: number}}} View */

export class GlPainter {
  /** @param {WebGL2RenderingContext} gl @param {number} size of a sign, in CSS pixels */
  constructor(gl, size) {
    this.gl = gl;
    this.size = size;
    this.program = program(gl);
    this.uniforms = uniformsOf(gl, this.program);
    this.buffer = gl.createBuffer();
    this.numbers = new Float32Array(0);
    this.edition = -1;
    this.count = 0;
    this.anchor = { x: 0, y: 0 };
    this.timeBase = 0;
    this.roomBase = 0;
    gl.useProgram(this.program);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    [4, 3, 2].reduce((offset, width, location) => {
      gl.enableVertexAttribArray(location);
      gl.vertexAttribPointer(location, width, gl.FLOAT, false, FLOATS * 4, offset * 4);
      return offset + width;
    }, 0);
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, maskSheet(SHEET_PX));
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.uniform1f(this.uniforms["sprites"] ?? null, SPRITES);
    gl.uniform2f(this.uniforms["limits"] ?? null, STALE_AFTER_S[0] ?? 0, STALE_AFTER_S[1] ?? 0);
    gl.uniform3f(this.uniforms["opacity"] ?? null, OPACITY[0] ?? 1, OPACITY[1] ?? 1, OPACITY[2] ?? 1);
    this.tint();
  }

  /** The colours of the theme. */
  tint() {
    const { gl, uniforms } = this;
    for (const [name, token] of [["fresh", "moving"], ["old", "area"], ["halo", "halo"]]) {
      const { red, green, blue } = channels(colour(/** @type {string} */ (token)));
      gl.uniform3f(uniforms[/** @type {string} */ (name)] ?? null, red, green, blue);
    }
  }

  /**
   * @param {MovingObjects} objects
   * @param {View} view
   * @param {number} now of performance.now()
   * @param {number} room the room's time, in milliseconds
   */
  paint(objects, view, now, room) {
    const { gl, uniforms } = this;
    const { full, ratio, scale, corner } = view;
    const anchored = Math.abs(corner.x / scale - this.anchor.x) * scale < full.x * 4;
    const near = anchored && Math.abs(corner.y / scale - this.anchor.y) * scale < full.y * 4;
    const timely = now - this.timeBase < AFRESH_AFTER_MS && Math.abs(room - this.roomBase) < AFRESH_AFTER_MS;
    if (objects.edition !== this.edition || !near || !timely) this.#load(objects, view, now, room);
    gl.viewport(0, 0, full.x * ratio, full.y * ratio);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (this.count === 0) return;
    gl.uniform2f(uniforms["size"] ?? null, full.x, full.y);
    gl.uniform2f(
      uniforms["shift"] ?? null,
      this.anchor.x * scale - corner.x,
      this.anchor.y * scale - corner.y,
    );
    gl.uniform1f(uniforms["scale"] ?? null, scale);
    gl.uniform1f(uniforms["now"] ?? null, (now - this.timeBase) / 1000);
    gl.uniform1f(uniforms["room"] ?? null, (room - this.roomBase) / 1000);
    gl.uniform1f(uniforms["points"] ?? null, cellEdge(this.size) * ratio);
    gl.drawArrays(gl.POINTS, 0, this.count);
  }

  /** All objects, relative to the view: only what is small survives single precision. @param {MovingObjects} objects @param {View} view @param {number} now @param {number} room */
  #load(objects, { scale, corner }, now, room) {
    const { gl } = this;
    this.edition = objects.edition;
    this.anchor = { x: corner.x / scale, y: corner.y / scale };
    this.timeBase = now;
    this.roomBase = room;
    const { x: left, y: top } = this.anchor;
    const { fromX, fromY, toX, toY, start, end, seen, heading, sprite } = objects.at;
    if (this.numbers.length < objects.length * FLOATS) this.numbers = new Float32Array(seen.length * FLOATS);
    const { numbers } = this;
    let at = 0;
    for (let i = 0; i < objects.length; i += 1) {
      if (objects.shown[i] === null) continue;
      numbers[at] = /** @type {number} */ (fromX[i]) - left;
      numbers[at + 1] = /** @type {number} */ (fromY[i]) - top;
      numbers[at + 2] = /** @type {number} */ (toX[i]) - left;
      numbers[at + 3] = /** @type {number} */ (toY[i]) - top;
      numbers[at + 4] = (/** @type {number} */ (start[i]) - now) / 1000;
      numbers[at + 5] = (/** @type {number} */ (end[i]) - now) / 1000;
      numbers[at + 6] = (/** @type {number} */ (seen[i]) - room) / 1000;
      numbers[at + 7] = /** @type {number} */ (heading[i]);
      numbers[at + 8] = /** @type {number} */ (sprite[i]);
      at += FLOATS;
    }
    this.count = at / FLOATS;
    gl.bufferData(gl.ARRAY_BUFFER, numbers.subarray(0, at), gl.DYNAMIC_DRAW);
  }
}

/** @param {WebGL2RenderingContext} gl */
function program(gl) {
  const made = gl.createProgram();
  for (const [kind, text] of /** @type {[number, string][]} */ ([
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ])) {
    const shader = /** @type {WebGLShader} */ (gl.createShader(kind));
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(made, shader);
  }
  gl.linkProgram(made);
  if (!gl.getProgramParameter(made, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(made) ?? "no program");
  return made;
}

/** @param {WebGL2RenderingContext} gl @param {WebGLProgram} made */
function uniformsOf(gl, made) {
  /** @type {Record<string, WebGLUniformLocation | null>} */
  const found = {};
  const names = ["size", "shift", "scale", "now", "room", "points", "limits", "fresh", "old", "halo", "opacity", "sprites"];
  for (const name of names) found[name] = gl.getUniformLocation(made, name);
  return found;
}

/** @param {string} hex #rrggbb */
function channels(hex) {
  const value = Number.parseInt(hex.slice(1), 16);
  return { red: (value >> 16) / 255, green: ((value >> 8) & 255) / 255, blue: (value & 255) / 255 };
}
