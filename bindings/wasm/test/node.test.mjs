// The package in Node: what it says is what the core says.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Cohort, CqdtError, CriteriaSet, LiveScore, dateText, init, numberText, readDate } from "../dist/node.js";
import { runVector } from "./conformance.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const SET = "viet-tri-2395-2018/phu-luc-2";

test("the built-in sets are there, and each says what it is", async () => {
  const ids = CriteriaSet.builtinIds();
  assert.equal(ids.length, 5);
  for (const id of ids) {
    const set = CriteriaSet.builtin(id);
    assert.equal(set.id, id);
    assert.match(set.fingerprint, /^[0-9a-f]{64}$/);
    // None of them is the decision's own text; none may hide it.
    assert.match(set.notice("vi"), /CHƯA/);
    assert.match(set.notice("en"), /NOT OFFICIAL/);
    assert.equal((await CriteriaSet.parse(set.toJSONText())).fingerprint, set.fingerprint);
    assert.equal((await CriteriaSet.parse(set.definition)).fingerprint, set.fingerprint);
  }
});

test("scoring takes JavaScript values and explains itself", async () => {
  await init();
  using_(CriteriaSet.builtin(SET), (set) => {
    const count = set.facts.find((fact) => fact.type === "count");
    const yes = set.facts.find((fact) => fact.type === "yes_no");
    const report = set.score({ [count.id]: 12n, [yes.id]: true }, { unit: "phuong-gia-cam" });
    assert.equal(report.unit, "phuong-gia-cam");
    assert.equal(report.set.fingerprint, set.fingerprint);
    assert.equal(report.complete, false);
    assert.equal(report.diagnostics.filter((found) => found.code === "D0101").length, 0);
    const explanation = set.explain({ facts: { [yes.id]: true } }, { lang: "en" });
    assert.equal(explanation.groups.length, set.groups.length);
    assert.match(set.explainText({ facts: {} }, { lang: "vi" }), /thiếu số liệu/);
  });
});

function using_(held, use) {
  try {
    use(held);
  } finally {
    held.free();
    // Freeing twice is no fault.
    held.free();
  }
}

test("numbers that JSON can't hold are told of, not lost", () => {
  const set = CriteriaSet.builtin(SET);
  const count = set.facts.find((fact) => fact.type === "count");
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, 1.5, -1, 1e21, "12,5"]) {
    const report = set.score({ [count.id]: bad });
    assert.equal(report.diagnostics.find((found) => found.fact === count.id)?.code, "D0101", String(bad));
  }
  for (const none of [null, undefined, ""]) {
    assert.equal(set.score({ [count.id]: none }).diagnostics.some((found) => found.fact === count.id), false);
  }
});

test("errors are typed, with both languages and every place", async () => {
  const fails = async (run, code) => {
    try {
      await run();
    } catch (error) {
      assert.ok(error instanceof CqdtError && error instanceof Error);
      assert.equal(error.code, code);
      assert.ok(error.messages.vi !== "" && error.messages.en !== "" && error.messages.vi !== error.messages.en);
      return error;
    }
    return assert.fail("nothing was thrown");
  };
  await fails(() => CriteriaSet.builtin("no/such"), "E9003");
  await fails(() => CriteriaSet.parse("{"), "E0001");
  const set = CriteriaSet.builtin(SET);
  const broken = structuredClone(set.definition);
  broken.max = "1";
  broken.groups[0].criteria[0].max = "999";
  const error = await fails(() => CriteriaSet.parse(broken), "E0301");
  assert.ok(error.faults.length > 1);
  assert.ok(error.faults.every((fault) => fault.messages.vi !== "" && fault.line >= 1));
  const list = await fails(() => set.scoreMany([{ facts: {} }, { fact: {} }]), "E0103");
  assert.ok(list.faults.some((fault) => fault.code === "E0101" && fault.path === "/1/fact"));
  const freed = CriteriaSet.builtin(SET);
  freed.free();
  await fails(() => freed.score({}), "E9002");
});

