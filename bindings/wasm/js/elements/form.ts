import {
  CriteriaSet, init,
  type Cohort, type Definition, type Finding, type GroupExplanation, type Lang, type LineExplanation, type LiveScore, type Report,
  type SpokenChange, type Submission, type TotalExplanation,
} from "../index.js";
import { Draft, type Contents, type Paper, type Papers } from "./draft.js";
import { drawEvidence } from "./evidence.js";
import { drawFact, type Fact, type Field } from "./fact.js";
import { SHEET } from "./style.js";
import { make, told, upgrade, wordsOf, type Words } from "./words.js";

type Group = Definition["groups"][number];
type Criterion = Group["criteria"][number];

/** What `cqdt-change` carries. */
export interface CqdtChangeDetail {
  /** The fact or criterion that changed; nothing where everything did. */
  readonly id: string | undefined;
  /** The total as the set's language writes it. */
  readonly total: TotalExplanation;
  /** The submission as it stands; where another was opened since, as it stood last. */
  readonly submission: Submission;
}

/** What `cqdt-submit` carries. */
export interface CqdtSubmitDetail {
  readonly submission: Submission;
  /** The submission as canonical JSON: the file to hand in. */
  readonly text: string;
  readonly report: Report;
}

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

/** What a text of JSON says; nothing where it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A submission's text without the unit: as it was typed, it need be no id. What is no submission is left for its reader to refuse. */
function withoutUnit(text: string): { text: string; unit: string | undefined } {
  const submission = parsed(text);
  if (typeof submission !== "object" || submission === null || !("unit" in submission) || typeof submission.unit !== "string") {
    return { text, unit: undefined };
  }
  const { unit, ...rest } = submission;
  return { text: JSON.stringify(rest), unit: String(unit) };
}

interface Line {
  readonly box: HTMLElement;
  readonly points: HTMLElement;
  readonly formula: HTMLElement;
  readonly status: HTMLElement;
  readonly error: HTMLElement;
}

/** What the form says in its message, in the language that it is shown in. */
type Saying = (words: Words, lang: Lang) => readonly (Node | string)[];

/** A live score. What names it can still be read when another has taken its place. */
class Held {
  readonly live: LiveScore;
  #last: string | undefined;

  constructor(live: LiveScore) {
    this.live = live;
  }

  submission(): Submission {
    return this.#last === undefined ? this.live.submission() : JSON.parse(this.#last) as Submission;
  }

  free(): void {
    this.#last = this.live.submissionText();
    this.live.free();
  }
}

/** What was given before the form stood. */
interface Waiting {
  readonly text: string;
  readonly isFile: boolean;
}

/** Whether two sets are one, read twice. */
function areSame(one: CriteriaSet | undefined, other: CriteriaSet | undefined): boolean {
  try {
    return one !== undefined && one.fingerprint === other?.fingerprint;
  } catch {
    // One of them is freed.
    return false;
  }
}

