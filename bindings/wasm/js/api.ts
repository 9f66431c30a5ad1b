/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The package's classes. They translate: values to texts of JSON on the way in, documents on the way out. Every figure
 * is computed by the core.
 */
import { CqdtError, misuse } from "./fault.js";
import { batch, reader } from "./later.js";
import * as raw from "./raw.js";
import type { RawSet as BatchSet } from "./raw-batch.js";
import { begin, drawAll, type RobustnessOptions } from "./robustness.js";
import { readLines, type Figure, type FixedLine } from "./short.js";
import type {
  AnswerItem, CriteriaSetInput, Definition, Explanation, Failure, Finding, Gap, Layer, LineExplanation, LiveChange, RankedRow, Report, Robustness,
  ScoreRow, SpokenChange, Submission, Verification,
} from "./types.js";

export { CqdtError } from "./fault.js";
export type * from "./types.js";
export type { RobustnessOptions } from "./robustness.js";

/** A language of messages and numbers: Vietnamese, with a decimal comma, unless told otherwise. */
export type Lang = "vi" | "en";

/**
 * An answer to a fact: yes/no, a number, a decimal as text (`"12.5"`), a key, ticked keys, or why the fact does not apply; and what a {@link Submission} holds.
 * `null` and `undefined` are no answer. Decimals that binary fractions can't hold exactly are best given as text.
 */
export type Answer = AnswerItem | bigint | readonly string[] | undefined;

/** Answers by fact id. */
export type Facts = Readonly<Record<string, Answer>>;

/** A submission as programs write it. */
export type SubmissionInput = Omit<Submission, "facts" | "verified"> & { readonly facts: Facts; readonly verified?: Facts };

export interface ScoreOptions {
  /** The layer to score; `self` unless told otherwise. */
  readonly layer?: Layer;
  /** Statistics that rules of the set need, from {@link CriteriaSet.cohort}. */
  readonly cohort?: Cohort;
}

export interface ExplainOptions extends ScoreOptions {
  /** The language; `vi` unless told otherwise. */
  readonly lang?: Lang;
}

/** Whether the module can speak, named by the build: the scorer alone can't. */
declare const CQDT_WORDS: boolean;

/** Of the methods that are marked `@notInScorer`. The build leaves them out of the scorer's types, and programs without types are told. */
function needWords(): void {
  if (!CQDT_WORDS) {
    throw misuse(
      "E9014",
      "`cqdt/scorer` chỉ chấm điểm, không có lời giải thích: hãy dùng `cqdt`",
      "`cqdt/scorer` scores and has no explanations: use `cqdt`",
    );
  }
}

let ready = false;

/** For the entry points: the module is loaded. */
export function markReady(): void {
  ready = true;
}

/** Whether the module is loaded, so that sets can be made. */
export function isReady(): boolean {
  return ready;
}

function needReady(): void {
  if (!ready) {
    throw misuse("E9001", "chưa nạp xong cqdt: hãy gọi `await init()` trước", "cqdt is not loaded yet: call `await init()` first");
  }
}

/** Runs a call of the module; what it throws as a text is a document of faults. */
function call<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (typeof error === "string") {
      throw new CqdtError(JSON.parse(error) as Failure);
    }
    if (error instanceof Error && /null pointer passed to rust|attempt to use a moved value/.test(error.message)) {
      throw misuse("E9002", "đối tượng đã được giải phóng (`free`)", "the object has been freed");
    }
    throw error;
  }
}

function parse<T>(text: string): T {
  return JSON.parse(text) as T;
}

/** Numbers that JSON would turn into `null` or refuse become texts that no fact takes, so that they are told of. */
function replace(_key: string, value: unknown): unknown {
  if (typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value))) {
    return String(value);
  }
  return value;
}

function isOdd(facts: Facts | undefined): boolean {
  for (const id in facts) {
    const value = facts[id];
    if (typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value))) {
      return true;
    }
  }
  return false;
}

/** A submission, or several, as the text that the core reads. A text is taken for JSON as it is. */
function encode(submission: SubmissionInput | readonly SubmissionInput[] | string): string {
  if (typeof submission === "string") {
    return submission;
  }
  const all = Array.isArray(submission) ? (submission as readonly SubmissionInput[]) : [submission as SubmissionInput];
  const odd = all.some((one) => isOdd(one.facts) || isOdd(one.verified));
  return odd ? JSON.stringify(submission, replace) : JSON.stringify(submission);
}

