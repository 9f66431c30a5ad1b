import {
  CriteriaSet, init,
  type Cohort, type Lang, type LiveScore, type Report, type SpokenChange, type Submission, type TotalExplanation,
} from "../index.js";
import { Draft, type Contents, type Papers } from "./draft.js";
import { SHEET } from "./style.js";
import { View, isUnit, type Deeds } from "./view.js";
import { button, make, told, upgrade, wordsOf, type Words } from "./words.js";

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
  #view: View | undefined;
  /** One node for every view: what is said in a new one goes unheard. */
  readonly #message = make("p", { class: "message", role: "status" });
  #saying: Saying | undefined;
  /** What offers the draft, beside what else is said, until it is opened or an answer takes its place. */
  #offer: Saying | undefined;
  #total: TotalExplanation | undefined;
  #starting = 0;

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
      this.#waiting = submission === undefined ? undefined : { text, isFile: false };
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
      // Each unit has its draft. Answers that were given before any unit was named are that unit's.
      const isOther = name === "unit" && after !== null && (before ?? this.#held?.submission().unit ?? after) !== after;
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
    this.#offer = undefined;
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
    this.#view = undefined;
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
    const isOther = key !== this.#draft?.key;
    if (isOther) {
      this.#draft = key === undefined ? undefined : new Draft(key, () => this.#contents());
    }
    if (this.#held === undefined) {
      this.#beginAnew();
      return;
    }
    this.#reopen();
    if (isOther) {
      this.#offerDraft();
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

  /** Says that there is a draft beside what stands in the form, and opens it if somebody wants it. */
  #offerDraft(): void {
    this.#offer = this.#draft?.isOther !== true ? undefined : (words) => [`${words.draftLeft} `, button(words.openDraft, () => {
      this.#openDraft();
      this.#changed(undefined);
      this.#view?.focus();
    })];
    this.#say(undefined);
  }

  /** Opens the draft; an empty form where there is none, or none that can be read. */
  #openDraft(): void {
    const draft = this.#draft;
    this.#offer = undefined;
    const contents = draft?.read();
    try {
      this.#open(contents ?? this.#empty(), true);
      this.#say(contents === undefined ? undefined : (words) => [words.draft]);
    } catch (error) {
      this.#open(this.#empty());
      const text = draft?.text ?? "";
      draft?.setAside(text);
      this.#say((words, lang) => [`${words.badDraft}: ${told(error, lang)}. `, button(words.saveDraft, () => save(text, "ban-nhap.txt"))]);
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
      live.setUnit(named === "" ? undefined : named);
    }
    this.#draft?.flush();
    this.#held?.free();
    this.#held = new Held(live);
    this.#typed = papers;
    this.#draw();
  }

  #draw(): void {
    const [set, held] = [this.#set, this.#held];
    if (set === undefined || held === undefined) {
      return;
    }
    const lang = this.#lang;
    const explanation = held.live.explain(lang);
    const view = new View({
      lang,
      definition: set.definition,
      explanation,
      findings: held.live.findings(lang),
      submission: held.submission(),
      typed: this.#typed,
      isVerified: this.#isVerified,
      asksUnit: this.#named === null,
    }, this.#deeds);
    this.#total = explanation.total;
    if (this.#view === undefined) {
      this.#root.replaceChildren(this.#message, view.node);
    } else {
      this.#view.node.replaceWith(view.node);
    }
    this.#view = view;
    this.#say(this.#saying);
  }

  /** What the fields and buttons do. */
  readonly #deeds: Deeds = {
    put: (fact, answer) => {
      this.#answer(fact, (live) => live.change(fact, answer, this.#lang));
      if (answer === null) {
        this.#settle(fact);
      }
    },
    type: (fact, text) => this.#answer(fact, (live) => live.changeText(fact, text, this.#lang)),
    settle: (fact) => this.#settle(fact),
    prove: (criterion, papers, typed) => {
      const { [criterion]: _, ...others } = this.#typed;
      this.#typed = typed === undefined ? others : { ...others, [criterion]: typed };
      this.#answer(criterion, (live) => live.changeEvidence(criterion, papers, this.#lang));
    },
    name: (unit) => {
      this.#held?.live.setUnit(unit === "" ? undefined : unit);
      this.#changed("unit");
      this.#touch();
    },
    submit: () => this.submit(),
    download: () => this.download(),
    open: (text) => {
      if (this.importSubmission(text)) {
        this.#view?.focus();
      }
    },
    clear: () => {
      this.clear();
      this.#view?.focus();
    },
  };

  /** Shows a fact's answer as it stands: in the verifier's layer, one that is taken back leaves the unit's. */
  #settle(fact: string): void {
    if (this.#isVerified && this.#held !== undefined) {
      this.#view?.showAnswer(fact, this.#held.submission());
    }
  }

  #answer(id: string, change: (live: LiveScore) => SpokenChange): void {
    if (this.#held === undefined) {
      return;
    }
    const changed = change(this.#held.live);
    this.#total = changed.total;
    this.#view?.showChange(changed);
    this.#changed(id);
    this.#touch();
  }

  /** Somebody answered: the draft follows. */
  #touch(): void {
    this.#isFresh = false;
    this.#draft?.touch();
    if (this.#offer !== undefined) {
      this.#offer = undefined;
      this.#say(this.#saying);
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

  /** Says something in the form's message, in every language that the form is shown in, until something else is said; the draft's offer stays beside it. */
  #say(saying: Saying | undefined): void {
    this.#saying = saying;
    const [said = [], offered = []] = [saying, this.#offer].map((saying) => saying?.(this.#words, this.#lang));
    if (this.#view === undefined) {
      this.#root.append(this.#message);
    }
    this.#message.lang = this.#lang;
    this.#message.replaceChildren(...said, ...(said.length > 0 && offered.length > 0 ? [make("br")] : []), ...offered);
  }

  /** Says why a file isn't opened where it is seen: whoever asked for it stands at the end of the form. */
  #declines(why: Saying): false {
    this.#say(why);
    this.#message.scrollIntoView({ block: "nearest" });
    return false;
  }

  /** Whether something is typed that no file can hold, or the attribute `unit` is no id: says so, and goes there. */
  #refuses(): boolean {
    const [field, why] = this.#view?.misfit ?? [undefined, isUnit(this.#named ?? "") ? undefined : "badUnit" as const];
    if (why === undefined) {
      return false;
    }
    this.#say((words) => [`${words.mend}: ${words[why]}`]);
    field?.focus();
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

  /** The file to hand in; a day that is none is not in it, nor a unit that is no id. */
  exportSubmission(): string {
    const live = this.#held?.live;
    const unit = live?.submission().unit ?? "";
    if (live === undefined || isUnit(unit)) {
      return live?.submissionText() ?? "";
    }
    live.setUnit(undefined);
    const text = live.submissionText();
    live.setUnit(unit);
    return text;
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
        return this.#declines((words) => [words.badFile]);
      }
      this.#waiting = { text, isFile: true };
      return true;
    }
    const [set, unit, named] = [file?.set, file?.unit, this.#named];
    try {
      if (typeof set === "string" && set !== this.#set?.id) {
        return this.#declines((words) => [words.otherSet + set]);
      }
      if (typeof unit === "string" && named !== null && unit !== named) {
        return this.#declines((words) => [`${words.fileOf} ${unit}, ${words.formOf} ${named}. ${words.unchanged}`]);
      }
      this.#open({ submission: text, papers: {} });
    } catch (error) {
      return this.#declines((words, lang) => [`${words.badFile}: ${told(error, lang)}`]);
    }
    this.#say((words) => [words.imported]);
    this.#changed(undefined);
    this.#touch();
    return true;
  }

  /** Takes every answer away, and the draft; in the verifier's layer, the verifier's answers, and no draft that is only offered. */
  clear(): void {
    const [held, draft, isVerified] = [this.#held, this.#draft, this.#isVerified];
    if (held === undefined) {
      return;
    }
    const { verified: _, reasons: __, ...own } = held.submission();
    const hasOwn = [own.facts, own.evidence ?? {}, this.#typed].some((given) => Object.keys(given).length > 0);
    const isOffered = isVerified && this.#offer !== undefined;
    draft?.flush();
    const isDrafted = draft?.text !== undefined;
    if (!isOffered) {
      this.#offer = undefined;
      draft?.remove();
    }
    this.#open(isVerified ? { submission: JSON.stringify(own), papers: this.#typed } : this.#empty(), true);
    this.#isFresh = !(isVerified && hasOwn);
    this.#say((words) => [words.cleared]);
    this.#changed(undefined);
    // A draft is of the unit's answers too.
    if (isDrafted && !isOffered && !this.#isFresh) {
      this.#touch();
    }
  }
}
