// @ts-check
/**
 * One form at a time, in place: at a fixed spot, or in the card it is about. What was typed
 * survives redrawing and a change of language; a refusal is told beside the field it names.
 */

import { fill, h } from "./dom.js";

/** @import { Command, Refused } from "./commands.js" */
/** @import { Desk } from "./desk.js" */

/**
 * @typedef {object} Field
 * @property {string} name the command's own name for it
 * @property {"line" | "text" | "number" | "moment" | "day" | "choice" | "radio" | "checks" | "group"} kind
 * @property {string} label
 * @property {string} [hint]
 * @property {boolean} [required]
 * @property {number} [atLeast] characters
 * @property {string} [otherwise] what is said when it is empty or too short
 * @property {string | string[]} [value] to begin with
 * @property {{value: string, text: string, hint?: string, group?: string}[]} [options]
 * @property {Field[]} [fields] of a group
 *
 * @typedef {Record<string, any>} Values a field left empty is null
 *
 * @typedef {object} Form
 * @property {string} title
 * @property {Field[]} fields
 * @property {string} send the words on the button
 * @property {string} [note]
 * @property {(values: Values) => Field["name"] | null} [missing] a field that is needed after all
 * @property {(values: Values) => Refused | null} [wrong] what cannot be as it was typed
 * @property {(values: Values) => Command | Command[]} commands several are given one after the other
 *
 * @typedef {object} FormDesk who reads it, and who takes what it says
 * @property {Desk["words"]} words
 * @property {Desk["format"]} format
 * @property {{give(command: Command): Promise<Refused | null>}} commands
 */

let serial = 0;

export class FormSlot {
  /** @param {FormDesk} desk @param {() => void} redraw draws what holds cards, now */
  constructor(desk, redraw) {
    this.desk = desk;
    this.redraw = redraw;
    this.box = h("div", { class: "form-slot" });
    /** Where it is: the key of a holder or of a card. @type {string | null} */
    this.key = null;
    /** @type {Map<string, Element>} */
    this.holders = new Map();
    /** @type {(() => Form) | null} */
    this.make = null;
    /** @type {HTMLFormElement | null} */
    this.form = null;
    this.language = "";
    /** @type {Refused | null} */
    this.refused = null;
    this.prefix = "";
    /** Who gets the keyboard back. @type {string | null} */
    this.opener = null;
    this.busy = false;
  }

  /** A fixed spot that forms may open at. @param {string} key @param {Element} element */
  hold(key, element) {
    this.holders.set(key, element);
  }

  /**
   * @param {string} key
   * @param {() => Form} make
   * @param {string} [opener] the `data-focus` of what opened it
   */
  open(key, make, opener) {
    this.prefix = `form-${++serial}`;
    this.key = key;
    this.make = make;
    this.refused = null;
    this.form = null;
    this.opener = opener ?? null;
    this.#render({});
    this.holders.get(key)?.append(this.box);
    this.redraw();
    const first = this.box.querySelector("input, select, textarea, button");
    if (first instanceof HTMLElement) first.focus();
    this.box.scrollIntoView({ block: "nearest" });
  }

  /** @param {boolean} [refocus] */
  close(refocus = true) {
    if (this.key === null) return;
    const had = this.box.contains(document.activeElement);
    this.key = null;
    this.make = null;
    this.form = null;
    this.box.remove();
    this.redraw();
    if (!refocus || !had) return;
    const back = this.opener === null ? null : document.querySelector(`[data-focus="${this.opener}"]`);
    if (back instanceof HTMLElement) back.focus();
  }

  /** The open form, for the card it belongs to. @param {string} key */
  at(key) {
    return this.key === key ? this.box : null;
  }

  /** After everything else was drawn: a form whose card is gone goes too. */
  draw() {
    if (this.key === null) return;
    if (!this.box.isConnected) this.close(false);
    else if (this.language !== this.desk.words.language) this.#render(this.values());
  }

