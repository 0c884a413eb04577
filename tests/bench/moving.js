// Moves things on a map in every way that is compared, and tells the script's time of each frame.
async ({ modules, numbers, frames, plain }) => {
  if (plain) HTMLCanvasElement.prototype.getContext = without(HTMLCanvasElement.prototype.getContext);
  else WebGL2RenderingContext.prototype.getExtension = () => null; // as with a card: nothing tells of software
  const { MovingObjectsLayer } = await import(`${modules}/layers/moving-objects-layer.js`);
  const box = document.createElement("div");
  box.style.cssText = "position:fixed;inset:0;width:1920px;height:1080px;z-index:9999";
  document.body.append(box);
  const map = L.map(box, { zoomControl: false, attributionControl: false }).setView([50.8388, 4.3631], 12);
  const frame = () => new Promise((done) => requestAnimationFrame(done));

  function world(number) {
    let seed = 7;
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    return Array.from({ length: number }, (_, i) => ({
      key: `bench|${i}`,
      lat: 50.77 + random() * 0.14,
      lon: 4.25 + random() * 0.23,
      heading: random() * 360,
      kind: ["drone_track", "anpr_passage", "resource_status"][i % 3],
    }));
  }
  function step(things) {
    for (const thing of things) {
      const turn = (thing.heading * Math.PI) / 180;
      thing.lat += Math.cos(turn) * 0.00002;
      thing.lon += Math.sin(turn) * 0.00003;
    }
  }
  function tracks(things) {
    const seen = new Date().toISOString();
    const told = (thing) => ({
      id: thing.key,
      track: thing.key,
      source: "unit:bench",
      kind: thing.kind,
      observed_at: seen,
      recorded_at: seen,
      lat: thing.lat,
      lon: thing.lon,
      headline: null,
      facts: { heading_deg: thing.heading },
    });
    return Object.fromEntries(things.map((thing) => [thing.key, told(thing)]));
  }

  async function ours(things, everyFrame) {
    const store = { picture: { tracks: tracks(things) }, now: () => Date.now() };
    const layer = new MovingObjectsLayer(map, store);
    layer.draw();
    const took = [];
    for (let i = 0; i < frames; i += 1) {
      step(things);
      if (everyFrame) store.picture = { tracks: tracks(things) };
      else if (i % 6 === 0) {
        const told = things.filter((_, at) => at % 10 === (i / 6) % 10);
        store.picture = { tracks: { ...store.picture.tracks, ...tracks(told) } };
      }
      await frame();
      const start = performance.now();
      layer.draw();
      layer.paint();
      took.push(performance.now() - start);
    }
    const how = layer.painting;
    layer.layer.remove();
    map.getPane("moving").remove();
    delete map.getPanes().moving;
    return { how, took };
  }
  async function leaflets(things, make) {
    const group = L.layerGroup().addTo(map);
    const marks = things.map((thing) => make(thing).addTo(group));
    await frame();
    const took = [];
    for (let i = 0; i < frames; i += 1) {
      step(things);
      await frame();
      const start = performance.now();
      things.forEach((thing, at) => marks[at].setLatLng([thing.lat, thing.lon]));
      if (canvas._redrawRequest) {
        L.Util.cancelAnimFrame(canvas._redrawRequest);
        canvas._redraw();
      }
      took.push(performance.now() - start);
    }
    group.remove();
    return { how: "", took };
  }
  const canvas = L.canvas();
  const rows = [];
  for (const number of numbers) {
    const run = async (name, act) => rows.push({ name, number, ...(await act(world(number))) });
    await run("ours, every object told in every frame", (things) => ours(things, true));
    if (plain) continue;
    await run("ours, each told once a second, all gliding", (things) => ours(things, false));
    const round = (t) => L.circleMarker([t.lat, t.lon], { renderer: canvas, radius: 6 });
    await run("L.circleMarker on L.canvas", (things) => leaflets(things, round));
    const icon = L.divIcon({ className: "", iconSize: [18, 18] });
    await run("L.marker", (things) => leaflets(things, (t) => L.marker([t.lat, t.lon], { icon })));
  }
  return rows;

  function without(get) {
    return function (kind, options) {
      return kind === "webgl2" ? null : get.call(this, kind, options);
    };
  }
}
