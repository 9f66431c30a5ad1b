// Compiled by types.test.mjs against the built package; never run.
import {
  CqdtError, CriteriaSet, init,
  type Answer, type Cohort, type Definition, type Diagnostic, type Explanation, type Finding, type Gap, type LiveChange, type RankedRow, type Report, type ScoreRow, type Submission,
  type Verification,
} from "cqdt";
import { CriteriaSet as Scorer } from "cqdt/scorer";
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
for (const found of report.diagnostics) {
  same<typeof found.severity, "warning" | "error">(true);
  // A diagnostic's code is one of a closed list, of which this is one.
  const code: Diagnostic["code"] = found.code;
  same<typeof found.code, string>(false);
  same<Extract<typeof found.code, "D0101">, "D0101">(true);
  console.log(code, found.name, found.criteria.length);
}
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
same<Parameters<typeof CriteriaSet.parse>[0], string | object>(true);
same<Parameters<typeof CriteriaSet.proved>, [bytes: Uint8Array]>(true);
const live = set.live({ facts: {} }, { cohort });
const change: LiveChange = live.set("may-tinh", 3);
same<typeof change.total.points, string>(true);
same<typeof change.diagnostics, Diagnostic[] | null>(true);
const findings: Finding[] | null = live.change("may-tinh", 3).findings;
const submission: Submission = live.submission();
console.log(read.id, explanation.total.points, submission.facts, findings?.[0]?.message, Scorer.builtinIds());
live.free();

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
// @ts-expect-error: a cohort comes from a set
set.verify({ facts: {} }, { cohort: {} });
console.log(wrong, number);
