// @ts-check
/**
 * An inject as the script has it, to change it or to add one: the usual fields, and the whole
 * document beside them. Both are one; the server judges it.
 */

import { fill, h } from "../dom.js";

/** @import { ConductLink } from "../conduct/link.js" */
/** @import { Desk } from "../desk.js" */
/** @import { Refused } from "../commands.js" */
/** @import { InjectRow } from "../../../../types/exercises" */

const KINDS = ["EVT", "ANPR", "CAM", "CHN", "SEN", "DRN", "TEL", "PUB"];
const OF_CALLS = ["say/fr", "say/nl", "say/en"];
const EXPECTED = ["expect/fr", "expect/nl", "expect/en"];
/** The usual fields, as paths into the document. */
const FIELDS = ["id", "at", "kind", "source", "observation/headline", ...OF_CALLS, ...EXPECTED];

export class InjectEditor {
  /** @param {Desk} desk @param {ConductLink} link */
  constructor(desk, link) {
    this.desk = desk;
    this.link = link;
    this.box = h("section", { class: "inject-editor", hidden: true });
    /** Null: it is added. @type {string | null} */
    this.inject = null;
    /** @type {Record<string, any>} */
    this.document = {};
    /** @type {Refused | null} */
    this.refused = null;
    /** @type {HTMLTextAreaElement | null} */
    this.whole = null;
    /** @type {Map<string, HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>} */
    this.inputs = new Map();
    this.language = "";
  }

  /** @param {InjectRow} row */
  change(row) {
    this.#open(row.id, row.document ?? {});
  }

  /** A call that is given by hand: what is most often wanted in the middle of an exercise. */
  add() {
    if (!this.link.isOpen) return;
    const taken = new Set(this.link.view?.injects.map(({ id }) => id));
    let serial = 1;
    while (taken.has(`added-${serial}`)) serial += 1;
    const none = { fr: "", nl: "", en: "" };
    this.#open(null, { id: `added-${serial}`, kind: "TEL", source: "phone:staff", manual: true, say: none, expect: none });
  }

