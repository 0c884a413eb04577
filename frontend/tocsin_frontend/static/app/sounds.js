// @ts-check
/**
 * The sounds of alarms. A browser keeps quiet until somebody touched the page, so a workstation
 * tests its sound first; until then the crossed speaker stays.
 */

/** @typedef {"two_tone" | "chime" | "end"} Sound */
/** Tones of each sound: Hz, seconds after the start, seconds long. @typedef {Record<Sound, [number, number, number][]>} Tones */

/** @type {Tones["end"]} */
const END = [
  [1300, 0, 0.45],
  [1000, 0.5, 0.45],
  [700, 1, 0.9],
];
/** @type {Tones} */
const LIVE = {
  two_tone: [
    [1400, 0, 0.22],
    [1000, 0.24, 0.22],
    [1400, 0.48, 0.22],
    [1000, 0.72, 0.22],
  ],
  chime: [[880, 0, 0.7]],
  end: END,
};
/** Lower, and three short pips before it: who hears it in a room with real alarms knows. @type {Tones["end"]} */
const PIPS = [
  [620, 0, 0.07],
  [620, 0.12, 0.07],
  [620, 0.24, 0.07],
];
/** @type {Tones} */
const EXERCISE = {
  two_tone: [...PIPS, [780, 0.45, 0.22], [620, 0.69, 0.22], [780, 0.93, 0.22], [620, 1.17, 0.22]],
  chime: [...PIPS, [680, 0.45, 0.6]],
  end: END,
};
const LOUDEST = 0.25;
export const LEAST = 20; // percent: an alarm is never made silent here
const ATTACK_S = 0.015;

export class Sounds {
  /** @param {boolean} isExercise */
  constructor(isExercise) {
    this.tones = isExercise ? EXERCISE : LIVE;
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
    await this.wake();
    this.play("two_tone");
    this.play("chime", 1.6);
  }

  /** The same without a sound. */
  async wake() {
    this.context ??= new AudioContext();
    await this.context.resume();
  }

  /** @param {Sound} sound @param {number} [after] seconds */
  play(sound, after = 0) {
    const { context } = this;
    if (context === null || this.isBlocked) return;
    for (const [hz, at, long] of this.tones[sound]) {
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
