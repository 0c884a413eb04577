// @ts-check
/**
 * The sounds of alarms. A browser keeps quiet until somebody touched the page, so a workstation
 * tests its sound first; until then the crossed speaker stays.
 */

/** @typedef {"two_tone" | "chime"} Sound */

/** Tones of each sound: Hz, seconds after the start, seconds long. @type {Record<Sound, [number, number, number][]>} */
const TONES = {
  two_tone: [
    [1400, 0, 0.22],
    [1000, 0.24, 0.22],
    [1400, 0.48, 0.22],
    [1000, 0.72, 0.22],
  ],
  chime: [[880, 0, 0.7]],
};
const LOUDEST = 0.25;
export const LEAST = 20; // percent: an alarm is never made silent here
const ATTACK_S = 0.015;

export class Sounds {
  constructor() {
    /** @type {AudioContext | null} */
    this.context = null;
    /** In percent of the loudest. */
    this.volume = 100;
  }

  get isBlocked() {
    return this.context === null || this.context.state !== "running";
  }

  /** Ask for sound; only while a person touches the page. Each sound is heard once. */
  async test() {
    this.context ??= new AudioContext();
    await this.context.resume();
    this.play("two_tone");
    this.play("chime", 1.2);
  }

  /** @param {Sound} sound @param {number} [after] seconds */
  play(sound, after = 0) {
    const { context } = this;
    if (context === null || this.isBlocked) return;
    for (const [hz, at, long] of TONES[sound]) {
      const start = context.currentTime + after + at;
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.frequency.value = hz;
      volume.gain.setValueAtTime(0.0001, start);
      volume.gain.exponentialRampToValueAtTime((LOUDEST * Math.max(LEAST, this.volume)) / 100, start + ATTACK_S);
      volume.gain.exponentialRampToValueAtTime(0.0001, start + long);
      tone.connect(volume).connect(context.destination);
      tone.start(start);
      tone.stop(start + long);
    }
  }
}
