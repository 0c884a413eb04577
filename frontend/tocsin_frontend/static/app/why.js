// @ts-check
/** Every automatic act explains itself: rule, score, terms, threshold, and what came second. */

import { h } from "./dom.js";
import { spelled } from "./places.js";

/** @import { Desk } from "./desk.js" */
/** @import { Words } from "./i18n.js" */
/** @import { Fit, Term, Why } from "../../../types/wire" */

/**
 * @param {Desk} desk
 * @param {Why} why
 * @returns {HTMLElement}
 */
export function whyBlock(desk, why) {
  const { words, format } = desk;
  const rule = h("span", { class: "rule" }, ruleName(desk, why.rule));
  if (why.rule === "operator") {
    return h(
      "div",
      { class: "why" },
      h("p", {}, rule, why.by ? ` ${words.t("why.by", { by: desk.access.who(why.by) })}` : null),
      why.note && h("p", { class: "note" }, why.note),
      why.score !== undefined && scoreLine(desk, why.score, why.threshold),
      why.terms && termChips(desk, why.terms),
    );
  }
  if (typeof why.reason === "string") return setAside(desk, why);
  if (why.score !== undefined) {
    return h(
      "div",
      { class: "why" },
      scoreLine(desk, why.score, why.threshold, rule),
      termChips(desk, why.terms ?? []),
      why.runner_up !== undefined && runnerUp(desk, why.runner_up),
    );
  }
  if (why.best !== undefined) {
    return h(
      "div",
      { class: "why" },
      h(
        "p",
        {},
        rule,
        " ",
        why.best
          ? words.t("why.opened_beside", {
              incident: why.best.incident,
              score: format.score(why.best.score),
              threshold: format.score(why.threshold ?? 0),
            })
          : words.t("why.opened_alone"),
      ),
      why.best?.terms && termChips(desk, why.best.terms),
    );
  }
  return h("div", { class: "why" }, h("p", {}, rule));
}

/** The same, in reach of one key, and foldable. @param {Desk} desk @param {string} id of what it explains @param {Why} why */
export function whyDetails(desk, id, why) {
  const details = whyFold(desk, id, desk.words.t("why.here"), [whyBlock(desk, why)]);
  details.open = true;
  return details;
}

/** What explains something, folded away until one asks. @param {Desk} desk @param {string} id @param {string} title @param {(Node | false | null)[]} children */
export function whyFold(desk, id, title, children) {
  return h("details", { class: "why-details" }, h("summary", { "data-focus": `why-${id}` }, title), children);
}

/** Why the rules did not use it, and what it would have been nearest to. @param {Desk} desk @param {Why} why */
function setAside(desk, why) {
  const { words, format } = desk;
  return h(
    "div",
    { class: "why" },
    h(
      "p",
      {},
      words.name("aside_reason.", String(why.reason), {
        source: why.source ?? "",
        age: format.duration(why.stale_s ?? 0),
      }),
      h("small", { class: "rule" }, ` ${ruleName(desk, why.rule)}`),
    ),
    why.best &&
      h(
        "p",
        { class: "runner-up" },
        words.t("why.nearest", { incident: why.best.incident, score: format.score(why.best.score) }),
      ),
  );
}

/** `R-JOIN@1` in words, with its name and version beside. @param {Desk} desk @param {string} rule */
export function ruleName(desk, rule) {
  if (rule === "operator") return desk.words.t("rule.operator");
  const id = rule.split("@")[0] ?? rule;
  const key = `rule.${id.toLowerCase().replaceAll("-", "_")}`;
  return desk.words.has(key) ? `${desk.words.name("rule.", key.slice(5))} (${rule})` : rule;
}

/**
 * @param {Desk} desk
 * @param {number} score
 * @param {number | undefined} threshold
 * @param {Node | null} [rule]
 */
