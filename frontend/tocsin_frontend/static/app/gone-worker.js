// @ts-check
/**
 * Keeps one small page in the browser: the one that says that the server is away. Everything else
 * comes from the server, always. Its address names the version it belongs to (`?static=…`).
 */

const worker = /** @type {any} */ (self); // the checker knows pages only
const root = new URL(location.href).searchParams.get("static") ?? "";
const PAGE = "/gone";
const KEPT = [PAGE, `${root}/app/themes.css`, `${root}/app/trouble.css`, `${root}/app/trouble.js`];

worker.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil(keep().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (/** @type {any} */ event) => {
  event.waitUntil(forget().then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const kept = KEPT.includes(new URL(request.url).pathname);
  if (request.mode !== "navigate" && !kept) return;
  event.respondWith(fetch(request).catch(() => held(kept ? request.url : PAGE)));
});

async function keep() {
  const cache = await caches.open(root);
  await cache.addAll(KEPT);
}

async function forget() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== root).map((name) => caches.delete(name)));
}

/** @param {string} address */
async function held(address) {
  return (await caches.match(address)) ?? Response.error();
}
