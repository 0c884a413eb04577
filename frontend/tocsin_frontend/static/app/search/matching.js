// @ts-check
/** How what somebody types meets names in French and in Dutch: no accents, the usual abbreviations. */

/** @type {Record<string, string>} */
const SHORT = {
  av: "avenue",
  ave: "avenue",
  bd: "boulevard",
  bld: "boulevard",
  blvd: "boulevard",
  boul: "boulevard",
  ch: "chaussee",
  chee: "chaussee",
  chauss: "chaussee",
  r: "rue",
  pl: "place",
  sq: "square",
  imp: "impasse",
  q: "quai",
  st: "saint",
  ste: "sainte",
  str: "straat",
  ln: "laan",
  stwg: "steenweg",
  stw: "steenweg",
  pln: "plein",
  dr: "dreef",
  hop: "hopital",
  zkh: "ziekenhuis",
};
/** What Dutch writes on to the name of a street. */
const ENDINGS = /(str|ln|stwg|stw|pln)$/;
const NUMBER = /^\d+[a-z]?$/;

/** Small letters, figures and single spaces: `Avenue de l’Hôpital` is `avenue de l hopital`. @param {string} text */
export function folded(text) {
  return text
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase()
    .replace(/œ/g, "oe")
    .replace(/[^a-z0-9]+/g, " ")
    .trim();
}

/** @typedef {{words: string[][], wholes: string[]}} Asked each word with what it may stand for, and all of them together */

/** @param {string} text @returns {Asked} */
export function asking(text) {
  return joined(
    folded(text)
      .split(" ")
      .filter(Boolean)
      .map((word) => {
        const full = SHORT[word] ?? word.replace(ENDINGS, (end) => SHORT[end] ?? end);
        return [...new Set(word === "st" ? [word, full, "sint"] : [word, full])];
      }),
  );
}

/** @param {string[][]} words @returns {Asked} */
function joined(words) {
  const alternatives = [0, 1, 2].map((i) => words.map((word) => word[i] ?? word.at(-1)).join(" "));
  return { words, wholes: [...new Set(alternatives)] };
}

/**
 * How well names answer: 0 is best, null is not at all. Every word must stand at the beginning of
 * one in the names, or, of three letters and more, somewhere inside (`laan` in `louizalaan`).
 * @param {Asked} asked
 * @param {string[]} names folded
 * @param {string} [beside] folded words that may be met too, as the municipality's
 */
export function fit({ words, wholes }, names, beside = "") {
  const all = ` ${names.join(" ")} ${beside}`;
  let inside = 0;
  for (const meant of words) {
    if (meant.some((word) => all.includes(` ${word}`))) continue;
    if (!meant.some((word) => word.length >= 3 && all.includes(word))) return null;
    inside += 1;
  }
  if (names.some((name) => wholes.includes(name))) return 0;
  if (names.some((name) => wholes.some((whole) => name.startsWith(whole)))) return 1;
  return 2 + inside;
}

/** The same question without the numbers of houses, which no index here knows. @param {Asked} asked */
export function withoutNumbers({ words }) {
  return joined(words.filter(([word = ""]) => !NUMBER.test(word)));
}