function scoreLine({ words, format }, score, threshold, rule = null) {
  const said =
    threshold === undefined
      ? words.t("why.score", { score: format.score(score) })
      : words.t("why.score_of", { score: format.score(score), threshold: format.score(threshold) });
  const reached = threshold === undefined || score >= threshold;
  const percent = (/** @type {number} */ v) => `${Math.max(0, Math.min(1, v)) * 100}%`;
  return h(
    "div",
    { class: "score-line" },
    h(
      "div",
      { class: `score${reached ? " reached" : ""}`, "aria-hidden": "true" },
      h("i", { style: { width: percent(score) } }),
      threshold !== undefined && h("b", { style: { left: percent(threshold) } }),
    ),
    h("span", { class: "score-said" }, said),
    rule,
  );
}

/** @param {Desk} desk @param {Term[]} terms */
function termChips(desk, terms) {
  const sorted = [...terms].sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  return h(
    "ul",
    { class: "terms", "aria-label": desk.words.t("why.terms") },
    sorted.map((term) =>
      h(
        "li",
        { class: term.value < 0 ? "against" : "for" },
        h("b", {}, desk.format.signed(term.value)),
        ` ${termWords(desk, term)}`,
      ),
    ),
  );
}

/** @param {Desk} desk @param {Fit | null} second */
function runnerUp({ words, format }, second) {
  return h(
    "p",
    { class: "runner-up" },
    second
      ? words.t("why.runner_up", { incident: second.incident, score: format.score(second.score) })
      : words.t("why.no_runner_up"),
  );
}

/** @param {Desk} desk @param {Term} term */
function termWords(desk, term) {
  const { words, format } = desk;
  const detail = term.detail ?? {};
  const code = String(detail["code"] ?? "");
  const [kind = "", value = ""] = code.includes(":") ? code.split(/:(.*)/s) : ["", code];
  switch (term.term) {
    case "distance":
      return words.t("term.distance", { distance: format.distance(Number(detail["metres"])) });
    case "time":
      return words.t("term.time", { duration: format.duration(Number(detail["seconds"])) });
    case "family":
      return detail["observation"] === detail["incident"]
        ? words.t("term.same_type")
        : words.t("term.family", {
            observation: desk.names.type(String(detail["observation"])),
            incident: desk.names.type(String(detail["incident"])),
          });
    case "shared_id":
      return words.t("term.shared_id", {
        kind: words.name("code.", kind),
        value: spelled(value),
      });
    case "place_name":
      return words.t("term.place_name", { value: spelled(value) });
    case "other_source_class":
      return words.t("term.other_source_class", { observation: String(detail["observation"]) });
    case "neighbour_station":
    case "other_place":
    case "other_track":
      return words.t(`term.${term.term}`, {
        observation: codeWords(words, String(detail["observation"])),
        incident: codeWords(words, String(detail["incident"])),
      });
    case "other_vehicle":
      return words.t("term.other_vehicle", {
        fact: desk.names.fact(String(detail["fact"])),
        observation: desk.names.factValue(format, String(detail["fact"]), detail["observation"]),
        incident: desk.names.factValue(format, String(detail["fact"]), detail["incident"]),
      });
    case "doubt":
      return words.t("term.doubt", {
        value: codeWords(words, code),
        distance: format.distance(Number(detail["metres"])),
      });
    case "too_fast":
      return words.t("term.too_fast", {
        kmh: String(detail["kmh"]),
        max_kmh: String(detail["max_kmh"]),
        point: String(detail["point"]),
      });
    case "on_track":
      return words.t("term.on_track", { kmh: String(detail["kmh"]) });
    case "same_moment":
      return words.t("term.same_moment", { duration: format.duration(Number(detail["seconds"])) });
    case "alone":
      return words.t("term.alone", { lead: format.score(Number(detail["lead"])) });
    case "chain":
      return words.t("term.chain", { message: String(detail["message"]) });
    default:
      return words.name("term.", term.term);
  }
}

/** `tunnel:annie-cordy` as people say it: tunnel Annie Cordy. @param {Words} words @param {string} code */
function codeWords(words, code) {
  const [kind = "", value = ""] = code.split(/:(.*)/s);
  return value === "" ? spelled(code) : `${words.name("code.", kind)} ${spelled(value)}`;
}
