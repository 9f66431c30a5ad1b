import {
  CqdtError, CriteriaSet, dateText, init, numberText, readDate,
  type Answer, type Definition, type Finding, type GroupExplanation, type Lang, type LineExplanation, type LiveScore, type Report,
  type SpokenChange, type Submission, type TotalExplanation,
} from "../index.js";
import { BASE, make, sheet, wordsOf, type Words } from "./words.js";

type Group = Definition["groups"][number];
type Criterion = Group["criteria"][number];
type Fact = Definition["facts"][number];
type EvidenceList = NonNullable<Submission["evidence"]>[string];

/** What `cqdt-change` carries. */
export interface CqdtChangeDetail {
  /** The fact or criterion that changed; nothing where everything did. */
  readonly id: string | undefined;
  /** The total as the set's language writes it. */
  readonly total: TotalExplanation;
  /** The submission as it stands. */
  readonly submission: Submission;
}

/** What `cqdt-submit` carries. */
export interface CqdtSubmitDetail {
  readonly submission: Submission;
  /** The submission as canonical JSON: the file to hand in. */
  readonly text: string;
  readonly report: Report;
}

const SHEET = sheet(`${BASE}
form { display: block; max-width: 62rem; margin: 0 auto; padding: 0 1rem 6.5rem; }
h2 { font-size: 1.35em; line-height: 1.3; margin: 1rem 0 .25rem; }
h3 { font-size: 1.05em; margin: 2rem 0 .5rem; text-transform: uppercase; letter-spacing: .04em; color: var(--cqdt-muted, #4a5568); }
.document { margin: 0 0 1rem; color: var(--cqdt-muted, #4a5568); }
.group { margin: 1.5rem 0 2rem; }
.head { display: flex; gap: 1rem; align-items: baseline; justify-content: space-between; border-bottom: 2px solid var(--cqdt-accent, #0b5cad); padding-bottom: .3rem; }
.head h4 { margin: 0; font-size: 1.12em; }
.figure { font-variant-numeric: tabular-nums; white-space: nowrap; }
.criterion { border: 1px solid var(--cqdt-line, #d5dbe5); border-left: 4px solid var(--cqdt-line, #d5dbe5); border-radius: 6px; padding: .8rem 1rem 1rem; margin: .9rem 0 0; break-inside: avoid; }
.criterion[data-status="scored"] { border-left-color: var(--cqdt-accent, #0b5cad); }
.criterion[data-status="invalid"] { border-left-color: var(--cqdt-error, #b3261e); }
.criterion h5 { margin: 0; font-size: 1em; font-weight: 600; }
.title { display: flex; gap: 1rem; justify-content: space-between; align-items: baseline; }
.title .figure b { font-size: 1.15em; }
.help, .basis, .formula, .unit, .shared, .range { color: var(--cqdt-muted, #4a5568); font-size: .9em; }
.help, .basis, .formula { margin: .3rem 0 0; overflow-wrap: anywhere; }
.formula { color: inherit; font-variant-numeric: tabular-nums; }
.fact, fieldset { margin: .8rem 0 0; border: 0; padding: 0; min-width: 0; }
label, legend { display: block; padding: 0; font-weight: 500; }
.options { display: flex; flex-wrap: wrap; gap: .35rem 1.4rem; align-items: center; margin-top: .25rem; }
.options.column { flex-direction: column; align-items: flex-start; }
.options label, .inline { display: flex; gap: .5rem; align-items: flex-start; font-weight: 400; min-height: 1.75rem; }
input[type="radio"], input[type="checkbox"] { width: 1.15rem; height: 1.15rem; margin: .2rem 0 0; accent-color: var(--cqdt-accent, #0b5cad); flex: none; }
input[type="text"], input[type="url"], select { font: inherit; color: inherit; background: var(--cqdt-field, #fff); border: 1px solid var(--cqdt-border, #6b7787); border-radius: 5px; padding: .4rem .6rem; min-height: 2.5rem; max-width: 100%; }
.number { width: 11rem; font-variant-numeric: tabular-nums; }
select { width: 100%; max-width: 34rem; }
input[type="text"].wide { width: 100%; max-width: 34rem; }
.entry { display: flex; flex-wrap: wrap; gap: .3rem .6rem; align-items: center; margin-top: .25rem; }
[aria-invalid="true"] { border-color: var(--cqdt-error, #b3261e) !important; box-shadow: inset 0 0 0 1px var(--cqdt-error, #b3261e); }
.error { color: var(--cqdt-error, #b3261e); font-size: .9em; margin: .25rem 0 0; overflow-wrap: anywhere; }
.error:empty, .formula:empty, .note:empty { display: none; }
.evidence { margin-top: .9rem; border-top: 1px dashed var(--cqdt-line, #d5dbe5); padding-top: .6rem; }
.papers { display: grid; grid-template-columns: 1fr 10rem 1.4fr; gap: .5rem; align-items: end; margin-top: .4rem; }
.papers input { width: 100%; }
.papers label { font-weight: 400; font-size: .9em; }
button { font: inherit; color: var(--cqdt-accent, #0b5cad); background: var(--cqdt-field, #fff); border: 1px solid currentColor; border-radius: 5px; padding: .4rem .9rem; min-height: 2.5rem; cursor: pointer; }
button.plain { border-color: transparent; background: none; padding: .2rem .4rem; min-height: 2rem; text-decoration: underline; }
button[hidden], [hidden] { display: none; }
button.main { color: #fff; background: var(--cqdt-accent, #0b5cad); border-color: var(--cqdt-accent, #0b5cad); }
:focus-visible { outline: 3px solid var(--cqdt-focus, #e08700); outline-offset: 2px; }
input, select, button, a { scroll-margin: 6rem 0 8rem; }
.actions { display: flex; flex-wrap: wrap; gap: .6rem; margin: 1.5rem 0; }
.bar { position: sticky; bottom: 0; z-index: 1; background: var(--cqdt-bar, #10243d); color: #fff; margin: 1.5rem -1rem 0; padding: .55rem 1rem; display: flex; flex-wrap: wrap; gap: .1rem 1.4rem; align-items: baseline; }
.bar b { font-size: 1.35em; font-variant-numeric: tabular-nums; }
.message { margin: .5rem 0; font-weight: 500; }
.message:empty { margin: 0; }
.problems ul { margin: .3rem 0 0; padding-left: 1.2rem; }
.problems li { margin: .2rem 0; }
@media (max-width: 40rem) {
  form { padding: 0 .75rem 7rem; }
  .papers { grid-template-columns: 1fr; align-items: stretch; }
  .papers button { justify-self: start; }
  .criterion { padding: .7rem .75rem .9rem; }
  .bar { margin: 1.5rem -.75rem 0; padding: .5rem .75rem; }
}
@media print {
  form { max-width: none; padding: 0; }
  .actions, .message, button, .problems { display: none !important; }
  .bar { position: static; color: inherit; background: none; border-top: 2px solid; margin: 1rem 0 0; padding: .5rem 0; }
  input[type="text"], input[type="url"], select { border-color: #999; min-height: 0; padding: .1rem .3rem; }
  .criterion { border-color: #bbb; }
}
`);

