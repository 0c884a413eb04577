// @ts-check
/** Screens that walls are made of, with the size of a pixel. */

/** @typedef {{name: string, pitchMm: number, width: number, height: number}} Preset `name`: its word in the locales */

/** @type {Preset[]} */
export const PRESETS = [
  { name: "wall_setup.fhd_55", pitchMm: 0.634, width: 1920, height: 1080 },
  { name: "wall_setup.uhd_55", pitchMm: 0.317, width: 3840, height: 2160 },
  { name: "wall_setup.tiles_16", pitchMm: 0.634, width: 7680, height: 4320 },
  { name: "wall_setup.tiles_16_fhd", pitchMm: 2.536, width: 1920, height: 1080 },
  { name: "wall_setup.tiles_10", pitchMm: 0.634, width: 9600, height: 2160 },
  { name: "wall_setup.projector", pitchMm: 1.563, width: 1920, height: 1080 },
  { name: "wall_setup.desk_27", pitchMm: 0.233, width: 2560, height: 1440 },
];
