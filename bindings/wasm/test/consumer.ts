// Compiled by types.test.mjs against the built package; never run.
import { CqdtError, CriteriaSet, init, type Answer, type Definition, type Explanation, type RankedRow, type Report, type Submission } from "cqdt";
import { CriteriaSet as Scorer } from "cqdt/scorer";
import type { CqdtChangeDetail, CqdtForm, CqdtSubmitDetail } from "cqdt/elements";

await init();

const set: CriteriaSet = CriteriaSet.builtin("viet-tri-2395-2018/phu-luc-2");
const report: Report = set.score({ "may-tinh": 12, "co-mang": true, "ty-le": "87.5", "dich-vu": ["a", "b"], khac: { not_applicable: "không có" }, so: 12n, trong: null });
const points: string = report.total.points;
const share: string | null = report.total.share;
for (const line of report.criteria) {
  const status: "scored" | "not_applicable" | "missing" | "invalid" | string = line.status;
  console.log(line.id, status, line.trace?.kind, points, share);
}
for (const fact of set.facts) {
  // The type of a fact tells which keys it has.
  if (fact.type === "choice") {
    console.log(fact.keys.map((key) => key.title.vi));
  }
}
const definition: Definition = set.definition;
const explanation: Explanation = set.explain({ facts: {} }, { lang: "en" });
const rows: RankedRow[] = set.rank([{ unit: "a", facts: {} }]);
const live = set.live();
const change = live.set("may-tinh", 3);
const total: string = change.total.points;
const submission: Submission = live.submission();
console.log(definition.id, explanation.total.points, rows[0]?.rank, total, submission.facts, Scorer.builtinIds());

try {
  await CriteriaSet.parse("{}");
} catch (error) {
  if (error instanceof CqdtError) {
    console.log(error.code, error.path, error.messages.vi, error.messages.en, error.faults[0]?.line);
  }
}

const form: CqdtForm = document.createElement("cqdt-form");
form.addEventListener("cqdt-change", (event) => console.log((event as CustomEvent<CqdtChangeDetail>).detail.total.share));
form.addEventListener("cqdt-submit", (event) => console.log((event as CustomEvent<CqdtSubmitDetail>).detail.report.complete));

// @ts-expect-error: an answer is not an arbitrary object
const wrong: Answer = { reason: "x" };
// @ts-expect-error: a report's total is a decimal text, not a number
const number: number = report.total.points;
// @ts-expect-error: there is no such layer
set.scoreSubmission({ facts: {} }, { layer: "third" });
console.log(wrong, number);
