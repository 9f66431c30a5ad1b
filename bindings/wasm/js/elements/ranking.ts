import { type CriteriaSet, init, isReady, numberText, type Lang, type RankedRow, type Robustness, type RobustUnit } from "../index.js";
import { BASE, make, sheet, told, upgrade, wordsOf, type Words } from "./words.js";

const SHEET = sheet(`${BASE}
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 600; padding: .25rem 0 .5rem; }
th, td { padding: .45rem .6rem; border-bottom: 1px solid var(--cqdt-line, #d5dbe5); text-align: left; vertical-align: middle; }
th { font-weight: 600; }
thead th { background: var(--cqdt-head, #eef2f8); }
.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.track { min-width: 6rem; width: 40%; }
.bar { display: block; height: .8rem; border-radius: 2px; background: var(--cqdt-track, #e6ebf3); overflow: hidden; }
.fill { display: block; height: 100%; width: var(--width, 0%); background: var(--cqdt-accent, #0b5cad); print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.ranks { min-width: 9rem; width: 24%; }
.range { position: relative; display: block; height: 1.1rem; background: linear-gradient(var(--cqdt-line, #d5dbe5), var(--cqdt-line, #d5dbe5)) 0 50% / 100% 1px no-repeat; }
.range span { position: absolute; top: 50%; translate: -50% -50%; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.range .whisker { left: var(--low); width: max(calc(var(--high) - var(--low)), 3px); height: .45rem; border-radius: .25rem; background: var(--cqdt-range, #7ba7d4); translate: 0 -50%; }
.range .median { left: var(--median); width: 2px; height: 1.1rem; background: var(--cqdt-color, #1b2330); }
.range .published { left: var(--published); width: .7rem; height: .7rem; border-radius: 50%; border: 2px solid var(--cqdt-color, #1b2330); background: var(--cqdt-background, #fff); }
.axis { display: flex; justify-content: space-between; font-weight: 400; font-size: .85em; font-variant-numeric: tabular-nums; }
.legend { margin: .6rem 0 0; font-size: .9em; color: var(--cqdt-muted, #4a5568); }
.mark { color: #92400e; font-size: .85em; white-space: nowrap; }
@media (max-width: 48rem) { .ranked .track { display: none; } }
@media (max-width: 30rem) { .ranks, .marks { display: none; } .track, .ranked .track { display: table-cell; min-width: 2.5rem; width: 15%; } table { font-size: .9em; } th, td { padding: .45rem .2rem; } thead .figure, .mark { white-space: normal; } }
`);

/** Ranks from one to another. */
const span = (low: number, high: number): string => (low === high ? String(low) : `${String(low)}–${String(high)}`);

/**
 * `<cqdt-ranking>`: a ranked table with bars. Give it `rows` (from `CriteriaSet.rank`) and `criteriaSet`, for the names of bands and for
 * whether the ranking is official. With `robustness` (from `CriteriaSet.robustness`) it shows the ranks that each unit has in 90 % of the draws.
 *
 * Properties: `rows`, `names` (unit id to name), `criteriaSet`, `robustness`, `lang` (attribute too). Event: `cqdt-error`. Parts: `notice`, `table`, `row`, `bar`,
 * `range`, `legend`.
 */
export class CqdtRanking extends HTMLElement {
  static readonly observedAttributes = ["lang", "caption"];

  #rows: readonly RankedRow[] = [];
  #names: Readonly<Record<string, string>> = {};
  #set: CriteriaSet | undefined;
  #robustness: Robustness | undefined;
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

  get robustness(): Robustness | undefined {
    return this.#robustness;
  }

  set robustness(robustness: Robustness | undefined) {
    this.#robustness = robustness;
    this.#draw();
  }

  connectedCallback(): void {
    upgrade(this, ["criteriaSet", "names", "robustness", "rows"]);
    init().then(() => this.#draw(), (error: unknown) => this.#fail(error));
  }

  attributeChangedCallback(): void {
    if (this.isConnected) {
      this.#draw();
    }
  }

  get #lang(): Lang {
    return this.lang === "en" ? "en" : "vi";
  }

