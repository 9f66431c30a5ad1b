/** The form on the page: what stands where, and what is shown there. Nothing in it decides or keeps anything. */
import type {
  Answer, Definition, Explanation, Finding, GroupExplanation, Lang, LineExplanation, SpokenChange, Submission, TotalExplanation,
} from "../index.js";
import type { Paper, Papers } from "./draft.js";
import { drawEvidence, type EvidenceList } from "./evidence.js";
import { drawFact, type Fact, type Field } from "./fact.js";
import { button, make, wordsOf, type Words } from "./words.js";

type Group = Definition["groups"][number];
type Criterion = Group["criteria"][number];

/** Why a field's text can't stand in a file. */
export type Misfit = "badDate" | "badUnit";

/** Whether a text can be a unit's id in a file, or is none. */
export function isUnit(text: string): boolean {
  return /^([a-z0-9][-_.a-z0-9]{0,63})?$/.test(text);
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

interface Line {
  readonly box: HTMLElement;
  readonly points: HTMLElement;
  readonly formula: HTMLElement;
  readonly status: HTMLElement;
  readonly error: HTMLElement;
}

/** What a view is drawn of. */
export interface Drawing {
  readonly lang: Lang;
  readonly definition: Definition;
  readonly explanation: Explanation;
  readonly findings: readonly Finding[];
  readonly submission: Submission;
  /** Documents as they were typed, by criterion, where some day is none. */
  readonly typed: Papers;
  /** Whether the verifier's answers stand over the unit's. */
  readonly isVerified: boolean;
  /** Whether the form asks for the unit. */
  readonly asksUnit: boolean;
}

/** What the fields and buttons of a view do. */
export interface Deeds {
  /** Answers a fact; `null` takes the answer away. */
  put(fact: string, answer: Answer): void;
  /** Answers a fact with what is being typed. */
  type(fact: string, text: string): void;
  /** Shows a fact's answer as it stands now. */
  settle(fact: string): void;
  /** Names the documents of a criterion; `typed` has them as they are on the page where some day is none. */
  prove(criterion: string, papers: EvidenceList, typed: readonly Paper[] | undefined): void;
  name(unit: string): void;
  submit(): void;
  download(): void;
  open(text: string): void;
  clear(): void;
}

/** The form, drawn once for a language and a submission. */
export class View {
  readonly node: HTMLFormElement;
  readonly #drawing: Drawing;
  readonly #deeds: Deeds;
  readonly #words: Words;
  readonly #fields = new Map<string, Field>();
  readonly #lines = new Map<string, Line>();
  readonly #subtotals = new Map<string, { points: HTMLElement; note: HTMLElement }>();
  readonly #misfits = new Map<HTMLElement, Misfit>();
  readonly #title: HTMLElement;
  readonly #problems = make("div", { class: "problems", part: "error" });
  readonly #bar = make("div", { class: "bar", part: "total", role: "status", "aria-live": "polite", "aria-atomic": "true" });
  #ids = 0;

  constructor(drawing: Drawing, deeds: Deeds) {
    this.#drawing = drawing;
    this.#deeds = deeds;
    this.#words = wordsOf(drawing.lang);
    const { definition, explanation, lang } = drawing;
    this.node = make("form", { part: "form", novalidate: true, lang, "aria-labelledby": "title" });
    this.node.addEventListener("submit", (event) => {
      event.preventDefault();
      deeds.submit();
    });
    this.#title = make("h2", { id: "title", part: "title" }, definition.title[lang]);
    this.node.append(make("slot", { name: "before" }), this.#title, make("p", { class: "document" }, explanation.document));
    if (explanation.notice !== null) {
      this.node.append(make("p", { class: "notice", part: "notice", role: "note" }, explanation.notice));
    }
    this.node.append(...drawing.asksUnit ? [this.#unit(drawing.submission.unit ?? "")] : [], ...this.#groups(),
      this.#problems, this.#actions(), make("slot", { name: "after" }), this.#bar);
    this.#fields.forEach((_, id) => this.showAnswer(id, drawing.submission));
    this.showTotal(explanation.total);
    this.showFindings(drawing.findings);
  }

  /** A field whose text can't stand in a file, and why. */
  get misfit(): readonly [HTMLElement, Misfit] | undefined {
    const [first] = this.#misfits;
    return first;
  }

  /** Goes to the title; only for now, or it would be the first place that a focus on the form goes to. */
  focus(): void {
    this.#title.tabIndex = -1;
    this.#title.focus();
    this.#title.addEventListener("blur", () => this.#title.removeAttribute("tabindex"), { once: true });
  }

  /** Shows what an answer changed. */
  showChange(changed: SpokenChange): void {
    changed.lines.forEach((line) => this.#showLine(line));
    changed.groups.forEach((group) => this.#showGroup(group));
    this.showTotal(changed.total);
    if (changed.findings !== null) {
      this.showFindings(changed.findings);
    }
  }

  /** Shows what a fact's answer is now: a verifier who takes an answer back is left with the unit's. */
  showAnswer(id: string, { facts, verified = {} }: Submission): void {
    if (this.#drawing.isVerified) {
      this.#fields.get(id)?.show(verified[id], facts[id]);
    } else {
      this.#fields.get(id)?.show(facts[id]);
    }
  }

  #id(): string {
    return `f${String(++this.#ids)}`;
  }

  #mark(field: HTMLElement, misfit: Misfit, isBad: boolean): void {
    if (isBad) {
      this.#misfits.set(field, misfit);
    } else {
      this.#misfits.delete(field);
    }
  }

  #unit(unit: string): HTMLElement {
    const words = this.#words;
    const [id, errorId] = [this.#id(), this.#id()];
    const input = make("input", { id, type: "text", class: "wide", part: "field", autocomplete: "off", spellcheck: "false", "aria-describedby": errorId });
    const error = make("p", { class: "error", part: "error", id: errorId });
    // A file whose unit is no id can't be read.
    const check = (): void => {
      const isBad = !isUnit(input.value.trim());
      this.#mark(input, "badUnit", isBad);
      input.setAttribute("aria-invalid", String(isBad));
      error.textContent = isBad ? words.badUnit : "";
    };
    input.addEventListener("input", () => {
      check();
      this.#deeds.name(input.value.trim());
    });
    input.value = unit;
    check();
    return make("div", { class: "fact" }, make("label", { for: id }, words.unit), make("div", { class: "entry" }, input), error);
  }

  #groups(): HTMLElement[] {
    const { definition, explanation, lang } = this.#drawing;
    const drawn = new Map<string, string>();
    let part: string | undefined;
    return definition.groups.flatMap((group, at) => {
      const told = explanation.groups[at];
      const heads: HTMLElement[] = [];
      if (group.part !== undefined && group.part !== null && group.part[lang] !== part) {
        part = group.part[lang];
        heads.push(make("h3", {}, part));
      }
      return told === undefined ? heads : [...heads, this.#group(group, told, drawn)];
    });
  }

  #group(group: Group, told: GroupExplanation, drawn: Map<string, string>): HTMLElement {
    const points = make("span", { class: "figure", part: "points" });
    const note = make("p", { class: "help note" });
    this.#subtotals.set(group.id, { points, note });
    const headId = this.#id();
    const section = make("section", { class: "group", part: "group", "aria-labelledby": headId },
      make("div", { class: "head" }, make("h4", { id: headId }, `${group.number}. ${group.title[this.#drawing.lang]}`), points), note);
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
    const { definition, lang } = this.#drawing;
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
      const fact = definition.facts.find((candidate) => candidate.id === id);
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
    const { id } = fact;
    const deeds = this.#deeds;
    const field = drawFact(fact, {
      lang: this.#drawing.lang,
      words: this.#words,
      id: () => this.#id(),
      put: (answer) => deeds.put(id, answer),
      type: (text) => deeds.type(id, text),
      settle: () => deeds.settle(id),
    });
    this.#fields.set(id, field);
    return field.node;
  }

  #evidence(criterion: Criterion): HTMLElement {
    const { id } = criterion;
    const { lang, submission, typed } = this.#drawing;
    const evidence = (submission.evidence ?? {}) as Papers;
    return drawEvidence(criterion, typed[id] ?? evidence[id] ?? [], {
      lang,
      words: this.#words,
      id: () => this.#id(),
      send: (papers, asTyped) => this.#deeds.prove(id, papers, asTyped),
      mark: (field, isBad) => this.#mark(field, "badDate", isBad),
    });
  }

  #actions(): HTMLElement {
    const words = this.#words;
    const deeds = this.#deeds;
    const file = make("input", { type: "file", accept: ".json,application/json", class: "hidden", tabindex: "-1", "aria-hidden": "true" });
    file.addEventListener("change", () => {
      const chosen = file.files?.[0];
      if (chosen !== undefined) {
        void chosen.text().then((text) => deeds.open(text)).finally(() => (file.value = ""));
      }
    });
    const submit = make("button", { type: "submit", class: "main", part: "button" }, words.submit);
    return make("div", { class: "actions" }, submit,
      button(words.exportFile, () => deeds.download()),
      button(words.importFile, () => file.click()),
      button(words.print, () => window.print()),
      button(words.clear, (made) => {
        if (made.textContent === words.sure) {
          made.textContent = words.clear;
          deeds.clear();
        } else {
          made.textContent = words.sure;
          setTimeout(() => (made.textContent = words.clear), 4000);
        }
      }),
      file, make("slot", { name: "actions" }));
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

  /** Shows the total in the bar. */
  showTotal(total: TotalExplanation): void {
    const words = this.#words;
    const items: Node[] = [make("span", {}, `${words.total}: `, make("b", {}, total.points), ` / ${total.max}`)];
    if (total.share !== null) {
      items.push(make("span", { class: "figure" }, total.share));
    }
    if (total.band !== null) {
      items.push(make("span", {}, `${words.band}: ${total.band}`));
    }
    items.push(make("span", {}, total.complete ? words.complete : (total.notes.at(-1) ?? words.incomplete)));
    this.#bar.replaceChildren(...items);
  }

  /** Shows what is wrong, each beside its field or criterion; the rest below them. */
  showFindings(findings: readonly Finding[]): void {
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
    this.#problems.replaceChildren(...(list.length === 0 ? [] : [make("b", {}, this.#words.problems), make("ul", {}, ...list)]));
  }
}
