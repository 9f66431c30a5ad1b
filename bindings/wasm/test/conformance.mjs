// Runs one conformance vector (`conformance/README.md`) against the package, in Node and in the browser alike.

const text = (document) => (typeof document === "string" ? document : JSON.stringify(document));

/** Keys in order, so that trees compare as texts. */
function sorted(value) {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (value === null || typeof value !== "object") {
    return value;
  }
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

const same = (a, b) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
const differs = (what, got, want) => (same(got, want) ? undefined : `${what}: got ${JSON.stringify(got)}, expected ${JSON.stringify(want)}`);

/** Nothing where the vector holds, what differs where it does not, `"skip"` where the package has no such operation. */
export async function runVector(vector, { CriteriaSet, CqdtError }) {
  if (vector.format !== 1) {
    return `unknown format ${vector.format}`;
  }
  // The browser's package reads JSON alone: TOML and tables are for the command line and for Python.
  if (Object.keys(vector).some((key) => key.endsWith("_toml") || key === "csv") || ["csv", "round", "compare"].includes(vector.op)) {
    return "skip";
  }
  const { expect, layer } = vector;
  try {
    const outcome = await run(vector, CriteriaSet, layer);
    if (expect.error !== undefined && outcome !== "skip") {
      return "read although it should have been refused";
    }
    return outcome;
  } catch (error) {
    if (!(error instanceof CqdtError)) {
      throw error;
    }
    if (expect.error === undefined) {
      return `refused: ${error.messages.en}`;
    }
    const faults = error.faults.map(({ code, line, column, path }) => ({ code, line, column, pointer: path }));
    return differs("faults", faults, expect.error.faults);
  }
}

async function run(vector, CriteriaSet, layer) {
  const { expect } = vector;
  if (vector.op === "submission") {
    const live = CriteriaSet.builtin(CriteriaSet.builtinIds()[0]).live(text(vector.submission));
    const outcome = differs("canonical", live.submissionText(), expect.canonical);
    live.free();
    return outcome;
  }
  const set = await CriteriaSet.parse(text(vector.set));
  try {
    const submissions = (vector.submissions ?? []).map(text);
    const among = vector.cohort === true ? submissions : Array.isArray(vector.cohort) ? vector.cohort.map((at) => submissions[at]) : undefined;
    const cohort = () => (among === undefined ? undefined : set.cohort(`[${among.join(",")}]`, { layer }));
    switch (vector.op) {
      case "set":
        return differs("canonical", set.toJSONText(), expect.canonical) ?? differs("fingerprint", set.fingerprint, expect.fingerprint);
      case "score": {
        const held = cohort();
        const reports = submissions.map((submission) => set.scoreText(submission, { layer, cohort: held }));
        const live = submissions.map((submission) => {
          const score = set.live(submission, { layer, cohort: held });
          const report = score.reportText();
          score.free();
          return report;
        });
        // The first object has what lines say read too, all others have it at hand.
        const objects = () => submissions.map((submission) => JSON.stringify(set.scoreSubmission(submission, { layer, cohort: held })));
        const [first, second] = [objects(), objects()];
        return differs("reports", reports, expect.reports) ?? differs("live reports", live, expect.reports)
          ?? differs("objects", first, expect.reports) ?? differs("objects again", second, expect.reports);
      }
      case "explain": {
        const held = cohort();
        const sheets = (lang) => submissions.map((submission) => set.explainText(submission, { layer, lang, cohort: held }));
        return differs("vi", sheets("vi"), expect.vi) ?? differs("en", sheets("en"), expect.en);
      }
      case "rank": {
        // Units by position, so that rows find their places again.
        const units = submissions.map((submission, at) => ({ ...JSON.parse(submission), unit: `v${at}` }));
        const parents = Object.fromEntries((vector.parents ?? []).map((parent, at) => [`v${at}`, parent]).filter(([, parent]) => parent !== null));
        const ranks = new Map(set.rank(units, { layer, parents }).map((row) => [row.unit, row.rank]));
        return differs("ranks", units.map(({ unit }) => ranks.get(unit)), expect.ranks);
      }
      case "verify": {
        if (among !== undefined) {
          return "skip";
        }
        const verifications = submissions.map((submission) => {
          const { own, verified, delta, changes } = set.verify(submission);
          return { self: JSON.stringify(sorted(own)), verified: JSON.stringify(sorted(verified)), delta, changes };
        });
        return differs("verifications", verifications, expect.verifications);
      }
      case "gap": {
        const [own, ...others] = submissions;
        const { points_left, to_band, to_rank } = set.gap(own, { layer, others: `[${others.join(",")}]` });
        const ranks = Array.isArray(expect.to_rank) ? to_rank : Object.fromEntries(to_rank.map((points, at) => [String(at + 1), points]));
        const wanted = Array.isArray(expect.to_rank) ? expect.to_rank : Object.fromEntries(Object.keys(ranks).map((rank) => [rank, expect.to_rank?.[rank] ?? null]));
        return differs("points left", points_left, expect.points_left) ?? differs("to band", to_band, expect.to_band) ?? differs("to rank", ranks, wanted);
      }
      default:
        return `unknown operation ${vector.op}`;
    }
  } finally {
    set.free();
  }
}