  #fail(error: unknown): void {
    const lang = this.#lang;
    this.#root.replaceChildren(make("p", { class: "notice", role: "alert" }, `${wordsOf(lang).rankingFailed}: ${told(error, lang)}`));
    this.dispatchEvent(new CustomEvent("cqdt-error", { bubbles: true, composed: true, detail: error }));
  }

  #draw(): void {
    // Rows may come from a server before the module does: they are drawn when it is there.
    if (!this.isConnected || !isReady()) {
      return;
    }
    const lang = this.#lang;
    const words = wordsOf(lang);
    const bands = new Map(this.#set?.definition.bands.map((band) => [band.id, band.title[lang]]));
    const rankings = this.#robustness?.rankings ?? [];
    const drawn = new Map<string, RobustUnit>(rankings.flatMap(({ units }) => units.map((unit) => [unit.unit, unit] as const)));
    // All rankings share the axis of the longest: a rank stands at the same place in each.
    const last = Math.max(0, ...rankings.map(({ units }) => units.length));
    const column = (name: string, title: string, ...more: HTMLElement[]): HTMLElement => make("th", { scope: "col", class: name }, title, ...more);
    const head = make("tr", {}, column("figure", words.rank), column("", words.unitName), column("figure", words.points),
      make("th", { scope: "col", class: "track" }, make("span", { class: "hidden" }, words.share)));
    if (last > 0) {
      head.append(column("figure", "5–95 %"), make("th", { scope: "col", class: "ranks" }, make("span", { class: "hidden" }, words.ranks),
        make("span", { class: "axis", "aria-hidden": "true" }, make("span", {}, "1"), make("span", {}, String(last)))));
    }
    head.append(column("", words.band));
    const rows = this.#rows.map((row) => {
      const fill = make("span", { class: "fill", part: "bar" });
      fill.style.setProperty("--width", `${String(row.bar / 10)}%`);
      const unit = make("th", { scope: "row" }, this.#names[row.unit ?? ""] ?? row.unit ?? "");
      if (!row.complete) {
        unit.append(" ", make("span", { class: "mark" }, words.incomplete));
      }
      const line = make("tr", { part: "row" }, make("td", { class: "figure" }, row.rank === null ? "–" : String(row.rank)), unit,
        make("td", { class: "figure" }, numberText(row.shown ?? row.points, lang)),
        make("td", { class: "track" }, make("span", { class: "bar", "aria-hidden": "true" }, fill)));
      if (last > 0) {
        const ranks = drawn.get(row.unit ?? "");
        line.append(make("td", { class: "figure" }, ranks === undefined ? "–" : span(ranks.low, ranks.high)),
          make("td", { class: "ranks" }, ...ranks === undefined ? [] : this.#range(ranks, last, words)));
      }
      line.append(make("td", {}, row.band === null ? "" : (bands.get(row.band) ?? row.band)));
      return line;
    });
    const caption = this.getAttribute("caption") ?? words.ranking;
    const table = make("table", { part: "table", class: last > 0 ? "ranked" : undefined }, make("caption", {}, caption), make("thead", {}, head), make("tbody", {}, ...rows));
    const scroll = make("div", { class: "scroll", role: "region", "aria-label": caption, tabindex: "0" }, table);
    const notice = this.#set === undefined ? words.unknownSet : this.#set.notice(lang);
    this.#root.replaceChildren(...notice === undefined ? [] : [make("p", { class: "notice", part: "notice", role: "note" }, notice)],
      rows.length === 0 ? make("p", {}, words.empty) : scroll, ...this.#robustness === undefined || rows.length === 0 ? [] : [this.#legend(this.#robustness, lang)]);
  }

  /** Where a unit ranks over the draws: from 5 % to 95 %, the median, and the published rank. In words for who can't see it. */
  #range(ranks: RobustUnit, last: number, words: Words): HTMLElement[] {
    const range = make("span", { class: "range", part: "range", "aria-hidden": "true" }, make("span", { class: "whisker" }), make("span", { class: "median" }), make("span", { class: "published" }));
    const at = (rank: number): string => `${String(last < 2 ? 0 : ((rank - 1) / (last - 1)) * 100)}%`;
    for (const [name, rank] of Object.entries({ low: ranks.low, high: ranks.high, median: ranks.median, published: ranks.rank })) {
      range.style.setProperty(`--${name}`, at(rank));
    }
    return [range, make("span", { class: "hidden" }, `${words.median} ${String(ranks.median)}`)];
  }

  /** What was drawn, and what the marks mean. */
  #legend({ draws, drawing, drop_one_group: dropsOne, seed }: Robustness, lang: Lang): HTMLElement {
    const words = wordsOf(lang);
    const number = (value: number): string => numberText(String(value), lang);
    const range = drawing.kind === "uniform" ? `${words.within}${number(drawing.percent)} %` : `${words.dirichlet} ${number(drawing.concentration)}`;
    // Where the plot has no room, its marks need no explanation.
    return make("p", { class: "legend", part: "legend" },
      make("span", { class: "marks" }, `${words.ranksLegend} `),
      `${number(draws)} ${words.draws}, ${range}${dropsOne ? `, ${words.dropsOne}` : ""}; ${words.seed} ${seed}.`);
  }
}
