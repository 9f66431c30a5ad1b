// Compiled by types.test.mjs against the built package; never run.
import {
  CqdtError, CriteriaSet, init,
  type Answer, type AnswerItem, type Cohort, type CriteriaSetInput, type Definition, type Diagnostic, type Due, type Expected, type Explanation, type Finding, type Gap, type Layer,
  type LiveChange, type RankedRow, type Report, type RuleKind, type ScoreRow, type Submission, type TraceItem, type Verification,
} from "cqdt";
import { CqdtError as ScorerError, CriteriaSet as Scorer, LiveScore as ScorerLive } from "cqdt/scorer";
import type { CqdtChangeDetail, CqdtForm, CqdtSubmitDetail } from "cqdt/elements";

/** Whether two types are one: neither may be wider, nor `any`. */
type Same<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;
const same = <One, Other>(_: Same<One, Other>): void => undefined;

await init();

const set: CriteriaSet = CriteriaSet.builtin("viet-tri-2395-2018/phu-luc-2");
const report: Report = set.score({ "may-tinh": 12, "co-mang": true, "ty-le": "87.5", "dich-vu": ["a", "b"], khac: { not_applicable: "không có" }, so: 12n, trong: null });
same<typeof report.total.points, string>(true);
same<typeof report.total.share, string | null>(true);
for (const line of report.criteria) {
  same<typeof line.status, "scored" | "not_applicable" | "missing" | "invalid">(true);
  console.log(line.id, line.trace?.kind);
}
// A step's kind is the kind of a rule, each by its name.
same<TraceItem["kind"], RuleKind["kind"]>(true);
same<
  TraceItem["kind"],
  | "yes_no" | "choice" | "proportional" | "tiers" | "per_item" | "stepwise" | "checklist" | "cohort_max" | "cohort_min_max" | "given" | "best_of" | "sum" | "gate" | "deduct"
>(true);
same<Report["layer"], "self" | "verified">(true);
same<Layer, "self" | "verified">(true);
for (const found of report.diagnostics) {
  same<typeof found.severity, "warning" | "error">(true);
  // A diagnostic's code is one of a closed list, of which this is one.
  const code: Diagnostic["code"] = found.code;
  same<typeof found.code, string>(false);
  same<Extract<typeof found.code, "D0101">, "D0101">(true);
  console.log(code, found.name, found.criteria.length);
  // The code tells which arguments a finding has, and so does its name.
  if (found.code === "D0101") {
    same<typeof found.fact, string>(true);
    same<typeof found.name, "invalid_value">(true);
    same<typeof found.expected, Expected>(true);
    if (found.expected.kind === "number_in") {
      same<typeof found.expected.most, string>(true);
    } else if (found.expected.kind === "one_of") {
      same<typeof found.expected.words, string[]>(true);
    }
    // @ts-expect-error: another kind's argument
    console.log(found.criterion);
  } else if (found.name === "unknown_fact") {
    same<typeof found.code, "D0102">(true);
    same<typeof found.nearest, string | null>(true);
  } else if (found.code === "D0205") {
    same<[typeof found.value, typeof found.least, typeof found.largest], [string, string, string]>(true);
  } else if (found.code === "D0301") {
    same<typeof found.due, Due>(true);
    same<Due, { by: string } | { before: string }>(true);
  } else if (found.code === "D0311") {
    same<typeof found.faults, number>(true);
  }
  // @ts-expect-error: not every kind is about a fact
  console.log(found.fact);
}
same<Extract<Diagnostic, { fact: string }>["code"], "D0101" | "D0102" | "D0103">(true);
same<string extends Expected["kind"] ? true : false, false>(true);
for (const fact of set.facts) {
  // The type of a fact tells which keys it has.
  same<typeof fact.type, "yes_no" | "count" | "percent" | "amount" | "choice" | "items" | "points" | "rollup">(true);
  if (fact.type === "choice" || fact.type === "items") {
    console.log(fact.keys.map((key) => key.title.vi));
  }
}
const definition: Definition = set.definition;
const explanation: Explanation = set.explain({ facts: {} }, { lang: "en" });
const units = [{ unit: "a", facts: {} }, { unit: "b", facts: { "may-tinh": 1 } }];
const rows: RankedRow[] = set.rank(units, { parents: { a: "tinh" } });
same<(typeof rows)[number]["rank"], number | null>(true);
const many: ScoreRow[] = set.scoreMany(units, { layer: "verified" });
same<(typeof many)[number]["points"], string>(true);
same<(typeof many)[number]["complete"], boolean>(true);
const cohort: Cohort = set.cohort(units);
const verification: Verification = set.verify({ facts: {}, verified: { x: false }, reasons: { x: "không có" } }, { cohort });
same<typeof verification.delta, string>(true);
same<typeof verification.own, Report>(true);
same<(typeof verification.changes)[number]["reasons"], string[]>(true);
const gap: Gap = set.gap(units[0]!, { others: units });
same<typeof gap.to_rank, (string | null)[]>(true);
same<typeof gap.to_band, Record<string, string | null>>(true);
// A set is read from its text, or from the value that it would parse to: what `definition` gives, too.
const read: CriteriaSet = await CriteriaSet.parse(definition);
same<Parameters<typeof CriteriaSet.parse>[0], string | CriteriaSetInput>(true);
same<Parameters<typeof CriteriaSet.prove>[0], string | CriteriaSetInput>(true);
// What has a default may be left out, and numbers may be numbers; what a set gives out is none of both.
const title = { vi: "Bộ thử", en: "A set" };
const input: CriteriaSetInput = {
  format: 1, id: "thu/mot", version: "1.0.0", status: "reconstructed", agency_group: "xa", max: 10, title,
  document: { number: "1/QĐ", date: "2018-01-01", issuer: title, title }, sources: { q: { document: "1/QĐ" } },
  facts: [{ id: "co-mang", title, type: "yes_no" }, { id: "so-may", title, type: "count", max: "500" }],
  groups: [{ id: "i", number: "I", title, max: 10, criteria: [
    { id: "i.1", number: "1", title, max: 9.5, basis: { status: "reconstructed", source: "q", item: "1" }, rule: { kind: "yes_no", fact: "co-mang", yes: 9.5 } },
    { id: "i.2", number: "2", title, max: 0.5, basis: { status: "reconstructed", source: "q", item: "2" }, rule: { kind: "per_item", fact: "so-may", each: "0.1" } },
  ] }],
};
same<Definition["max"], string>(true);
same<CriteriaSetInput["max"], number | string>(true);
same<Definition["policies"] | undefined, CriteriaSetInput["policies"]>(false);
same<Parameters<typeof CriteriaSet.proved>, [bytes: Uint8Array]>(true);
const live = set.live({ facts: {} }, { cohort });
const change: LiveChange = live.set("may-tinh", 3);
same<typeof change.total.points, string>(true);
same<typeof change.diagnostics, Diagnostic[] | null>(true);
const findings: Finding[] | null = live.change("may-tinh", 3).findings;
const submission: Submission = live.submission();
// What a submission holds goes back in, what was no answer included.
same<Submission["facts"], Record<string, AnswerItem>>(true);
same<
  AnswerItem,
  null | boolean | number | string | string[] | { not_applicable: string } | { unreadable: string } | { numbers: "plain" | "point" | "comma" | "unstated"; text: string }