/** The facts that a rule and its branches read, in the order of the rule. */
function factsOf(rule: object, found: string[] = []): string[] {
  const read = rule as { fact?: string; of?: string; over?: string; when?: { fact: string }; rule?: object; rules?: readonly object[] };
  for (const id of [read.fact, read.of, read.over, read.when?.fact]) {
    if (id !== undefined && !found.includes(id)) {
      found.push(id);
    }
  }
  for (const branch of [...(read.rule === undefined ? [] : [read.rule]), ...(read.rules ?? [])]) {
    factsOf(branch, found);
  }
  return found;
}

/** One answer on the page: how it is shown, and where its faults stand. */
interface Field {
  show(answer: unknown): void;
  fault(message: string): void;
}

interface Line {
  readonly box: HTMLElement;
  readonly points: HTMLElement;
  readonly formula: HTMLElement;
  readonly status: HTMLElement;
  readonly error: HTMLElement;
}

/**
 * `<cqdt-form set="viet-tri-2395-2018/phu-luc-2">`: the form of a criteria set, that scores itself at every key stroke.
 *
 * Attributes: `set` (id of a built-in set), `lang` (`vi`, `en`), `unit` (unit id; a field asks for it where absent), `draft`
 * (keep a draft on this computer; its value, if any, is a name of its own), `layer` (`self`, `verified`).
 * Properties: `criteriaSet` (instead of `set`), `submission`, `report`, `ready`.
 * Events: `cqdt-ready`, `cqdt-change`, `cqdt-submit`, `cqdt-error`. Slots: `before`, `after`, `actions`.
 * Parts: `form`, `title`, `notice`, `group`, `criterion`, `points`, `total`, `field`, `button`, `error`.
 */
export class CqdtForm extends HTMLElement {
  static readonly observedAttributes = ["set", "lang", "unit", "layer"];