test("the scorer tells programs without types who has the words", async () => {
  const scorer = await import("../dist/scorer.node.js");
  const definition = CriteriaSet.builtin(SET).definition;
  const set = scorer.CriteriaSet.proved(await scorer.CriteriaSet.prove(definition));
  const live = set.live();
  assert.equal(set.score({}).total.points, CriteriaSet.builtin(SET).score({}).total.points);
  const fact = definition.facts[0].id;
  const speak = {
    notice: () => set.notice(), explain: () => set.explain({ facts: {} }), explainText: () => set.explainText({ facts: {} }),
    change: () => live.change(fact, 1), changeText: () => live.changeText(fact, "1"), changeEvidence: () => live.changeEvidence("x", []),
    "live.explain": () => live.explain(), explainCriterion: () => live.explainCriterion("x"), findings: () => live.findings(),
  };
  for (const [name, run] of Object.entries(speak)) {
    assert.throws(run, (error) => error instanceof scorer.CqdtError && error.code === "E9014" && Object.values(error.messages).every((text) => text.includes("cqdt/scorer")), name);
  }
  // What the types leave out is what throws, neither more nor less.
  const types = (file) => readFileSync(new URL(`../dist/types/${file}.d.ts`, import.meta.url), "utf8").match(/^    \w+(?=\()/gm);
  const left = types("scorer-api");
  const gone = types("api").filter((name) => !left.includes(name) || !left.splice(left.indexOf(name), 1));
  assert.deepEqual(gone.map((name) => name.trim()).sort(), Object.keys(speak).map((name) => name.replace("live.", "")).sort());
});

test("a proved set is bytes that a later page needs no reader for", async () => {
  const bytes = await CriteriaSet.prove(CriteriaSet.builtin(SET).definition);
  const set = CriteriaSet.proved(bytes);
  const built = CriteriaSet.builtin(SET);
  assert.equal(set.toJSONText(), built.toJSONText());
  assert.equal(set.scoreText({ facts: {} }), built.scoreText({ facts: {} }));
  const other = bytes.slice();
  other[5] += 1;
  for (const wrong of [other, bytes.subarray(0, bytes.length - 1), bytes.subarray(1), new Uint8Array(0)]) {
    assert.throws(() => CriteriaSet.proved(wrong), (error) => error instanceof CqdtError && error.code === "E9010" && /prove/.test(error.messages.vi));
  }
});

test("a live score is the whole score after every answer", () => {
  const set = CriteriaSet.builtin(SET);
  const live = set.live({ set: SET, facts: {} });
  assert.ok(live instanceof LiveScore);
  for (const [at, fact] of set.facts.entries()) {
    const answer = { yes_no: at % 2 === 0, count: 7, percent: "87.5", amount: "3.5", points: "0" }[fact.type] ?? (fact.type === "choice" ? fact.keys[0].id : fact.type === "items" ? [fact.keys[0].id] : null);
    const change = live.set(fact.id, answer);
    const whole = set.scoreText(live.submissionText());
    assert.equal(live.reportText(), whole, fact.id);
    assert.deepEqual(change.total, JSON.parse(whole).total);
  }
  const count = set.facts.find((fact) => fact.type === "count");
  live.setText(count.id, "1.234", "vi");
  assert.equal(live.submission().facts[count.id], "1234");
  const spoken = live.changeText(count.id, "nhiều", "vi");
  const finding = spoken.findings.find((found) => found.fact === count.id);
  assert.ok(finding.message.includes(count.title.vi), finding.message);
  assert.equal(live.set(count.id, null).diagnostics.some((found) => found.fact === count.id), false);
});

test("many rows, ranks, verification, gap", () => {
  const set = CriteriaSet.builtin(SET);
  const flags = set.facts.filter((fact) => fact.type === "yes_no");
  const rows = [0, 1, 2, 2].map((n, at) => ({ unit: `u${at}`, facts: Object.fromEntries(flags.slice(0, n * 3).map((fact) => [fact.id, true])) }));
  const many = set.scoreMany(rows);
  assert.deepEqual(many.map((row) => row.points), rows.map((row) => set.scoreSubmission(row).total.points));
  const ranked = set.rank(rows);
  assert.deepEqual(ranked.map((row) => row.rank), [1, 1, 3, 4]);
  assert.deepEqual(ranked.map((row) => row.unit), ["u2", "u3", "u1", "u0"]);
  assert.ok(ranked[0].bar >= ranked[2].bar && ranked[0].bar <= 1000);
  const verified = set.verify({ facts: { [flags[0].id]: true }, verified: { [flags[0].id]: false }, reasons: { [flags[0].id]: "không có" } });
  assert.ok(verified.changes.length > 0);
  assert.ok(verified.delta.startsWith("-"));
  const compared = CriteriaSet.builtin("viet-tri-2395-2018/phu-luc-1");
  const cohort = compared.cohort([{ facts: { "tin-bai-gui": 10 } }, { facts: { "tin-bai-gui": 40 } }]);
  const both = { facts: { "tin-bai-gui": 20 }, verified: { "tin-bai-gui": 10 }, reasons: { "tin-bai-gui": "đếm lại" } };
  const inCohort = compared.verify(both, { cohort });
  assert.deepEqual([inCohort.own.total.points, inCohort.verified.total.points, inCohort.delta], ["1", "0.5", "-0.5"]);
  assert.deepEqual(compared.verify(both).own, compared.scoreSubmission(both));
  const gap = set.gap(rows[0], { others: rows.slice(1) });
  assert.equal(gap.to_rank.length, 3);
  assert.ok(Object.keys(gap.to_band).length === set.definition.bands.length);
  assert.ok(set.cohort(rows) instanceof Cohort);
});

test("words of numbers and days", () => {
  assert.equal(numberText("1.88", "vi"), "1,88");
  assert.equal(readDate("03/10/2018"), "2018-10-03");
  assert.equal(readDate("31/02/2018"), undefined);
  assert.equal(dateText("2018-10-03", "vi"), "03/10/2018");
});

test("decomposed Vietnamese is composed by the host as the core's tables would", async () => {
  const set = structuredClone(CriteriaSet.builtin(SET).definition);
  const composed = (await CriteriaSet.parse(set)).fingerprint;
  const decomposed = JSON.stringify(set).normalize("NFD");
  assert.notEqual(decomposed, JSON.stringify(set));
  assert.equal((await CriteriaSet.parse(decomposed)).fingerprint, composed);
});

test("freed and forgotten sets leave memory as it was", async () => {
  const text = CriteriaSet.builtin(SET).toJSONText();
  const before = process.memoryUsage().rss;
  for (let at = 0; at < 60; at += 1) {
    const set = await CriteriaSet.parse(text);
    set.live().free();
    set.free();
  }
  assert.ok(process.memoryUsage().rss - before < 64 * 1024 * 1024);
});

const debug = join(here, "../build/cqdt-debug");
test("the debug build scores the same, and its functions have names", { skip: !existsSync(`${debug}.wasm`) && "not built: node build.mjs --debug" }, async () => {
  const bytes = readFileSync(`${debug}.wasm`);
  const module = new WebAssembly.Module(bytes);
  assert.equal(WebAssembly.Module.customSections(module, "name").length, 1);
  const { RawSet, initSync } = await import(join(debug, "raw.js"));
  initSync({ module });
  const set = RawSet.builtin(SET);
  const lines = set.marked_lines().split("\u0001").slice(1);
  const text = set.score('{"facts":{}}', false).replaceAll("\u0001", () => lines.shift());
  assert.equal(text, CriteriaSet.builtin(SET).scoreText({ facts: {} }));
});

test("every conformance vector yields the same bytes", { skip: !existsSync(join(here, "../../../conformance/manifest.json")) && "no vectors" }, async () => {
  const folder = join(here, "../../../conformance");
  const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  let ran = 0;
  let left = 0;
  const walk = (dir) => readdirSync(dir, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? walk(join(dir, entry.name)) : [join(dir, entry.name)]));
  for (const file of walk(join(folder, "vectors"))) {
    const outcome = await runVector(JSON.parse(readFileSync(file, "utf8")), { CriteriaSet, CqdtError });
    if (outcome === "skip") {
      left += 1;
      continue;
    }
    assert.equal(outcome, undefined, `${file}: ${outcome}`);
    ran += 1;
  }
  assert.equal(ran + left, manifest.count ?? manifest.files.length);
  assert.ok(ran > left, `${ran} ran, ${left} left out`);
  console.log(`conformance: ${ran} vectors the same, ${left} of operations that the package does not have`);
});