  /** @param {Values} values */
  #render(values) {
    const { words } = this.desk;
    if (this.make === null) return;
    const form = this.make();
    this.language = words.language;
    this.form = h(
      "form",
      {
        class: "form",
        novalidate: true,
        "aria-label": form.title,
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          this.#send(form);
        },
        onkeydown: (/** @type {KeyboardEvent} */ event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          this.close();
        },
      },
      h("h4", {}, form.title),
      form.note && h("p", { class: "form-note" }, form.note),
      form.fields.map((field) => this.#field(field, values)),
      h(
        "div",
        { class: "acts" },
        h("button", { type: "submit", class: "button act", "data-focus": "form-send" }, form.send),
        h(
          "button",
          { type: "button", class: "button", "data-focus": "form-close", onclick: () => this.close() },
          words.t("form.close"),
        ),
      ),
    );
    fill(this.box, this.form);
    this.#tell();
  }

  /** @param {Field} field @param {Values} values @returns {HTMLElement} */
  #field(field, values) {
    const id = `${this.prefix}-${field.name}`;
    const value = values[field.name] ?? field.value ?? "";
    if (field.kind === "group") {
      return h(
        "fieldset",
        { class: "form-group" },
        h("legend", {}, field.label),
        field.hint && h("p", { class: "form-hint" }, field.hint),
        h("div", { class: "form-row" }, (field.fields ?? []).map((inner) => this.#field(inner, values))),
      );
    }
    if (field.kind === "radio" || field.kind === "checks") {
      return h(
        "fieldset",
        { class: `form-choices${isShort(field) ? " short" : ""}`, "data-field": field.name },
        h("legend", {}, field.label, needed(field)),
        field.hint && h("p", { class: "form-hint" }, field.hint),
        (field.options ?? []).map((option, i) => this.#option(field, option, `${id}-${i}`, value)),
      );
    }
    return h(
      "div",
      { class: `form-field ${field.kind}`, "data-field": field.name },
      h("label", { for: id }, field.label, needed(field)),
      this.#input(field, id, value),
      field.hint && h("p", { class: "form-hint", id: `${id}-hint` }, field.hint),
    );
  }

  /** @param {Field} field @param {{value: string, text: string, hint?: string}} option @param {string} id @param {string | string[]} value */
  #option(field, option, id, value) {
    const type = field.kind === "radio" ? "radio" : "checkbox";
    const checked = Array.isArray(value) ? value.includes(option.value) : value === option.value;
    return h(
      "label",
      { class: "form-option", for: id },
      h("input", {
        type,
        id,
        name: field.name,
        value: option.value,
        checked,
        "data-focus": `form-${field.name}-${option.value}`,
      }),
      h("span", {}, option.text, option.hint && h("small", {}, option.hint)),
    );
  }

  /** @param {Field} field @param {string} id @param {any} value */
  #input(field, id, value) {
    const common = {
      id,
      name: field.name,
      required: field.required,
      "data-focus": `form-${field.name}`,
      "aria-describedby": field.hint ? `${id}-hint` : null,
    };
    switch (field.kind) {
      case "text":
        return h("textarea", { ...common, rows: 2, maxlength: 2000 }, String(value));
      case "choice": {
        const open = field.required && value === ""; // nobody chooses without saying so
        const first = open && h("option", { value: "" }, this.desk.words.t("form.choose"));
        const select = h("select", common, first, choices(field));
        select.value = String(value);
        return select;
      }
      case "number":
        return h("input", { ...common, type: "number", min: 0, step: 1, inputmode: "numeric", value });
      case "moment": {
        const said = /Z$/.test(value) ? this.desk.format.field(value) : value;
        return h("input", { ...common, type: "datetime-local", value: said });
      }
      case "day":
        return h("input", { ...common, type: "date", value });
      default:
        return h("input", { ...common, type: "text", maxlength: 200, autocomplete: "off", value });
    }
  }

  /** @returns {Values} what stands in the fields now, nothing as null */
  values() {
    /** @type {Values} */
    const values = {};
    for (const field of flat(this.make?.().fields ?? [])) values[field.name] = this.#value(field);
    return values;
  }

  /** Say something in a field, as if it were typed. @param {string} name @param {string} said */
  say(name, said) {
    const input = this.form?.querySelector(`[name="${name}"]`);
    if (input instanceof HTMLInputElement || input instanceof HTMLTextAreaElement) input.value = said;
  }

  /** @param {Field} field */
  #value(field) {
    const named = [...(this.form?.querySelectorAll(`[name="${field.name}"]`) ?? [])];
    if (field.kind === "checks" || field.kind === "radio") {
      const chosen = named.filter((e) => e instanceof HTMLInputElement && e.checked);
      const values = chosen.map((e) => /** @type {HTMLInputElement} */ (e).value);
      return field.kind === "checks" ? values : (values[0] ?? null);
    }
    const said = /** @type {HTMLInputElement | undefined} */ (named[0])?.value.trim() ?? "";
    if (said === "") return null;
    if (field.kind === "number") return Number(said);
    if (field.kind === "moment") return this.desk.format.fromField(said);
    return said;
  }

  /** @param {Form} form */
  async #send(form) {
    if (this.busy) return;
    const { words, commands } = this.desk;
    const values = this.values();
    const wrong = this.#wrong(form, values);
    if (wrong !== null) {
      this.refused = wrong;
      this.#tell();
      const first = this.form?.querySelector(`[name="${wrong.field}"]`);
      if (first instanceof HTMLElement) first.focus();
      return;
    }
    const made = this.make;
    this.busy = true;
    this.refused = null;
    const told = form.commands(values);
    for (const command of Array.isArray(told) ? told : [told]) {
      const refused = await commands.give(command);
      if (refused === null) continue;
      this.refused = { ...refused, detail: words.t("command.refused", { detail: refused.detail }) };
      break;
    }
    this.busy = false;
    if (this.make !== made) return; // closed or another one opened meanwhile
    if (this.refused === null) this.close();
    else this.#tell();
  }

  /** @param {Form} form @param {Values} values @returns {Refused | null} */
  #wrong(form, values) {
    const { words } = this.desk;
    const missing = form.missing?.(values) ?? null;
    for (const field of flat(form.fields)) {
      const value = values[field.name];
      const empty = value === null || (Array.isArray(value) && value.length === 0);
      if (empty && (field.required || field.name === missing)) {
        return { field: field.name, detail: field.otherwise ?? words.t("form.needed") };
      }
      if (!empty && field.atLeast && String(value).length < field.atLeast) {
        const detail = field.otherwise ?? words.t("form.too_short", { n: field.atLeast });
        return { field: field.name, detail };
      }
    }
    return form.wrong?.(values) ?? null;
  }

  /** A refusal stands beside the field it names, else above the buttons. */
  #tell() {
    const { form, refused } = this;
    if (form === null) return;
    for (const error of form.querySelectorAll(".field-error")) error.remove();
    for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
    if (refused === null) return;
    const error = h("p", { class: "field-error", role: "alert" }, refused.detail);
    const field = refused.field.split(".")[0] ?? "";
    const beside = field === "" ? null : form.querySelector(`[data-field="${CSS.escape(field)}"]`);
    if (beside === null) form.querySelector(".acts")?.before(error);
    else {
      beside.append(error);
      for (const input of beside.querySelectorAll("input, select, textarea")) {
        input.setAttribute("aria-invalid", "true");
      }
    }
  }
}

/** Several things to tick that need no words besides. @param {Field} field */
const isShort = ({ kind, options = [] }) =>
  kind === "checks" && options.length > 1 && options.every((option) => !option.hint);

/** @param {Field} field */
function needed(field) {
  return field.required ? h("span", { class: "needed", "aria-hidden": "true" }, " *") : null;
}

/** @param {Field} field */
function choices(field) {
  const options = field.options ?? [];
  const groups = [...new Set(options.map((option) => option.group ?? ""))];
  const of = (/** @type {string} */ group) =>
    options
      .filter((option) => (option.group ?? "") === group)
      .map((option) => h("option", { value: option.value }, option.text));
  return groups.flatMap((group) => (group ? [h("optgroup", { label: group }, of(group))] : of(group)));
}

/** @param {Field[]} fields @returns {Field[]} */
function flat(fields) {
  return fields.flatMap((field) => (field.kind === "group" ? (field.fields ?? []) : [field]));
}