>(true);
live.set("may-tinh", submission.facts["may-tinh"]);
console.log(set.scoreSubmission(submission).layer, set.score(submission.facts).layer);
console.log(read.id, explanation.total.points, submission.facts, findings?.[0]?.message, Scorer.builtinIds(), (await CriteriaSet.parse(input)).id);
live.free();

// The scorer has all of it but words, and objects of its own.
type Gone<Whole, Part> = Exclude<keyof Whole, keyof Part>;
same<Gone<CriteriaSet, Scorer>, "notice" | "explain" | "explainText">(true);
same<Gone<ReturnType<CriteriaSet["live"]>, ScorerLive>, "change" | "changeText" | "changeEvidence" | "explain" | "explainCriterion" | "findings">(true);
same<Exclude<keyof typeof CriteriaSet, keyof typeof Scorer>, never>(true);
const scorer: Scorer = Scorer.proved(await Scorer.prove(input));
const scored: Report = scorer.score({ "co-mang": true }, { cohort: scorer.cohort([]) });
const scoring: ScorerLive = scorer.live(submission);
console.log(scored.total.points, scoring.set("co-mang", false).total.points, scorer instanceof Scorer, ScorerError.name);
// @ts-expect-error: the scorer explains nothing
scorer.explain({ facts: {} });
// @ts-expect-error: nor does its live score
scoring.findings();
// @ts-expect-error: a set of the scorer's module is no set of the whole one's
const whole: CriteriaSet = scorer;
// @ts-expect-error: nor is its cohort
set.score({}, { cohort: scorer.cohort([]) });
console.log(whole);

try {
  await CriteriaSet.parse("{}");
} catch (error) {
  if (error instanceof CqdtError) {
    console.log(error.code, error.path, error.messages.vi, error.messages.en, error.faults[0]?.line);
  }
}

const form: CqdtForm = document.createElement("cqdt-form");
form.cohort = cohort;
form.criteriaSet = set;
form.submission = { facts: {} };
same<CqdtForm["cohort"], Cohort | undefined>(true);
form.addEventListener("cqdt-change", (event) => console.log((event as CustomEvent<CqdtChangeDetail>).detail.total.share));
form.addEventListener("cqdt-submit", (event) => console.log((event as CustomEvent<CqdtSubmitDetail>).detail.report.complete));

// @ts-expect-error: an answer is not an arbitrary object
const wrong: Answer = { reason: "x" };
// @ts-expect-error: a report's total is a decimal text, not a number
const number: number = report.total.points;
// @ts-expect-error: there is no such layer
set.scoreSubmission({ facts: {} }, { layer: "third" });
// @ts-expect-error: a set is not a number
await CriteriaSet.parse(12);
// @ts-expect-error: nor any object
await CriteriaSet.parse({ id: "thu/mot" });
// @ts-expect-error: a rule's kind is one of a closed list
await CriteriaSet.parse({ ...input, groups: [{ ...input.groups[0]!, criteria: [{ ...input.groups[0]!.criteria[0]!, rule: { kind: "guess", fact: "co-mang" } }] }] });
// @ts-expect-error: a cohort comes from a set
set.verify({ facts: {} }, { cohort: {} });
console.log(wrong, number);
