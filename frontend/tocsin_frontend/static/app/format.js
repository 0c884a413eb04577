// @ts-check
/** Figures, times, ages and distances as the room reads them: 24 h, Europe/Brussels, no wrapping. */

/** @import { Words } from "./i18n.js" */

const ZONE = "Europe/Brussels";
const NBSP = "\u00a0";

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** @param {string} tag @param {string} name @param {Intl.DateTimeFormatOptions} options */
function dateFormat(tag, name, options) {
  const key = tag + name;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(tag, { timeZone: ZONE, hourCycle: "h23", ...options });
    formats.set(key, format);
  }
  return format;
}

/** @type {Map<string, Intl.NumberFormat>} */
const numberFormats = new Map();

/** @param {string} tag @param {number} least @param {number} most digits after the comma */
function numberFormat(tag, least, most) {
  const key = `${tag} ${least} ${most}`;
  let format = numberFormats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(tag, { minimumFractionDigits: least, maximumFractionDigits: most });
    numberFormats.set(key, format);
  }
  return format;
}

export class Format {
  /** @param {Words} words */
  constructor(words) {
    this.words = words;
  }

  /** `12:03:11` @param {string | number} moment */
  clock(moment) {
    return dateFormat("fr-BE", "clock", {
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    }).format(toDate(moment));
  }

  /** `12:03` @param {string | number} moment */
  hour(moment) {
    return dateFormat("fr-BE", "hour", { hour: "2-digit", minute: "2-digit" }).format(
      toDate(moment),
    );
  }

  /** `12:03 UTC` @param {string | number} moment */
  utc(moment) {
    return `${toDate(moment).toISOString().slice(11, 16)}${NBSP}UTC`;
  }

  /** Day and date in words @param {string | number} moment */
  day(moment) {
    return dateFormat(this.words.tag, "day", {
      weekday: "short",
      day: "numeric",
      month: "short",
    }).format(toDate(moment));
  }

  /**
   * Time of day; with the date when it is not today's.
   * @param {string} moment @param {number} now
   */
  moment(moment, now) {
    const date = dateFormat("en-GB", "date", { year: "numeric", month: "2-digit", day: "2-digit" });
    const clock = this.clock(moment);
    if (date.format(toDate(moment)) === date.format(toDate(now))) return clock;
    return `${this.day(moment)} ${clock}`.replaceAll(" ", NBSP);
  }

  /** A moment as a field for date and time takes it, on the room's clock. @param {string | number} moment */
  field(moment) {
    const parts = Object.fromEntries(
      dateFormat("en-GB", "field", {
        year: "numeric",
        month: "2-digit",
        day: "2-digit",
        hour: "2-digit",
        minute: "2-digit",
      })
        .formatToParts(toDate(moment))
        .map((part) => [part.type, part.value]),
    );
    return `${parts["year"]}-${parts["month"]}-${parts["day"]}T${parts["hour"]}:${parts["minute"]}`;
  }

  /**
   * The other way round: what such a field says, as a moment; null when it says nothing.
   * @param {string} said
   */
  fromField(said) {
    const asUtc = Date.parse(`${said}Z`);
    if (Number.isNaN(asUtc)) return null;
    const ahead = Date.parse(`${this.field(asUtc)}Z`) - asUtc; // of the room's clock to UTC, then
    const moment = asUtc - ahead;
    const again = Date.parse(`${this.field(moment)}Z`) - moment; // the clock may change in between
    return new Date(asUtc - again).toISOString();
  }

  /** `58 s`, `3 min`, `2 h 05`, `4 j` @param {number} seconds */
  duration(seconds) {
    const s = Math.max(0, Math.round(seconds));
    if (s < 60) return `${s}${NBSP}${this.words.t("unit.second")}`;
    if (s < 3600) return `${Math.floor(s / 60)}${NBSP}${this.words.t("unit.minute")}`;
    const hour = this.words.t("unit.hour");
    if (s < 48 * 3600) {
      const minutes = String(Math.floor((s % 3600) / 60)).padStart(2, "0");
      return `${Math.floor(s / 3600)}${NBSP}${hour}${NBSP}${minutes}`;
    }
    return `${Math.floor(s / 86400)}${NBSP}${this.words.t("unit.day")}`;
  }

  /** How long ago @param {string} moment @param {number} now */
  age(moment, now) {
    return this.duration((now - Date.parse(moment)) / 1000);
  }

  /** `410 m`, `1,2 km` @param {number} metres */
  distance(metres) {
    if (metres < 1000) return `${Math.round(metres)}${NBSP}m`;
    return `${this.number(metres / 1000, 1)}${NBSP}km`;
  }

  /** `850 m²`, `1,2 ha`, `3,4 km²` @param {number} squareMetres */
  area(squareMetres) {
    if (squareMetres < 10_000) return `${this.number(Math.round(squareMetres))}${NBSP}m²`;
    if (squareMetres < 1_000_000) return `${this.number(squareMetres / 10_000, 1)}${NBSP}ha`;
    return `${this.number(squareMetres / 1_000_000, 1)}${NBSP}km²`;
  }

  /** @param {number} value @param {number} [digits] */
  number(value, digits = 0) {
    return numberFormat(this.words.tag, digits, digits).format(value).replaceAll(" ", NBSP);
  }

  /** A score: two decimals @param {number} value */
  score(value) {
    return this.number(value, 2);
  }

  /** `+0,35`, `−0,40` @param {number} value */
  signed(value) {
    return `${value < 0 ? "−" : "+"}${this.number(Math.abs(value), 2)}`;
  }

  /** Whatever a fact may hold @param {unknown} value @returns {string} */
  value(value) {
    if (value === true) return this.words.t("value.yes");
    if (value === false) return this.words.t("value.no");
    if (value === null || value === undefined) return this.words.t("value.unknown");
    if (typeof value === "number") {
      return numberFormat(this.words.tag, 0, 2).format(value);
    }
    if (Array.isArray(value)) return value.map((v) => this.value(v)).join(", ");
    if (typeof value === "object") {
      return Object.entries(value)
        .map(([k, v]) => `${k}${NBSP}: ${this.value(v)}`)
        .join(", ");
    }
    return String(value);
  }
}

/** @param {string | number} moment */
function toDate(moment) {
  return new Date(moment);
}