const isVerified = (layer: Layer | undefined): boolean => layer === "verified";
const isEnglish = (lang: Lang | undefined): boolean => lang === "en";

const released = new WeakSet<object>();

/** Frees a handle, once. */
function release(owner: object, handle: { free(): void }): void {
  if (!released.has(owner)) {
    released.add(owner);
    handle.free();
  }
}

/** What the module writes in the place of what a line says whoever is scored; no JSON has it. */
const MARK = "\u0001";

/** A report's text with what the marks in it stand for: the half that is the same for every unit, and not ASCII, need not be decoded each time. */
function unmarked(text: string, lines: readonly string[]): string {
  let whole = "";
  let from = 0;
  for (const line of lines) {
    const to = text.indexOf(MARK, from);
    whole += text.slice(from, to) + line;
    from = to + 1;
  }
  return whole + text.slice(from);
}

/** Statistics of a cohort, for rules that compare a unit with others. */
export class Cohort {
  /** No other object with the same methods is one, nor is the other module's. */
  protected declare readonly only: never;
  /** @internal */
  readonly raw: raw.RawCohort;

  /** @internal */
  constructor(handle: raw.RawCohort) {
    this.raw = handle;
  }

  /** Gives its memory back now instead of when it is collected. */
  free(): void {
    release(this, this.raw);
  }

  [Symbol.dispose](): void {
    this.free();
  }
}

/** A criteria set (bộ tiêu chí), proved when it was read. */
export class CriteriaSet {
  readonly #raw: raw.RawSet;
  #definition: Definition | undefined;
  #batch: BatchSet | undefined;
  /** What the lines of every report say, and their rules; from the first report on. */
  #lines: readonly FixedLine[] | undefined;
  /** The same as text, without rules; from the first report's text on. */
  #marked: readonly string[] | undefined;

  private constructor(handle: raw.RawSet) {
    this.#raw = handle;
  }

  /** Ids of the built-in sets. */
  static builtinIds(): string[] {
    needReady();
    return raw.RawSet.builtin_ids().split("\n").filter((id) => id !== "");
  }

  /**
   * A built-in set by its id, such as `viet-tri-2395-2018/phu-luc-2`.
   * @throws {CqdtError} `E9003` where there is none of that id.
   */
  static builtin(id: string): CriteriaSet {
    needReady();
    const handle = call(() => raw.RawSet.builtin(id));
    if (handle === undefined) {
      throw misuse("E9003", `không có bộ tiêu chí dựng sẵn \`${id}\``, `there is no built-in criteria set \`${id}\``);
    }
    return new CriteriaSet(handle);
  }

  /**
   * Reads and proves a set: JSON text, or the value that it would parse to. Loads `cqdt-reader.wasm` when first called.
   * @throws {CqdtError} with every fault at once.
   */
  static async parse(set: string | CriteriaSetInput): Promise<CriteriaSet> {
    needReady();
    return CriteriaSet.proved(await CriteriaSet.prove(set));
  }

  /**
   * Reads and proves a set as {@link parse} does, and gives it as bytes: a portal that makes them once, when it is built, spares its pages the reader.
   * They are for the same version of this package.
   * @throws {CqdtError} with every fault at once.
   */
  static async prove(set: string | CriteriaSetInput): Promise<Uint8Array<ArrayBuffer>> {
    const text = typeof set === "string" ? set : JSON.stringify(set);
    const { prove } = await reader.get();
    return call(() => prove(text)) as Uint8Array<ArrayBuffer>;
  }

  /**
   * A set that {@link prove} made bytes of. They are trusted, like a script: what is wrong in them may make a set that says nonsense.
   * @throws {CqdtError} `E9010` where they are damaged, or come from another version of this package.
   */
  static proved(bytes: Uint8Array): CriteriaSet {
    needReady();
    const handle = call(() => raw.RawSet.unpack(bytes));
    if (handle === undefined) {
      throw misuse(
        "E9010",
        "không đọc được bộ tiêu chí đã đóng gói: tệp hỏng, hoặc do phiên bản cqdt khác tạo ra; hãy tạo lại bằng `CriteriaSet.prove`",
        "the packed criteria set can't be read: it is damaged, or was made by another version of cqdt; make it anew with `CriteriaSet.prove`",
      );
    }
    return new CriteriaSet(handle);
  }