  readonly #root: ShadowRoot;
  #given: CriteriaSet | undefined;
  #set: CriteriaSet | undefined;
  #live: LiveScore | undefined;
  #start: string | undefined;
  #fields = new Map<string, Field>();
  #lines = new Map<string, Line>();
  #subtotals = new Map<string, { points: HTMLElement; note: HTMLElement }>();
  #papers = new Map<string, (evidence: EvidenceList) => void>();
  #badDates = new Set<HTMLElement>();
  #bar: HTMLElement | undefined;
  #message: HTMLElement | undefined;
  #problems: HTMLElement | undefined;
  #unit: HTMLInputElement | undefined;
  #total: TotalExplanation | undefined;
  #saving: ReturnType<typeof setTimeout> | undefined;
  #starting = 0;
  #ids = 0;

  /** Fulfilled with this element once the form stands. */
  ready: Promise<this>;
  #isReady!: (form: this) => void;

  constructor() {
    super();
    this.ready = new Promise((resolve) => (this.#isReady = resolve));
    this.#root = this.attachShadow({ mode: "open", delegatesFocus: true });
    this.#root.adoptedStyleSheets = [SHEET];
  }

  /** The set shown; giving one takes the place of the attribute `set`. */
  get criteriaSet(): CriteriaSet | undefined {
    return this.#set;
  }

  set criteriaSet(set: CriteriaSet | undefined) {
    this.#given = set;
    void this.#restart();
  }

  /** The submission as it stands. */
  get submission(): Submission | undefined {
    return this.#live?.submission();
  }

  set submission(submission: Submission | string | undefined) {
    const text = typeof submission === "string" ? submission : JSON.stringify(submission ?? { facts: {} });
    if (this.#set === undefined) {
      this.#start = text;
    } else {
      this.#open(text);
      this.#changed(undefined);
    }
  }

  /** The report of the submission. */
  get report(): Report | undefined {
    return this.#live?.report();
  }

  connectedCallback(): void {
    void this.#restart();
  }

  disconnectedCallback(): void {
    this.#save();
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (!this.isConnected || before === after) {
      return;
    }
    if (name === "unit") {
      this.#live?.setUnit(after ?? undefined);
      this.#draw();
    } else if (name === "lang") {
      this.#draw();
    } else {
      void this.#restart();
    }
  }

  get #lang(): Lang {
    return this.lang === "en" ? "en" : "vi";
  }

  get #words(): Words {
    return wordsOf(this.#lang);
  }

  get #draftKey(): string | undefined {
    const name = this.getAttribute("draft");
    return name === null || this.#set === undefined ? undefined : `cqdt-draft:${name}:${this.#set.id}@${this.#set.version}`;
  }

  /** Loads what is needed and begins anew. */
  async #restart(): Promise<void> {
    if (!this.isConnected) {
      return;
    }
    const mine = ++this.#starting;
    const id = this.getAttribute("set");
    if (this.#given === undefined && id === null) {
      return;
    }
    if (this.#set === undefined) {
      this.#root.replaceChildren(make("p", { role: "status" }, this.#words.loading));
    }
    try {
      await init();
      if (mine !== this.#starting) {
        return;
      }
      this.#set = this.#given ?? CriteriaSet.builtin(id ?? "");
      const draft = this.#readDraft();
      this.#open(this.#start ?? draft ?? JSON.stringify({ set: this.#set.id, facts: {} }), draft !== undefined);
      this.#start = undefined;
      if (draft !== undefined) {
        this.#say(this.#words.draft);
      }
      this.#isReady(this);
      this.dispatchEvent(new CustomEvent("cqdt-ready", { bubbles: true, composed: true }));
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    const told = error instanceof CqdtError ? error.messages[this.#lang] : String(error);
    this.#root.replaceChildren(make("p", { class: "notice", role: "alert", part: "error" }, `${this.#words.failed}: ${told}`));
    this.dispatchEvent(new CustomEvent("cqdt-error", { bubbles: true, composed: true, detail: error }));
  }

  /** Takes a submission's text for the form's contents; a bad draft is let go. */
  #open(text: string, isDraft = false): void {
    const set = this.#set;
    if (set === undefined) {
      return;
    }
    const layer = this.getAttribute("layer") === "verified" ? "verified" : "self";
    let live: LiveScore;
    try {
      live = set.live(text, { layer });
    } catch (error) {
      if (!isDraft) {
        throw error;
      }
      live = set.live({ set: set.id, facts: {} }, { layer });
    }
    this.#live?.free();
    this.#live = live;
    const unit = this.getAttribute("unit");
    if (unit !== null) {
      live.setUnit(unit);
    }
    this.#draw();
  }