/** The text of a file, saved under a name. */
function save(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/**
 * `<cqdt-form set="viet-tri-2395-2018/phu-luc-2">`: the form of a criteria set, that scores itself at every key stroke.
 *
 * Attributes: `set` (id of a built-in set), `lang` (`vi`, `en`), `unit` (unit id; a field asks for it where absent), `draft`
 * (keep a draft on this computer, one for each set and `unit`; its value, if any, is a name of its own), `layer` (`self`, `verified`).
 * Properties: `criteriaSet` (instead of `set`), `cohort`, `submission`, `report`, `ready`.
 * Events: `cqdt-ready`, `cqdt-change`, `cqdt-submit`, `cqdt-error`. Slots: `before`, `after`, `actions`.
 * Parts: `form`, `title`, `notice`, `group`, `criterion`, `points`, `total`, `field`, `button`, `error`.
 */
export class CqdtForm extends HTMLElement {
  static readonly observedAttributes = ["set", "lang", "unit", "layer", "draft"];

  readonly #root: ShadowRoot;
  /** The set that the page gave, in place of the attribute. */
  #given: CriteriaSet | undefined;
  #set: CriteriaSet | undefined;
  #cohort: Cohort | undefined;
  #held: Held | undefined;
  #waiting: Waiting | undefined;
  #draft: Draft | undefined;
  /** Whether nothing stands in the form but its draft. */
  #isFresh = true;
  /** Documents as they were typed, by criterion, where some day is none. */
  #typed: Papers = {};
  #fields = new Map<string, Field>();
  #lines = new Map<string, Line>();
  #subtotals = new Map<string, { points: HTMLElement; note: HTMLElement }>();
  #papers = new Map<string, (papers: readonly Paper[]) => void>();
  /** Fields whose text can't stand in a file, and what is to be said of it. */
  #bad = new Map<HTMLElement, "badDate" | "badUnit">();
  #saying: Saying | undefined;
  /** What offers the draft, until an answer takes its place. */
  #offer: Saying | undefined;
  #bar: HTMLElement | undefined;
  #message: HTMLElement | undefined;
  #problems: HTMLElement | undefined;
  #unit: HTMLInputElement | undefined;
  #total: TotalExplanation | undefined;
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
    return this.#set ?? this.#given;
  }

  set criteriaSet(set: CriteriaSet | undefined) {
    this.#given = set;
    if (areSame(set, this.#set)) {
      this.#set = set;
    } else {
      this.#drop();
    }
    void this.#start();
  }

  /** Statistics that rules of the set need, from {@link CriteriaSet.cohort} of the same set. */
  get cohort(): Cohort | undefined {
    return this.#cohort;
  }

  set cohort(cohort: Cohort | undefined) {
    const before = this.#cohort;
    this.#cohort = cohort;
    try {
      this.#reopen();
    } catch (error) {
      this.#cohort = before;
      throw error;
    }
  }

  /**
   * The submission as it stands. One that is given goes before a draft, which is offered; the attribute `unit` names its unit.
   * @throws CqdtError where it can't be read; before the form stands, it is told of there, with `cqdt-error`.
   */
  get submission(): Submission | undefined {
    return this.#held?.submission();
  }

  set submission(submission: Submission | string | undefined) {
    const text = typeof submission === "string" ? submission : JSON.stringify(submission ?? { facts: {} });
    if (this.#held === undefined) {
      this.#waiting = { text, isFile: false };
    } else {
      this.#open({ submission: text, papers: {} });
      this.#isFresh = false;
      this.#offerDraft();
      this.#changed(undefined);
    }
  }

  /** The report of the submission. */
  get report(): Report | undefined {
    return this.#held?.live.report();
  }

  connectedCallback(): void {
    upgrade(this, ["criteriaSet", "cohort", "submission"]);
    void this.#start();
  }

  disconnectedCallback(): void {
    this.#draft?.flush();
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after) {
      return;
    }
    // What was typed is kept where it was typed, before its place has another name.
    this.#draft?.flush();
    if (name === "set") {
      if (this.#given === undefined) {
        this.#drop();
      }
    } else if (name === "lang") {
      this.#draw();
      return;
    } else if (name !== "layer" && this.hasAttribute("draft")) {
      // Each unit has its draft. Answers that were given before the unit was named are that unit's.
      const isOther = name === "unit" && before !== null && after !== null;
      if (isOther || this.#isFresh) {
        this.#drop();
      }
    }
    void this.#start();
  }

  get #lang(): Lang {
    return this.lang === "en" ? "en" : "vi";
  }

  get #words(): Words {
    return wordsOf(this.#lang);
  }

  /** The unit whose form the page says that this is. */
  get #named(): string | null {
    return this.getAttribute("unit");
  }

  get #isVerified(): boolean {
    return this.getAttribute("layer") === "verified";
  }

  /** Forgets the set and its answers: another takes its place. */
  #drop(): void {
    this.#draft?.flush();
    this.#draft = undefined;
    this.#held?.free();
    this.#held = undefined;
    this.#set = undefined;
    this.#typed = {};
    this.#saying = undefined;
    this.#total = undefined;
    this.#isFresh = true;
  }

  /** Loads what is needed, and begins or goes on. */
  async #start(): Promise<void> {
    const mine = ++this.#starting;
    if (!this.isConnected) {
      return;
    }
    if (this.#given === undefined && !this.hasAttribute("set")) {
      this.#blank();
      return;
    }
    if (this.#held === undefined) {
      this.#blank(make("p", { role: "status" }, this.#words.loading));
      this.#say(this.#saying);
      try {
        await init();
      } catch (error) {
        // Another start waits for the same module, and says so.
        if (mine === this.#starting) {
          this.#fail(error);
        }
        return;
      }
      if (mine !== this.#starting || !this.isConnected) {
        return;
      }
    }
    const isAnew = this.#held === undefined;
    try {
      this.#begin();
    } catch (error) {
      this.#fail(error);
      return;
    }
    // A page may well answer this with a submission: not where the form goes on with the one that it has.
    if (isAnew) {
      this.#isReady(this);
      this.dispatchEvent(new CustomEvent("cqdt-ready", { bubbles: true, composed: true }));
    }
  }

  /** Shows no form, but what is said in its place. */
  #blank(...said: Node[]): void {
    this.#message = undefined;
    this.#bar = undefined;
    this.#problems = undefined;
    this.#unit = undefined;
    for (const map of [this.#fields, this.#lines, this.#subtotals, this.#papers, this.#bad]) {
      map.clear();
    }
    this.#root.replaceChildren(...said);
  }

  #fail(error: unknown): void {
    this.#drop();
    this.#blank(make("p", { class: "notice", role: "alert", part: "error" }, `${this.#words.failed}: ${told(error, this.#lang)}`));
    this.#tell(error);
  }

  #tell(error: unknown): void {
    this.dispatchEvent(new CustomEvent("cqdt-error", { bubbles: true, composed: true, detail: error }));
  }

  #begin(): void {
    this.#set ??= this.#given ?? CriteriaSet.builtin(this.getAttribute("set") ?? "");
    const key = this.#draftKey(this.#set);
    if (key !== this.#draft?.key) {
      this.#draft = key === undefined ? undefined : new Draft(key, () => this.#contents());
    }
    if (this.#held === undefined) {
      this.#beginAnew();
    } else {
      this.#reopen();
    }
  }

  #draftKey(set: CriteriaSet): string | undefined {
    const name = this.getAttribute("draft");
    return name === null ? undefined : `cqdt-draft:${name}:${set.id}@${set.version}:${this.#named ?? ""}`;
  }

  /** Opens what was given before the form stood, or else the draft, or else an empty form. */
  #beginAnew(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined || waiting.isFile) {
      this.#openDraft();
      if (waiting !== undefined) {
        this.importSubmission(waiting.text);
      }
      return;
    }
    try {
      this.#open({ submission: waiting.text, papers: {} });
    } catch (error) {
      this.#openDraft();
      const drafted = this.#saying;
      this.#say((words, lang) => [`${words.badGiven}: ${told(error, lang)}. `, ...(drafted?.(words, lang) ?? [])]);
      this.#tell(error);
      return;
    }
    this.#isFresh = false;
    this.#offerDraft();
  }

  /** Says that there is a draft beside what the page gave, and opens it if somebody wants it. */
  #offerDraft(): void {
    this.#offer = this.#draft?.text === undefined ? undefined : (words) => [`${words.draftLeft} `, this.#button(words.openDraft, () => {
      this.#openDraft();
      this.#changed(undefined);
    })];
    this.#say(this.#offer);
  }

  /** Opens the draft; an empty form where there is none, or none that can be read. */
  #openDraft(): void {
    const draft = this.#draft;
    const contents = draft?.read();
    try {
      this.#open(contents ?? this.#empty(), true);
      this.#say(contents === undefined ? undefined : (words) => [words.draft]);
    } catch (error) {
      this.#open(this.#empty());
      const text = draft?.text ?? "";
      draft?.setAside(text);
      this.#say((words, lang) => [`${words.badDraft}: ${told(error, lang)}. `, this.#button(words.saveDraft, () => save(text, "ban-nhap.txt"))]);
    }
    this.#isFresh = true;
  }

  #empty(): Contents {
    return { submission: JSON.stringify({ set: this.#set?.id, facts: {} }), papers: {} };
  }

  #contents(): Contents | undefined {
    return this.#held === undefined ? undefined : { submission: this.#held.live.submissionText(), papers: this.#typed };
  }

  /** Opens anew what the form holds, for another layer, cohort or unit. */
  #reopen(): void {
    const contents = this.#contents();
    if (contents !== undefined) {
      this.#open(contents, true);
    }
  }

  /** Takes a submission for the form's contents. One of the form's own may have a unit that is no id yet. */
  #open({ submission, papers }: Contents, isOwn = false): void {
    const set = this.#set;
    if (set === undefined) {
      return;
    }
    const { text, unit } = isOwn ? withoutUnit(submission) : { text: submission, unit: undefined };
    const live = set.live(text, { layer: this.#isVerified ? "verified" : "self", ...(this.#cohort === undefined ? {} : { cohort: this.#cohort }) });
    const named = this.#named ?? unit;
    if (named !== undefined) {
      live.setUnit(named);
    }
    this.#draft?.flush();
    this.#held?.free();
    this.#held = new Held(live);
    this.#typed = papers;
    this.#draw();
  }

  #draw(): void {
    const [set, live] = [this.#set, this.#held?.live];
    if (set === undefined || live === undefined) {
      return;
    }
    const lang = this.#lang;
    const words = this.#words;
    const { definition } = set;
    this.#blank();
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
    this.#say(this.#saying);
    if (this.#named === null) {
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
    const [id, errorId] = [this.#id(), this.#id()];
    const input = make("input", { id, type: "text", class: "wide", part: "field", autocomplete: "off", spellcheck: "false", "aria-describedby": errorId });
    const error = make("p", { class: "error", part: "error", id: errorId });
    input.addEventListener("input", () => {
      const unit = input.value.trim();
      this.#held?.live.setUnit(unit === "" ? undefined : unit);
      this.#checkUnit();
      this.#changed("unit");
      this.#touch();
    });
    this.#unit = input;
    return make("div", { class: "fact" }, make("label", { for: id }, words.unit), make("div", { class: "entry" }, input), error);
  }

  /** Whether the unit is an id; a file with another can't be read. */
  #checkUnit(): void {
    const input = this.#unit;
    if (input !== undefined) {
      const isBad = !/^([a-z0-9][-_.a-z0-9]{0,63})?$/.test(input.value.trim());
      this.#mark(input, "badUnit", isBad);
      input.setAttribute("aria-invalid", String(isBad));
      const error = input.closest(".fact")?.querySelector(".error");
      if (error) {
        error.textContent = isBad ? this.#words.badUnit : "";
      }
    }
  }

  #mark(field: HTMLElement, fault: "badDate" | "badUnit", isBad: boolean): void {
    if (isBad) {
      this.#bad.set(field, fault);
    } else {
      this.#bad.delete(field);
    }
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
    const field = drawFact(fact, {
      lang,
      words: this.#words,
      id: () => this.#id(),
      put: (answer) => {
        this.#answer(fact.id, (live) => live.change(fact.id, answer, lang));
        if (answer === null) {
          this.#showAnswer(fact.id);
        }
      },
      type: (text) => this.#answer(fact.id, (live) => live.changeText(fact.id, text, lang)),
      settle: () => this.#showAnswer(fact.id),
    });
    this.#fields.set(fact.id, field);
    return field.node;
  }

  #evidence(criterion: Criterion): HTMLElement {
    const lang = this.#lang;
    const { id } = criterion;
    const { node, show } = drawEvidence(criterion, {
      lang,
      words: this.#words,
      id: () => this.#id(),
      send: (papers, typed) => {
        const { [id]: _, ...others } = this.#typed;
        this.#typed = typed === undefined ? others : { ...others, [id]: typed };
        this.#answer(id, (live) => live.changeEvidence(id, papers, lang));
      },
      mark: (field, isBad) => this.#mark(field, "badDate", isBad),
    });
    this.#papers.set(id, show);
    return node;
  }

  #button(title: string, act: (button: HTMLButtonElement) => void): HTMLButtonElement {
    const made = make("button", { type: "button", part: "button" }, title);
    made.addEventListener("click", () => act(made));
    return made;
  }

  #actions(words: Words): HTMLElement {
    const file = make("input", { type: "file", accept: ".json,application/json", class: "hidden", tabindex: "-1", "aria-hidden": "true" });
    file.addEventListener("change", () => {
      const chosen = file.files?.[0];
      if (chosen !== undefined) {
        void chosen.text().then((text) => this.importSubmission(text)).finally(() => (file.value = ""));
      }
    });
    const submit = make("button", { type: "submit", class: "main", part: "button" }, words.submit);
    return make("div", { class: "actions" }, submit,
      this.#button(words.exportFile, () => this.download()),
      this.#button(words.importFile, () => file.click()),
      this.#button(words.print, () => window.print()),
      this.#button(words.clear, (made) => {
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
    if (this.#held === undefined) {
      return;
    }
    const changed = change(this.#held.live);
    changed.lines.forEach((line) => this.#showLine(line));
    changed.groups.forEach((group) => this.#showGroup(group));
    this.#showTotal(changed.total);
    if (changed.findings !== null) {
      this.#showFindings(changed.findings);
    }
    this.#changed(id);
    this.#touch();
  }

  /** Somebody answered: the draft follows. */
  #touch(): void {
    this.#isFresh = false;
    this.#draft?.touch();
    if (this.#offer !== undefined && this.#offer === this.#saying) {
      this.#say(undefined);
    }
  }

  #changed(id: string | undefined): void {
    const held = this.#held;
    const total = this.#total;
    if (held === undefined || total === undefined) {
      return;
    }
    const detail: CqdtChangeDetail = {
      id,
      total,
      get submission() {
        return held.submission();
      },
    };
    this.dispatchEvent(new CustomEvent("cqdt-change", { bubbles: true, composed: true, detail }));
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
    const submission = this.#held?.submission();
    if (submission === undefined) {
      return;
    }
    this.#fields.forEach((field, id) => this.#showIn(field, id, submission));
    const evidence = (submission.evidence ?? {}) as Papers;
    this.#papers.forEach((show, id) => show(this.#typed[id] ?? evidence[id] ?? []));
    if (this.#unit !== undefined) {
      this.#unit.value = submission.unit ?? "";
      this.#checkUnit();
    }
  }

  /** Shows what a fact's answer is now: a verifier who takes an answer back is left with the unit's. */
  #showAnswer(id: string): void {
    const field = this.#fields.get(id);
    const submission = this.#isVerified ? this.#held?.submission() : undefined;
    if (field !== undefined && submission !== undefined) {
      this.#showIn(field, id, submission);
    }
  }

  #showIn(field: Field, id: string, { facts, verified = {} }: Submission): void {
    if (this.#isVerified) {
      field.show(verified[id], facts[id]);
    } else {
      field.show(facts[id]);
    }
  }

  /** Says something in the form's message, in every language that the form is shown in, until something else is said. */
  #say(saying: Saying | undefined): void {
    this.#saying = saying;
    const said = saying?.(this.#words, this.#lang) ?? [];
    if (this.#message === undefined && said.length > 0) {
      this.#message = make("p", { class: "message", role: "status" });
      this.#root.append(this.#message);
    }
    this.#message?.replaceChildren(...said);
  }

  /** Whether something is typed that no file can hold: says so, and goes there. */
  #refuses(): boolean {
    const [first] = this.#bad;
    if (first === undefined) {
      return false;
    }
    const [field, fault] = first;
    this.#say((words) => [`${words.mend}: ${words[fault]}`]);
    field.focus();
    return true;
  }

  /** Hands the submission over: fires `cqdt-submit`, which the page takes from there. */
  submit(): void {
    const live = this.#held?.live;
    if (live === undefined || this.#refuses()) {
      return;
    }
    const text = live.submissionText();
    const detail: CqdtSubmitDetail = { text, submission: JSON.parse(text) as Submission, report: live.report() };
    this.dispatchEvent(new CustomEvent("cqdt-submit", { bubbles: true, composed: true, cancelable: true, detail }));
  }

  /** The file to hand in; a day that is none is not in it. */
  exportSubmission(): string {
    return this.#held?.live.submissionText() ?? "";
  }

  /** Saves the file to hand in. */
  download(): void {
    if (this.#held !== undefined && !this.#refuses()) {
      save(this.exportSubmission(), `${this.#held.submission().unit ?? "bai-nop"}.json`);
    }
  }

  /**
   * Opens a submission's file; says so where it can't be used, and keeps the answers. Whether it could: before the form stands, whether it is a
   * file of JSON, which is opened then.
   */
  importSubmission(text: string): boolean {
    const file = parsed(text) as { set?: unknown; unit?: unknown } | null | undefined;
    if (this.#held === undefined) {
      if (file === undefined) {
        this.#say((words) => [words.badFile]);
        return false;
      }
      this.#waiting = { text, isFile: true };
      return true;
    }
    const [set, unit, named] = [file?.set, file?.unit, this.#named];
    try {
      if (typeof set === "string" && set !== this.#set?.id) {
        this.#say((words) => [words.otherSet + set]);
        return false;
      }
      if (typeof unit === "string" && named !== null && unit !== named) {
        this.#say((words) => [`${words.fileOf} ${unit}, ${words.formOf} ${named}. ${words.unchanged}`]);
        return false;
      }
      this.#open({ submission: text, papers: {} });
    } catch (error) {
      this.#say((words, lang) => [`${words.badFile}: ${told(error, lang)}`]);
      return false;
    }
    this.#say((words) => [words.imported]);
    this.#changed(undefined);
    this.#touch();
    return true;
  }

  /** Takes every answer away, and the draft; in the verifier's layer, the verifier's answers. */
  clear(): void {
    const draft = this.#draft;
    if (this.#held === undefined) {
      return;
    }
    const { verified: _, reasons: __, ...own } = this.#held.submission();
    const isKept = this.#isVerified && draft?.text !== undefined;
    draft?.remove();
    this.#open(this.#isVerified ? { submission: JSON.stringify(own), papers: this.#typed } : this.#empty(), true);
    this.#isFresh = true;
    this.#say((words) => [words.cleared]);
    this.#changed(undefined);
    // A draft is of the unit's answers too.
    if (isKept && Object.keys(own.facts).length > 0) {
      this.#touch();
    }
  }
}
