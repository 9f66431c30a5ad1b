import { type CriteriaSet, init, numberText, type Lang, type RankedRow } from "../index.js";
import { BASE, make, sheet, wordsOf } from "./words.js";

const SHEET = sheet(`${BASE}
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 600; padding: .25rem 0 .5rem; }
th, td { padding: .45rem .6rem; border-bottom: 1px solid var(--cqdt-line, #d5dbe5); text-align: left; vertical-align: middle; }
th { font-weight: 600; background: var(--cqdt-head, #eef2f8); }
.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.track { min-width: 6rem; width: 40%; }
.bar { display: block; height: .8rem; border-radius: 2px; background: var(--cqdt-track, #e6ebf3); overflow: hidden; }
.fill { display: block; height: 100%; width: var(--width, 0%); background: var(--cqdt-accent, #0b5cad); print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.mark { color: #92400e; font-size: .85em; white-space: nowrap; }
@media (max-width: 30rem) { .track { display: none; } }
`);

/**
 * `<cqdt-ranking>`: a ranked table with bars. Give it `rows` (from `CriteriaSet.rank`) and `criteriaSet`, for the names of bands and for
 * whether the ranking is official.
 *
 * Properties: `rows`, `names` (unit id to name), `criteriaSet`, `lang` (attribute too). Parts: `notice`, `table`, `row`, `bar`.
 */
export class CqdtRanking extends HTMLElement {
  static readonly observedAttributes = ["lang", "caption"];

  #rows: readonly RankedRow[] = [];
  #names: Readonly<Record<string, string>> = {};
  #set: CriteriaSet | undefined;
  readonly #root: ShadowRoot;

  constructor() {
    super();
    this.#root = this.attachShadow({ mode: "open" });
    this.#root.adoptedStyleSheets = [SHEET];
  }

  get rows(): readonly RankedRow[] {
    return this.#rows;
  }

  set rows(rows: readonly RankedRow[]) {
    this.#rows = rows;
    this.#draw();
  }

  get names(): Readonly<Record<string, string>> {
    return this.#names;
  }

  set names(names: Readonly<Record<string, string>>) {
    this.#names = names;
    this.#draw();
  }

  get criteriaSet(): CriteriaSet | undefined {
    return this.#set;
  }

  set criteriaSet(set: CriteriaSet | undefined) {
    this.#set = set;
    this.#draw();
  }

  connectedCallback(): void {
    void init().then(() => this.#draw());
  }

  attributeChangedCallback(): void {
    if (this.isConnected) {
      this.#draw();
    }
  }

  #draw(): void {
    if (!this.isConnected) {
      return;
    }
    const lang: Lang = this.lang === "en" ? "en" : "vi";
    const words = wordsOf(lang);
    const bands = new Map(this.#set?.definition.bands.map((band) => [band.id, band.title[lang]]));
    const head = make("tr", {}, make("th", { scope: "col", class: "figure" }, words.rank), make("th", { scope: "col" }, words.unitName),
      make("th", { scope: "col", class: "figure" }, words.points), make("th", { scope: "col", class: "track" }, make("span", { class: "hidden" }, words.share)),
      make("th", { scope: "col" }, words.band));
    const rows = this.#rows.map((row) => {
      const fill = make("span", { class: "fill", part: "bar" });
      fill.style.setProperty("--width", `${String(row.bar / 10)}%`);
      const unit = make("th", { scope: "row" }, this.#names[row.unit ?? ""] ?? row.unit ?? "");
      if (!row.complete) {
        unit.append(" ", make("span", { class: "mark" }, words.incomplete));
      }
      return make("tr", { part: "row" }, make("td", { class: "figure" }, row.rank === null ? "–" : String(row.rank)), unit,
        make("td", { class: "figure" }, numberText(row.shown ?? row.points, lang)),
        make("td", { class: "track" }, make("span", { class: "bar", "aria-hidden": "true" }, fill)),
        make("td", {}, row.band === null ? "" : (bands.get(row.band) ?? row.band)));
    });
    const caption = this.getAttribute("caption") ?? words.ranking;
    const table = make("table", { part: "table" }, make("caption", {}, caption), make("thead", {}, head), make("tbody", {}, ...rows));
    const scroll = make("div", { class: "scroll", role: "region", "aria-label": caption, tabindex: "0" }, table);
    const notice = this.#set === undefined ? words.unknownSet : this.#set.notice(lang);
    this.#root.replaceChildren(...notice === undefined ? [] : [make("p", { class: "notice", part: "notice", role: "note" }, notice)],
      rows.length === 0 ? make("p", {}, words.empty) : scroll);
  }
}