  /** @param {string | null} inject @param {Record<string, any>} document */
  #open(inject, document) {
    this.inject = inject;
    this.document = structuredClone(document);
    this.refused = null;
    this.box.hidden = false;
    this.#render();
    this.box.scrollIntoView({ block: "nearest" });
    this.inputs.get(inject === null ? "say/fr" : "at")?.focus();
  }

  close() {
    this.box.hidden = true;
    fill(this.box);
    const list = document.querySelector(".mel [aria-selected=true]");
    if (list instanceof HTMLElement) list.focus({ preventScroll: true });
  }

  draw() {
    if (!this.box.hidden && this.language !== this.desk.words.language) this.#render();
  }

  #render() {
    const { words } = this.desk;
    this.language = words.language;
    this.inputs.clear();
    const title = this.inject === null ? words.t("control.add") : words.t("control.edit_of", { inject: this.inject });
    this.whole = h("textarea", {
      id: "inject-document",
      class: "inject-document",
      rows: 18,
      spellcheck: "false",
      oninput: () => this.#read(),
    });
    fill(
      this.box,
      h(
        "form",
        {
          class: "form",
          novalidate: true,
          "aria-label": title,
          onsubmit: (/** @type {Event} */ event) => {
            event.preventDefault();
            this.#send();
          },
          onkeydown: (/** @type {KeyboardEvent} */ event) => {
            if (event.key !== "Escape") return;
            event.stopPropagation();
            this.close();
          },
        },
        h("h2", {}, title),
        h(
          "div",
          { class: "editor-halves" },
          h("div", {}, FIELDS.filter((path) => this.#isAsked(path)).map((path) => this.#field(path))),
          h(
            "div",
            { class: "form-field", "data-field": "document" },
            h("label", { for: "inject-document" }, words.t("editor.document")),
            h("p", { class: "form-hint" }, words.t("editor.document_hint")),
            this.whole,
          ),
        ),
        h("p", { class: "field-error", role: "alert", hidden: true }),
        h(
          "div",
          { class: "acts" },
          h("button", { type: "submit", class: "button act" }, words.t(this.inject === null ? "control.add" : "editor.save")),
          h("button", { type: "button", class: "button", onclick: () => this.close() }, words.t("form.close")),
        ),
      ),
    );
    this.#write();
    this.#tell();
  }

  /** @param {string} path */
  #isAsked(path) {
    if (path === "id") return this.inject === null;
    if (OF_CALLS.includes(path)) return this.document["kind"] === "TEL";
    if (path === "observation/headline") return this.document["observation"] !== undefined;
    return true;
  }

  /** @param {string} path */
  #field(path) {
    const { words } = this.desk;
    const id = `inject-${path.replace("/", "-")}`;
    const set = (/** @type {Event} */ event) => {
      this.#put(path, /** @type {HTMLInputElement} */ (event.target).value);
      if (path === "kind") this.#render();
    };
    const long = OF_CALLS.includes(path) || EXPECTED.includes(path);
    const [family = "", language] = path.split("/");
    const input =
      path === "kind"
        ? h("select", { id, onchange: set }, KINDS.map((kind) => h("option", { value: kind }, `${kind} · ${words.t(`inject_kind.${kind}`)}`)))
        : long
          ? h("textarea", { id, rows: 2, lang: language, oninput: set })
          : h("input", { id, type: "text", autocomplete: "off", oninput: set });
    this.inputs.set(path, input);
    const label = words.t(`editor.${family}`) + (long ? ` (${language?.toUpperCase()})` : "");
    return h(
      "div",
      { class: "form-field", "data-field": path },
      h("label", { for: id }, label),
      input,
      path === "at" && h("p", { class: "form-hint" }, words.t("editor.at_hint")),
    );
  }

  /** What a field says goes into the document; an empty time means: by hand. @param {string} path @param {string} said */
  #put(path, said) {
    const { document } = this;
    const [family = "", inner] = path.split("/");
    if (path === "at") {
      if (said.trim() === "") delete document["at"];
      else document["at"] = said.trim();
      if (document["when"] === undefined || said.trim() !== "") {
        delete document["when"];
        if (said.trim() === "") document["manual"] = true;
        else delete document["manual"];
      }
    } else if (inner === undefined) document[family] = said;
    else document[family] = { ...document[family], [inner]: said };
    if (this.whole !== null) this.whole.value = JSON.stringify(document, null, 2);
  }

  /** The document goes into the fields. */
  #write() {
    if (this.whole !== null && document.activeElement !== this.whole) {
      this.whole.value = JSON.stringify(this.document, null, 2);
    }
    for (const [path, input] of this.inputs) {
      const [family = "", inner] = path.split("/");
      const value = inner === undefined ? this.document[family] : this.document[family]?.[inner];
      input.value = value === undefined || value === null ? "" : String(value);
    }
  }

  #read() {
    try {
      const read = JSON.parse(this.whole?.value ?? "");
      if (typeof read !== "object" || read === null || Array.isArray(read)) throw new Error();
      this.document = read;
      this.refused = null;
    } catch {
      this.refused = { field: "document", detail: this.desk.words.t("editor.no_json") };
    }
    if (this.refused === null) this.#write();
    this.#tell();
  }

  async #send() {
    if (this.refused?.field === "document") return this.whole?.focus();
    const { inject, document } = this;
    const order = inject === null ? { command: "add", document } : { command: "change", inject, document };
    this.refused = await this.link.give(order);
    if (this.refused === null) this.close();
    else this.#tell();
  }

  /** The refusal stands above the buttons, and marks the field it names. */
  #tell() {
    const error = this.box.querySelector(".field-error");
    if (!(error instanceof HTMLElement)) return;
    error.hidden = this.refused === null;
    const field = this.refused?.field ?? "";
    error.textContent = this.refused === null ? "" : `${field && field !== "document" ? `${field}: ` : ""}${this.refused.detail}`;
    for (const input of this.box.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
    const place = field.replaceAll(".", "/");
    const named = [...this.inputs].find(([path]) => place !== "" && (place.endsWith(path) || place === path.split("/")[0]));
    const input = named?.[1] ?? (this.refused === null ? null : this.whole);
    input?.setAttribute("aria-invalid", "true");
  }
}