  /** Everything that the set says, every default filled in: groups, criteria, facts, policies, bands. */
  get definition(): Definition {
    this.#definition ??= parse<Definition>(this.toJSONText());
    return this.#definition;
  }

  get id(): string {
    return this.definition.id;
  }

  get version(): string {
    return this.definition.version;
  }

  /** Groups with their criteria, in order. */
  get groups(): Definition["groups"] {
    return this.definition.groups;
  }

  /** All criteria, in order. */
  get criteria(): Definition["groups"][number]["criteria"] {
    return this.definition.groups.flatMap((group) => group.criteria);
  }

  /** What units are asked, in order. */
  get facts(): Definition["facts"] {
    return this.definition.facts;
  }

  /** SHA-256 of the canonical JSON, 64 hex digits: with it anyone can recompute a report. */
  get fingerprint(): string {
    return call(() => this.#raw.fingerprint());
  }

  /** Whether some rule compares a unit with others, and {@link cohort} is needed. */
  get needsCohort(): boolean {
    return call(() => this.#raw.needs_cohort());
  }

  /**
   * The line to show with everything made with the set while it is not official; none where it is.
   * @notInScorer
   */
  notice(lang: Lang = "vi"): string | undefined {
    needWords();
    return call(() => this.#raw.notice(isEnglish(lang)));
  }

  /** The set as canonical JSON. */
  toJSONText(): string {
    return call(() => this.#raw.json());
  }

  /** Runs a call on the set in a cohort. */
  #in<T>(cohort: Cohort | undefined, run: (handle: raw.RawSet) => T): T {
    return call(() => {
      if (cohort === undefined) {
        return run(this.#raw);
      }
      const handle = this.#raw.in_cohort(cohort.raw);
      try {
        return run(handle);
      } finally {
        handle.free();
      }
    });
  }

  /** Scores answers. Any answers yield a report; what is wrong in them is among its diagnostics. */
  score(facts: Facts, options: ScoreOptions & Omit<SubmissionInput, "facts"> = {}): Report {
    const { layer, cohort, ...submission } = options;
    return this.scoreSubmission({ ...submission, facts }, { layer, cohort } as ScoreOptions);
  }

  /** Scores a submission, as a value or as JSON text. */
  scoreSubmission(submission: SubmissionInput | string, options: ScoreOptions = {}): Report {
    const report = parse<Omit<Report, "criteria"> & { criteria: Report["criteria"] | Figure[] }>(
      this.#in(options.cohort, (handle) => handle.short(encode(submission), isVerified(options.layer))),
    );
    this.#lines ??= parse<FixedLine[]>(call(() => this.#raw.fixed_lines()));
    report.criteria = readLines(report.criteria as Figure[], this.#lines);
    return report as Report;
  }

  /** The report as canonical JSON (RFC 8785): the same bytes as in Rust and Python. */
  scoreText(submission: SubmissionInput | string, options: ScoreOptions = {}): string {
    const text = this.#in(options.cohort, (handle) => handle.score(encode(submission), isVerified(options.layer)));
    this.#marked ??= call(() => this.#raw.marked_lines()).split(MARK).slice(1);
    return unmarked(text, this.#marked);
  }

  /** Scores many submissions as one cohort: a small row for each. */
  scoreMany(submissions: readonly SubmissionInput[] | string, options: Pick<ScoreOptions, "layer"> = {}): ScoreRow[] {
    return parse<ScoreRow[]>(call(() => this.#raw.score_many(encode(submissions), isVerified(options.layer))));
  }

  /** Statistics of a cohort, for {@link ScoreOptions.cohort}. */
  cohort(submissions: readonly SubmissionInput[] | string, options: Pick<ScoreOptions, "layer"> = {}): Cohort {
    return new Cohort(call(() => this.#raw.cohort(encode(submissions), isVerified(options.layer))));
  }

  /**
   * Every line in words, with the numbers put into its formula.
   * @notInScorer
   */
  explain(submission: SubmissionInput | string, options: ExplainOptions = {}): Explanation {
    needWords();
    const { layer, lang, cohort } = options;
    return parse<Explanation>(this.#in(cohort, (handle) => handle.explain(encode(submission), isVerified(layer), isEnglish(lang))));
  }

  /**
   * The same as a sheet of plain text.
   * @notInScorer
   */
  explainText(submission: SubmissionInput | string, options: ExplainOptions = {}): string {
    needWords();
    const { layer, lang, cohort } = options;
    return this.#in(cohort, (handle) => handle.explain_text(encode(submission), isVerified(layer), isEnglish(lang)));
  }

  /** Scores and ranks submissions as the set says, best first. `parents` names the unit above each unit. */
  rank(
    submissions: readonly SubmissionInput[] | string,
    options: { readonly layer?: Layer; readonly parents?: Readonly<Record<string, string>> } = {},
  ): RankedRow[] {
    const parents = JSON.stringify(options.parents ?? {});
    return parse<RankedRow[]>(call(() => this.#raw.rank(encode(submissions), parents, isVerified(options.layer))));
  }

  /** The set in the second module, which is built for speed and loaded when first asked for. */
  async #fast(): Promise<BatchSet> {
    const { RawSet, prove } = await batch.get();
    this.#batch ??= call(() => RawSet.unpack(prove(this.toJSONText())));
    return this.#batch as BatchSet;
  }

  /**
   * How far the ranks of submissions rest on the weights of the groups: weights drawn many times, ranks counted. Loads
   * `cqdt-batch.wasm` when first called. The page has its turn every few milliseconds.
   * @throws {CqdtError} `E9004` where there is nothing to draw, `E9005` where the set ranks by one group, `E9006` where a pair is not of one ranking,
   * `E9007` where points are too large, `E9011` where a fact can't have the error that is stated, `E9012` where the module can't be loaded,
   * `E9013` where the seed is no whole number from 0 to 2^64 - 1.
   */
  async robustness(submissions: readonly SubmissionInput[] | string, options: RobustnessOptions = {}): Promise<Robustness> {
    return parse<Robustness>(await this.robustnessText(submissions, options));
  }

  /** The same as text: the bytes that the command `cqdt robustness --json` prints. */
  async robustnessText(submissions: readonly SubmissionInput[] | string, options: RobustnessOptions = {}): Promise<string> {
    const { signal } = options;
    signal?.throwIfAborted();
    const [module, set] = [await batch.get(), await this.#fast()];
    signal?.throwIfAborted();
    const draws = call(() => begin(module, set, encode(submissions), options));
    try {
      await drawAll(draws, options);
    } catch (error) {
      draws.free();
      throw error;
    }
    return call(() => draws.finish());
  }

  /** Scores both layers of a submission and names each difference; a cohort is for both. */
  verify(submission: SubmissionInput | string, options: Pick<ScoreOptions, "cohort"> = {}): Verification {
    return parse<Verification>(this.#in(options.cohort, (handle) => handle.verify(encode(submission))));
  }

  /** Where points are still to be won, and how many reach each band, and each rank among `others`. */
  gap(
    submission: SubmissionInput | string,
    options: { readonly layer?: Layer; readonly others?: readonly SubmissionInput[] | string } = {},
  ): Gap {
    return parse<Gap>(call(() => this.#raw.gap(encode(submission), encode(options.others ?? []), isVerified(options.layer))));
  }

  /** A score that follows the answers as they are given. */
  live(submission: SubmissionInput | string = { facts: {} }, options: ScoreOptions = {}): LiveScore {
    const handle = this.#in(options.cohort, (handle) => handle.live(encode(submission), isVerified(options.layer)));
    return new LiveScore(handle);
  }

  /** Gives its memory back now instead of when it is collected. */
  free(): void {
    release(this, this.#raw);
    this.#batch?.free();
    this.#batch = undefined;
  }

  [Symbol.dispose](): void {
    this.free();
  }
}

/** A submission that is being filled in: each answer scores again only what reads it. */
export class LiveScore {
  readonly #raw: raw.RawLive;

  /** @internal */
  constructor(handle: raw.RawLive) {
    this.#raw = handle;
  }

  /** Answers a fact; `null` takes the answer away. Returns what changed. */
  set(fact: string, answer: Answer): LiveChange {
    return parse<LiveChange>(
      call(() =>
        typeof answer === "boolean" ? this.#raw.set_flag(fact, answer) : this.#raw.set(fact, JSON.stringify(answer ?? null, replace)),
      ),
    );
  }

  /** Answers a fact with what somebody typed, in the number style of a language: `12,5` in Vietnamese, `12.5` in English. */
  setText(fact: string, text: string, lang: Lang = "vi"): LiveChange {
    return parse<LiveChange>(call(() => this.#raw.set_text(fact, text, !isEnglish(lang))));
  }

  /** Names the evidence of a criterion, in place of what there was. */
  setEvidence(criterion: string, evidence: NonNullable<Submission["evidence"]>[string]): LiveChange {
    return parse<LiveChange>(call(() => this.#raw.set_evidence(criterion, JSON.stringify(evidence))));
  }

  /**
   * Like {@link set}, and says what changed in words.
   * @notInScorer
   */
  change(fact: string, answer: Answer, lang: Lang = "vi"): SpokenChange {
    needWords();
    return parse<SpokenChange>(call(() => this.#raw.change(fact, JSON.stringify(answer ?? null, replace), 0, isEnglish(lang))));
  }

  /**
   * Like {@link setText}, and says what changed in words.
   * @notInScorer
   */
  changeText(fact: string, text: string, lang: Lang = "vi"): SpokenChange {
    needWords();
    return parse<SpokenChange>(call(() => this.#raw.change(fact, text, isEnglish(lang) ? 2 : 1, isEnglish(lang))));
  }

  /**
   * Like {@link setEvidence}, and says what changed in words.
   * @notInScorer
   */
  changeEvidence(criterion: string, evidence: NonNullable<Submission["evidence"]>[string], lang: Lang = "vi"): SpokenChange {
    needWords();
    return parse<SpokenChange>(call(() => this.#raw.change_evidence(criterion, JSON.stringify(evidence), isEnglish(lang))));
  }

  /** Names the unit that reports. */
  setUnit(unit: string | undefined): void {
    call(() => this.#raw.set_unit(unit));
  }

  /** The report as it stands: always that of the whole submission. */
  report(): Report {
    return parse<Report>(this.reportText());
  }

  /** The report as canonical JSON. */
  reportText(): string {
    return call(() => this.#raw.report());
  }

  /** The submission as it stands. */
  submission(): Submission {
    return parse<Submission>(this.submissionText());
  }

  /** The submission as canonical JSON: the file to hand in. */
  submissionText(): string {
    return call(() => this.#raw.submission());
  }

  /**
   * The whole report in words.
   * @notInScorer
   */
  explain(lang: Lang = "vi"): Explanation {
    needWords();
    return parse<Explanation>(call(() => this.#raw.explain(isEnglish(lang))));
  }

  /**
   * One criterion in words.
   * @notInScorer
   */
  explainCriterion(criterion: string, lang: Lang = "vi"): LineExplanation | undefined {
    needWords();
    const text = call(() => this.#raw.explain_criterion(criterion, isEnglish(lang)));
    return text === undefined ? undefined : parse<LineExplanation>(text);
  }

  /**
   * What is wrong, in words for people who fill in a form.
   * @notInScorer
   */
  findings(lang: Lang = "vi"): Finding[] {
    needWords();
    return parse<Finding[]>(call(() => this.#raw.findings(isEnglish(lang))));
  }

  /** Gives its memory back now instead of when it is collected. */
  free(): void {
    release(this, this.#raw);
  }

  [Symbol.dispose](): void {
    this.free();
  }
}

/** A number of a report (`"1.88"`) as a language writes it (`1,88`). */
export function numberText(number: string, lang: Lang = "vi"): string {
  needReady();
  return raw.number_text(number, isEnglish(lang));
}

/** A day as somebody typed it (`03/10/2018` or `2018-10-03`) as files write it; nothing where it is no day. */
export function readDate(text: string): string | undefined {
  needReady();
  return raw.date_iso(text);
}

/** A day of a file as a language writes it; nothing where it is no day. */
export function dateText(day: string, lang: Lang = "vi"): string | undefined {
  needReady();
  return raw.date_text(day, isEnglish(lang));
}