  #draw(): void {
    const [set, live] = [this.#set, this.#live];
    if (set === undefined || live === undefined) {
      return;
    }
    const lang = this.#lang;
    const words = this.#words;
    const { definition } = set;
    for (const map of [this.#fields, this.#lines, this.#subtotals, this.#papers]) {
      map.clear();
    }
    this.#badDates.clear();
    const explanation = live.explain(lang);
    const form = make("form", { part: "form", novalidate: true, lang, "aria-labelledby": "title" });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    form.append(make("slot", { name: "before" }), make("h2", { id: "title", part: "title" }, definition.title[lang]), make("p", { class: "document" }, explanation.document));
    if (explanation.notice !== null) {
      form.append(make("p", { class: "notice", part: "notice", role: "note" }, explanation.notice));
    }
    this.#message = make("p", { class: "message", role: "status" });
    form.append(this.#message);
    if (this.getAttribute("unit") === null) {
      form.append(this.#unitField(words));
    }
    const drawn = new Map<string, string>();
    let part: string | undefined;
    definition.groups.forEach((group, at) => {
      const told = explanation.groups[at];
      if (group.part !== undefined && group.part !== null && group.part[lang] !== part) {
        part = group.part[lang];
        form.append(make("h3", {}, part));
      }
      if (told !== undefined) {
        form.append(this.#group(group, told, drawn));
      }
    });
    this.#problems = make("div", { class: "problems", part: "error" });
    form.append(this.#problems, this.#actions(words), make("slot", { name: "after" }));
    this.#bar = make("div", { class: "bar", part: "total", role: "status", "aria-live": "polite", "aria-atomic": "true" });
    form.append(this.#bar);
    this.#root.replaceChildren(form);
    this.#showAnswers();
    this.#showTotal(explanation.total);
    this.#showFindings(live.findings(lang));
  }

  #id(): string {
    return `f${String(++this.#ids)}`;
  }

  #unitField(words: Words): HTMLElement {
    const id = this.#id();
    const input = make("input", { id, type: "text", class: "wide", part: "field", autocomplete: "off", spellcheck: "false" });
    input.addEventListener("input", () => {
      const unit = input.value.trim();
      this.#live?.setUnit(unit === "" ? undefined : unit);
      this.#changed("unit");
    });
    this.#unit = input;
    return make("div", { class: "fact" }, make("label", { for: id }, words.unit), make("div", { class: "entry" }, input));
  }

  #group(group: Group, told: GroupExplanation, drawn: Map<string, string>): HTMLElement {
    const points = make("span", { class: "figure", part: "points" });
    const note = make("p", { class: "help note" });
    this.#subtotals.set(group.id, { points, note });
    const headId = this.#id();
    const section = make("section", { class: "group", part: "group", "aria-labelledby": headId },
      make("div", { class: "head" }, make("h4", { id: headId }, `${group.number}. ${group.title[this.#lang]}`), points), note);
    this.#showGroup(told);
    group.criteria.forEach((criterion, at) => {
      const line = told.lines[at];
      if (line !== undefined) {
        section.append(this.#criterion(group, criterion, line, drawn));
      }
    });
    return section;
  }

  #criterion(group: Group, criterion: Criterion, told: LineExplanation, drawn: Map<string, string>): HTMLElement {
    const lang = this.#lang;
    const words = this.#words;
    const headId = this.#id();
    const points = make("span", { class: "figure", part: "points" });
    const status = make("span", { class: "unit" });
    const formula = make("p", { class: "formula" });
    const error = make("p", { class: "error", part: "error", id: this.#id() });
    const title = make("h5", { id: headId }, `${criterion.number}. ${criterion.title[lang]}`);
    const kind = criterion.bonus ? words.bonus : criterion.min.startsWith("-") ? words.penalty : undefined;
    if (kind !== undefined) {
      title.append(" ", make("span", { class: "unit" }, `(${kind})`));
    }
    const box = make("div", { class: "criterion", part: "criterion", role: "group", "aria-labelledby": headId, "data-id": criterion.id }, make("div", { class: "title" }, title, points));
    if (criterion.help !== undefined && criterion.help !== null) {
      box.append(make("p", { class: "help" }, criterion.help[lang]));
    }
    const line: Line = { box, points, formula, status, error };
    this.#lines.set(criterion.id, line);
    for (const id of factsOf(criterion.rule)) {
      const fact = this.#set?.definition.facts.find((candidate) => candidate.id === id);
      if (fact === undefined) {
        continue;
      }
      const where = drawn.get(id);
      if (where === undefined) {
        drawn.set(id, `${group.number}.${criterion.number}`);
        box.append(this.#fact(fact));
      } else {
        // Asked once, used in many places.
        box.append(make("p", { class: "help" }, `${fact.title[lang]}: ${words.asked} ${where}`));
      }
    }
    box.append(error, status, formula);
    if (criterion.evidence) {
      box.append(this.#evidence(criterion));
    }
    const basis = make("details", { class: "basis" }, make("summary", {}, words.basis), told.basis);
    box.append(basis);
    this.#showLine(told);
    return box;
  }

  #fact(fact: Fact): HTMLElement {
    const lang = this.#lang;
    const words = this.#words;
    const [id, errorId, helpId] = [this.#id(), this.#id(), this.#id()];
    const error = make("p", { class: "error", part: "error", id: errorId });
    const help = fact.help === undefined || fact.help === null ? undefined : make("p", { class: "help", id: helpId }, fact.help[lang]);
    const describedBy = help === undefined ? errorId : `${errorId} ${helpId}`;
    const put = (answer: Answer): void => this.#answer(fact.id, (live) => live.change(fact.id, answer, lang));
    const controls: (HTMLInputElement | HTMLSelectElement)[] = [];
    let show: (answer: unknown) => void = () => undefined;
    let field: HTMLElement;
    const choices = (type: "radio" | "checkbox", options: readonly (readonly [string, string])[], column: boolean) => {
      const inputs = options.map(([value]) => make("input", { type, name: id, value, part: "field", "aria-describedby": describedBy }));
      const labels = options.map(([, title], at) => make("label", {}, inputs[at] as HTMLInputElement, make("span", {}, title)));
      controls.push(...inputs);
      const box = make("div", { class: column ? "options column" : "options" }, ...labels);
      return { inputs, box, set: make("fieldset", { class: "fact" }, make("legend", {}, fact.title[lang]), box) };
    };
    switch (fact.type) {
      case "yes_no": {
        const { inputs, box, set } = choices("radio", [["yes", words.yes], ["no", words.no]], false);
        const clear = make("button", { type: "button", class: "plain", part: "button", hidden: true, "aria-label": `${words.clearAnswer}: ${fact.title[lang]}` }, words.clearAnswer);
        box.append(clear);
        inputs.forEach((input) => input.addEventListener("change", () => {
          clear.hidden = false;
          put(input.value === "yes");
        }));
        clear.addEventListener("click", () => {
          inputs.forEach((input) => (input.checked = false));
          clear.hidden = true;
          put(null);
          inputs[0]?.focus();
        });
        show = (answer) => {
          const yes = answer === true || answer === "yes";
          const no = answer === false || answer === "no";
          inputs.forEach((input) => (input.checked = input.value === "yes" ? yes : no));
          clear.hidden = !yes && !no;
        };
        field = set;
        break;
      }
      case "items": {
        const keys = fact.keys.map((key) => [key.id, key.title[lang]] as const);
        const { inputs, set } = choices("checkbox", keys, true);
        inputs.forEach((input) => input.addEventListener("change", () => {
          const ticked = inputs.filter((other) => other.checked).map((other) => other.value);
          put(ticked.length === 0 ? null : ticked);
        }));
        show = (answer) => {
          const ticked = Array.isArray(answer) ? answer : [];
          inputs.forEach((input) => (input.checked = ticked.includes(input.value)));
        };
        field = set;
        break;
      }
      case "choice": {
        const select = make("select", { id, part: "field", "aria-describedby": describedBy }, make("option", { value: "" }, words.choose),
          ...fact.keys.map((key) => make("option", { value: key.id }, key.title[lang])));
        select.addEventListener("change", () => put(select.value === "" ? null : select.value));
        controls.push(select);
        show = (answer) => {
          const known = fact.keys.some((key) => key.id === answer);
          select.value = known ? String(answer) : "";
        };
        field = make("div", { class: "fact" }, make("label", { for: id }, fact.title[lang]), make("div", { class: "entry" }, select));
        break;
      }
      case "rollup": {
        const output = make("output", { class: "figure", "aria-label": fact.title[lang] });
        show = (answer) => (output.textContent = answer === undefined || answer === null ? "–" : numberText(String(answer), lang));
        field = make("div", { class: "fact" }, make("span", {}, `${fact.title[lang]}: `), output, make("p", { class: "help" }, words.rollup));
        break;
      }
      default: {
        const input = make("input", { id, type: "text", inputmode: fact.type === "count" ? "numeric" : "decimal", class: "number", part: "field", autocomplete: "off", "aria-describedby": describedBy });
        input.addEventListener("input", () => this.#answer(fact.id, (live) => live.changeText(fact.id, input.value, lang)));
        controls.push(input);
        const unit = fact.unit?.[lang] ?? (fact.type === "percent" ? "%" : "");
        const entry = make("div", { class: "entry" }, input);
        if (unit !== "") {
          entry.append(make("span", { class: "unit" }, unit));
        }
        show = (answer) => (input.value = typeof answer === "number" || typeof answer === "string" ? numberText(String(answer), lang) : "");
        field = make("div", { class: "fact" }, make("label", { for: id }, fact.title[lang]), entry);
      }
    }
    const plain = show;
    let showAnswer = plain;
    if (help !== undefined) {
      field.append(help);
    }
    if (fact.not_applicable) {
      showAnswer = this.#notApplicable(fact, field, controls, plain, put);
    }
    field.append(error);
    this.#fields.set(fact.id, {
      show: (answer) => {
        // What could not be read is shown as it was typed.
        const typed = typeof answer === "object" && answer !== null ? ("unreadable" in answer ? answer.unreadable : "text" in answer ? answer.text : answer) : answer;
        showAnswer(typed);
      },
      fault: (message) => {
        if (error.textContent !== message) {
          error.textContent = message;
        }
        controls.forEach((control) => control.setAttribute("aria-invalid", String(message !== "")));
      },
    });
    return field;
  }

  /** The tick and the reason of "not applicable"; returns how an answer is shown with them. */
  #notApplicable(
    fact: Fact, field: HTMLElement, controls: readonly (HTMLInputElement | HTMLSelectElement)[], plain: (answer: unknown) => void, put: (answer: Answer) => void,
  ): (answer: unknown) => void {
    const words = this.#words;
    const reasonId = this.#id();
    const tick = make("input", { type: "checkbox", part: "field" });
    const reason = make("input", { id: reasonId, type: "text", class: "wide", part: "field", autocomplete: "off" });
    const reasonBox = make("div", { class: "fact", hidden: true }, make("label", { for: reasonId }, words.reason), reason);
    const label = make("label", { class: "inline" }, tick, make("span", {}, words.notApplicable, make("span", { class: "hidden" }, `: ${fact.title[this.#lang]}`)));
    field.append(label, reasonBox);
    const set = (on: boolean): void => {
      tick.checked = on;
      reasonBox.hidden = !on;
      controls.forEach((control) => (control.disabled = on));
    };
    tick.addEventListener("change", () => {
      set(tick.checked);
      plain(undefined);
      reason.value = "";
      put(tick.checked ? { not_applicable: "" } : null);
      if (tick.checked) {
        reason.focus();
      }
    });
    reason.addEventListener("input", () => put({ not_applicable: reason.value }));
    return (answer) => {
      const on = typeof answer === "object" && answer !== null && "not_applicable" in answer;
      set(on);
      reason.value = on ? String(answer.not_applicable) : "";
      plain(on ? undefined : answer);
    };
  }

  #evidence(criterion: Criterion): HTMLElement {
    const words = this.#words;
    const lang = this.#lang;
    const list = make("div");
    const rows: { read: () => Record<string, string> | undefined; row: HTMLElement }[] = [];
    // The last row has nothing to be removed for: clearing it is enough.
    const showRemove = (): void => rows.forEach(({ row }) => row.querySelector("button")?.toggleAttribute("hidden", rows.length < 2));
    const send = (): void => {
      const papers = rows.map(({ read }) => read());
      const known = papers.filter((paper) => paper !== undefined && Object.keys(paper).length > 0) as EvidenceList;
      this.#answer(criterion.id, (live) => live.changeEvidence(criterion.id, known, lang));
    };
    const add = (paper: Readonly<Record<string, string | null | undefined>>): HTMLElement => {
      const errorId = this.#id();
      const error = make("p", { class: "error", part: "error", id: errorId });
      const field = (name: "number" | "date" | "link", type: string): HTMLInputElement => {
        const input = make("input", { id: this.#id(), type, part: "field", autocomplete: "off", placeholder: name === "date" ? "dd/mm/yyyy" : undefined,
          inputmode: name === "date" ? "text" : undefined, "aria-describedby": name === "date" ? errorId : undefined });
        const value = paper[name] ?? "";
        input.value = name === "date" && value !== "" ? (dateText(value, lang) ?? value) : value;
        input.addEventListener("input", send);
        return input;
      };
      const number = field("number", "text");
      const date = field("date", "text");
      const link = field("link", "text");
      link.inputMode = "url";
      const remove = make("button", { type: "button", class: "plain", part: "button", }, words.remove);
      const column = (input: HTMLInputElement, title: string): HTMLElement => make("div", {}, make("label", { for: input.id }, title), input);
      const row = make("div", {}, make("div", { class: "papers", role: "group", "aria-label": words.evidence }, column(number, words.number), column(date, words.date), column(link, words.link), remove), error);
      const entry = {
        row,
        read: () => {
          const said: Record<string, string> = {};
          if (number.value.trim() !== "") {
            said["number"] = number.value.trim();
          }
          const day = date.value.trim();
          const iso = day === "" ? undefined : readDate(day);
          const isBad = day !== "" && iso === undefined;
          date.setAttribute("aria-invalid", String(isBad));
          error.textContent = isBad ? words.badDate : "";
          if (isBad) {
            this.#badDates.add(date);
          } else {
            this.#badDates.delete(date);
          }
          if (iso !== undefined) {
            said["date"] = iso;
          }
          if (link.value.trim() !== "") {
            said["link"] = link.value.trim();
          }
          if (paper["note"] !== undefined && paper["note"] !== null) {
            said["note"] = paper["note"];
          }
          return said;
        },
      };
      rows.push(entry);
      remove.addEventListener("click", () => {
        rows.splice(rows.indexOf(entry), 1);
        row.remove();
        this.#badDates.delete(date);
        showRemove();
        send();
        list.querySelector("input")?.focus();
      });
      list.append(row);
      showRemove();
      return number;
    };
    const more = make("button", { type: "button", class: "plain", part: "button" }, words.add);
    more.addEventListener("click", () => add({}).focus());
    this.#papers.set(criterion.id, (evidence) => {
      rows.splice(0);
      list.replaceChildren();
      for (const paper of evidence.length === 0 ? [{}] : evidence) {
        add(paper as Record<string, string>);
      }
    });
    return make("div", { class: "evidence", role: "group", "aria-label": `${words.evidence} ${criterion.number}` }, make("b", {}, words.evidence), list, more);
  }

  #actions(words: Words): HTMLElement {
    const button = (title: string, act: (button: HTMLButtonElement) => void): HTMLButtonElement => {
      const made = make("button", { type: "button", part: "button" }, title);
      made.addEventListener("click", () => act(made));
      return made;
    };
    const file = make("input", { type: "file", accept: ".json,application/json", class: "hidden", tabindex: "-1", "aria-hidden": "true" });
    file.addEventListener("change", () => {
      const chosen = file.files?.[0];
      if (chosen !== undefined) {
        void chosen.text().then((text) => this.importSubmission(text)).finally(() => (file.value = ""));
      }
    });
    const submit = make("button", { type: "submit", class: "main", part: "button" }, words.submit);
    return make("div", { class: "actions" }, submit,
      button(words.exportFile, () => this.download()),
      button(words.importFile, () => file.click()),
      button(words.print, () => window.print()),
      button(words.clear, (made) => {
        if (made.textContent === words.sure) {
          made.textContent = words.clear;
          this.clear();
        } else {
          made.textContent = words.sure;
          setTimeout(() => (made.textContent = words.clear), 4000);
        }
      }),
      file, make("slot", { name: "actions" }));
  }

  #answer(id: string, change: (live: LiveScore) => SpokenChange): void {
    if (this.#live === undefined) {
      return;
    }
    const changed = change(this.#live);
    changed.lines.forEach((line) => this.#showLine(line));
    changed.groups.forEach((group) => this.#showGroup(group));
    this.#showTotal(changed.total);
    if (changed.findings !== null) {
      this.#showFindings(changed.findings);
    }
    this.#changed(id);
  }

  #changed(id: string | undefined): void {
    const live = this.#live;
    const total = this.#total;
    if (live === undefined || total === undefined) {
      return;
    }
    const detail: CqdtChangeDetail = {
      id,
      total,
      get submission() {
        return live.submission();
      },
    };
    this.dispatchEvent(new CustomEvent("cqdt-change", { bubbles: true, composed: true, detail }));
    if (this.#draftKey !== undefined) {
      clearTimeout(this.#saving);
      this.#saving = setTimeout(() => this.#save(), 250);
    }
  }

  #showLine(told: LineExplanation): void {
    const line = this.#lines.get(told.id);
    if (line === undefined) {
      return;
    }
    line.box.dataset["status"] = told.status;
    line.points.replaceChildren(make("b", {}, told.points), ` / ${told.max}`);
    line.status.textContent = told.status === "scored" ? "" : told.status_text;
    line.formula.textContent = told.status === "scored" || told.status === "not_applicable" ? told.formula : "";
  }

  #showGroup(told: GroupExplanation): void {
    const group = this.#subtotals.get(told.id);
    if (group !== undefined) {
      group.points.replaceChildren(make("b", {}, told.points), ` / ${told.max}`);
      group.note.textContent = told.note ?? "";
    }
  }

  #showTotal(total: TotalExplanation): void {
    this.#total = total;
    const words = this.#words;
    const items: Node[] = [make("span", {}, `${words.total}: `, make("b", {}, total.points), ` / ${total.max}`)];
    if (total.share !== null) {
      items.push(make("span", { class: "figure" }, total.share));
    }
    if (total.band !== null) {
      items.push(make("span", {}, `${words.band}: ${total.band}`));
    }
    items.push(make("span", {}, total.complete ? words.complete : (total.notes.at(-1) ?? words.incomplete)));
    this.#bar?.replaceChildren(...items);
  }

