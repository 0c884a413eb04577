/* What somebody who looks at a screen would find wrong with it; read by scenes.py. */

const FREE = ".visually-hidden, .leaflet-container"; // a map goes on beyond its edges

/** Text that its box hides, without a way to scroll to it. */
function cutOff() {
  const hides = (overflow) => overflow === "hidden" || overflow === "clip";
  const found = new Set();
  for (const element of document.querySelectorAll("body *")) {
    const { overflowX, overflowY, visibility } = getComputedStyle(element);
    if ((!hides(overflowX) && !hides(overflowY)) || visibility === "hidden") continue;
    if (element.closest(`${FREE}, [inert], svg`)) continue;
    const box = element.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) continue;
    for (const child of element.querySelectorAll("*")) {
      if (!hasText(child) || child.closest(FREE) || scrolls(child, element)) continue;
      const inner = child.getBoundingClientRect();
      if (inner.width === 0) continue;
      const right = hides(overflowX) && inner.right > box.right + 1;
      const below = hides(overflowY) && inner.bottom > box.bottom + 1;
      if (right || below) found.add(`${named(element)} hides ${named(child)}: ${said(child)}`);
    }
  }
  return [...found];
}

/** Words of two elements in the same place. */
function overlapping() {
  const texts = visibleTexts();
  const found = new Set();
  texts.forEach((a, i) => {
    for (const b of texts.slice(i + 1)) {
      if (a.element.contains(b.element) || b.element.contains(a.element)) continue;
      const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
      const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
      const much = Math.min(a.box.height, b.box.height) * 0.35;
      if (wide > 3 && high > much) found.add(`${said(a.element)} | ${said(b.element)}`);
    }
  });
  return [...found];
}

/** Every piece of text with the language it says it is in. */
function texts() {
  return textNodes()
    .filter((node) => !node.parentElement.closest("script, style, noscript, #unsupported"))
    .map((node) => [node.parentElement.closest("[lang]").lang, node.textContent.trim()]);
}

const LYING_OVER =
  ".visually-hidden, .leaflet-container, .popover, .menu, dialog, svg, option, .skip, #frozen, .watermark";

function visibleTexts() {
  const found = [];
  for (const node of textNodes()) {
    const element = node.parentElement;
    if (element.closest(LYING_OVER)) continue;
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width < 2 || box.height < 2) continue;
      const x = box.left + box.width / 2;
      const y = box.top + box.height / 2;
      if (!isClipped(element, x, y) && !isCovered(element, x, y)) found.push({ element, box });
    }
  }
  return found;
}

/** Scrolled out of sight, or beyond the window. */
function isClipped(element, x, y) {
  for (let up = element; up; up = up.parentElement) {
    if (getComputedStyle(up).overflow === "visible") continue;
    const box = up.getBoundingClientRect();
    if (x < box.left || x > box.right || y < box.top || y > box.bottom) return true;
  }
  return document.elementFromPoint(x, y) === null;
}

/** Something with a ground of its own lies over it on purpose. */
function isCovered(element, x, y) {
  for (let up = document.elementFromPoint(x, y); up && !up.contains(element); up = up.parentElement) {
    if (element.contains(up)) return false;
    const { backgroundColor, backgroundImage } = getComputedStyle(up);
    if (backgroundImage !== "none" || !/, 0\)$|transparent/.test(backgroundColor)) return true;
  }
  return false;
}

function textNodes() {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (node.textContent.trim()) found.push(node);
  }
  return found;
}

function hasText(element) {
  return [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
}

function scrolls(child, element) {
  for (let up = child.parentElement; up && up !== element; up = up.parentElement) {
    const { overflowX, overflowY } = getComputedStyle(up);
    if ([overflowX, overflowY].some((way) => way === "auto" || way === "scroll")) return true;
  }
  return false;
}

function named(element) {
  const classes = [...element.classList].map((name) => `.${name}`).join("");
  return `${element.tagName.toLowerCase()}${element.id ? `#${element.id}` : ""}${classes}`;
}

function said(element) {
  return element.textContent.trim().slice(0, 50);
}