  #showFindings(findings: readonly Finding[]): void {
    const byFact = new Map<string, string>();
    const byCriterion = new Map<string, string[]>();
    const rest: string[] = [];
    for (const finding of findings) {
      if (finding.fact !== null && this.#fields.has(finding.fact)) {
        byFact.set(finding.fact, finding.message);
      } else if (finding.fact === null && finding.criteria.some((id) => this.#lines.has(id))) {
        for (const id of finding.criteria) {
          byCriterion.set(id, [...(byCriterion.get(id) ?? []), finding.message]);
        }
      } else {
        rest.push(finding.message);
      }
    }
    this.#fields.forEach((field, id) => field.fault(byFact.get(id) ?? ""));
    this.#lines.forEach((line, id) => {
      const text = (byCriterion.get(id) ?? []).join("; ");
      if (line.error.textContent !== text) {
        line.error.textContent = text;
      }
    });
    const list = rest.map((message) => make("li", {}, message));
    this.#problems?.replaceChildren(...(list.length === 0 ? [] : [make("b", {}, this.#words.problems), make("ul", {}, ...list)]));
  }

  #showAnswers(): void {
    const submission = this.#live?.submission();
    if (submission === undefined) {
      return;
    }
    const facts = (this.getAttribute("layer") === "verified" ? { ...submission.facts, ...submission.verified } : submission.facts) as Record<string, unknown>;
    this.#fields.forEach((field, id) => field.show(facts[id]));
    const evidence = submission.evidence ?? {};
    this.#papers.forEach((show, id) => show(evidence[id] ?? []));
    if (this.#unit !== undefined) {
      this.#unit.value = submission.unit ?? "";
    }
  }

  #say(message: string): void {
    if (this.#message !== undefined) {
      this.#message.textContent = message;
    }
  }

  #readDraft(): string | undefined {
    const key = this.#draftKey;
    try {
      return key === undefined ? undefined : (localStorage.getItem(key) ?? undefined);
    } catch {
      // A browser that keeps nothing has no draft.
      return undefined;
    }
  }

  #save(): void {
    clearTimeout(this.#saving);
    const key = this.#draftKey;
    if (key !== undefined && this.#live !== undefined) {
      try {
        localStorage.setItem(key, this.#live.submissionText());
      } catch {
        // Nothing can be kept: the form works all the same.
      }
    }
  }

  /** Hands the submission over: fires `cqdt-submit`, which the page takes from there. */
  submit(): void {
    const live = this.#live;
    if (live === undefined) {
      return;
    }
    const [bad] = this.#badDates;
    if (bad !== undefined) {
      bad.focus();
      return;
    }
    const text = live.submissionText();
    const detail: CqdtSubmitDetail = { text, submission: JSON.parse(text) as Submission, report: live.report() };
    this.dispatchEvent(new CustomEvent("cqdt-submit", { bubbles: true, composed: true, cancelable: true, detail }));
  }

  /** The file to hand in. */
  exportSubmission(): string {
    return this.#live?.submissionText() ?? "";
  }

  /** Saves the file to hand in. */
  download(): void {
    const url = URL.createObjectURL(new Blob([this.exportSubmission()], { type: "application/json" }));
    const unit = this.#live?.submission().unit ?? "bai-nop";
    make("a", { href: url, download: `${unit}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  /** Opens a submission's file; says so where it can't be used. Whether it could. */
  importSubmission(text: string): boolean {
    const words = this.#words;
    try {
      const other = (JSON.parse(text) as { set?: unknown } | null)?.set;
      if (typeof other === "string" && other !== this.#set?.id) {
        this.#say(words.otherSet + other);
        return false;
      }
      this.#open(text);
    } catch (error) {
      this.#say(`${words.badFile}: ${error instanceof CqdtError ? error.messages[this.#lang] : String(error)}`);
      return false;
    }
    this.#say(words.imported);
    this.#changed(undefined);
    return true;
  }

  /** Takes every answer away, and the draft. */
  clear(): void {
    const key = this.#draftKey;
    this.#open(JSON.stringify({ set: this.#set?.id, facts: {} }));
    try {
      if (key !== undefined) {
        localStorage.removeItem(key);
      }
    } catch {
      // Nothing was kept.
    }
    this.#say(this.#words.cleared);
    this.#changed(undefined);
  }
}
