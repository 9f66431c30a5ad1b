// Ranks under drawn weights: the numbers of the native command, and a page that keeps its turn.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { CqdtError, CriteriaSet } from "../dist/node.js";
import { SET, rows } from "../bench/work.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const set = CriteriaSet.builtin(SET);
const units = rows(set, 60).map((unit) => ({ ...unit, set: SET }));
const text = (value) => ({ vi: value, en: value });
let folder;

/** What the command prints of the same units as a round. */
function command(...args) {
  const cargo = process.env.CARGO ?? "cargo";
  const printed = execFileSync(cargo, ["run", "--quiet", "--locked", "-p", "cqdt-cli", "--", "robustness", folder, "--json", ...args], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  return printed.trimEnd();
}

before(() => {
  folder = mkdtempSync(join(tmpdir(), "cqdt-round-"));
  mkdirSync(join(folder, "submissions"));
  const quoted = (value) => JSON.stringify(value);
  const lines = ['format = 1', 'id = "vong"', 'title = { vi = "Đợt", en = "Round" }', "period = { from = 2017-09-01, to = 2018-09-30 }", "due = { before = 2018-10-03 }",
    'collector = { vi = "A", en = "A" }', 'recipients = [{ vi = "B", en = "B" }]',
    '[document]', 'number = "1"', "date = 2018-09-25", 'issuer = { vi = "A", en = "A" }', 'title = { vi = "T", en = "T" }', '[basis]', 'status = "official"'];
  for (const { unit } of units) {
    lines.push("[[units]]", `id = ${quoted(unit)}`, `name = { vi = ${quoted(unit)}, en = ${quoted(unit)} }`, `set = ${quoted(SET)}`);
  }
  writeFileSync(join(folder, "round.toml"), lines.join("\n"));
  for (const unit of units) {
    writeFileSync(join(folder, "submissions", `${unit.unit}.json`), JSON.stringify(unit));
  }
});

after(() => rmSync(folder, { recursive: true, force: true }));

test("the same bytes as the native command", async () => {
  const told = [];
  const options = { draws: 700, seed: 2n ** 63n + 5n, percent: 40, pairs: [["u3", "u4"]], layer: "verified", onProgress: (done, all) => told.push([done, all]) };
  const here = await set.robustnessText(units, options);
  assert.equal(here, command("--draws", "700", "--seed", String(options.seed), "--percent", "40", "--pair", "u3,u4"));
  assert.deepEqual(told.at(-1), [700, 700]);
  assert.ok(told.every(([done], at) => at === 0 || done > told[at - 1][0]));
  const dropped = await set.robustnessText(units, { draws: 300, seed: 9, dirichlet: 25.5, dropOneGroup: true, layer: "verified", lang: "en" });
  assert.equal(dropped, command("--draws", "300", "--seed", "9", "--dirichlet", "25.5", "--drop-one", "--lang", "en"));
  assert.equal(here, await set.robustnessText(units, options));
  assert.notEqual(here, await set.robustnessText(units, { ...options, seed: 5 }));
  const { rankings: [ranking] } = await set.robustness(units, options);
  assert.deepEqual(ranking.units.map(({ unit, rank }) => [unit, rank]), set.rank(units).map(({ unit, rank }) => [unit, rank]));
  assert.ok(ranking.units.every(({ low, median, high, rank, at_rank: same }) => low <= median && median <= high && high <= 60 && rank >= 1 && same >= 0 && same <= 1));
  assert.match(ranking.notice, /CHƯA/);
});

test("errors of facts and what moves ranks are those of the native command", async () => {
  const { facts } = set.definition;
  const counted = facts.filter(({ type }) => type === "count").slice(0, 3).map(({ id }) => id);
  assert.equal(counted.length, 3);
  const [first, second, third] = counted;
  const told = [];
  const options = { draws: 40, seed: 3, layer: "verified", errors: { [second]: 2, [first]: "5,50 %", [third]: "10%" }, sensitivity: 16, onProgress: (done, all) => told.push([done, all]) };
  const here = await set.robustnessText(units, options);
  const errors = [`${third}=10%`, `${first}=5.5%`, `${second}=2`].flatMap((error) => ["--error", error]);
  assert.equal(here, command("--draws", "40", "--seed", "3", "--sensitivity=16", ...errors));
  // Whatever order the units come in.
  assert.equal(await set.robustnessText(units.toReversed(), options).then((text) => JSON.parse(text).rankings[0].sensitivity.mean_shift), JSON.parse(here).rankings[0].sensitivity.mean_shift);
  const { errors: stated, rankings: [{ sensitivity: found }] } = await set.robustness(units, options);
  assert.deepEqual(stated, { [first]: "5.5%", [second]: "2", [third]: "10%" });
  const width = set.definition.groups.length + 3;
  assert.deepEqual([found.samples, found.rankings], [16, 16 * width]);
  assert.deepEqual(told.at(-1), [40 + 16 * width, 40 + 16 * width]);
  assert.equal(found.groups.length, set.definition.groups.length);
  assert.ok(found.errors.total > 0 && found.dropped === null);
  const plain = { draws: 40, seed: 3, layer: "verified", sensitivity: 64, dropOneGroup: true };
  assert.equal(await set.robustnessText(units, plain), command("--draws", "40", "--seed", "3", "--sensitivity=64", "--drop-one"));
  const without = await set.robustness(units, { draws: 10 });
  assert.ok(!("errors" in without) && !("sensitivity" in without.rankings[0]));
});

test("it stops when told to, and others have their turn meanwhile", async () => {
  const stop = new AbortController();
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  let done = 0;
  const running = set.robustness(units, { draws: 4_000_000, signal: stop.signal, onProgress: (made) => (done = made) });
  setTimeout(() => stop.abort(new Error("enough")), 150);
  await assert.rejects(running, /enough/);
  clearInterval(timer);
  assert.ok(done > 0 && done < 4_000_000, String(done));
  assert.ok(turns > 3, `${turns} turns`);
  await assert.rejects(set.robustness(units, { signal: AbortSignal.abort() }), { name: "AbortError" });
});

test("what can't be drawn is refused in both languages", async () => {
  const refused = async (code, rows, options) => {
    await assert.rejects(set.robustness(rows, options), (error) => {
      assert.ok(error instanceof CqdtError, String(error));
      assert.equal(error.code, code);
      assert.ok(error.messages.vi !== "" && error.messages.en !== "" && error.messages.vi !== error.messages.en);
      return true;
    });
  };
  await refused("E9004", [], {});
  for (const seed of [1.5, -1, Number.NaN, 2 ** 53, -1n, 1n << 64n]) {
    await refused("E9013", units, { seed });
  }
  await refused("E9004", units, { draws: 0 });
  await refused("E9004", units, { draws: 1.5 });
  await refused("E9004", units, { percent: 101 });
  await refused("E9004", units, { dirichlet: -1 });
  await refused("E9004", units, { sensitivity: 1.5 });
  await refused("E9004", units, { sensitivity: 65_537 });
  await refused("E9006", units, { pairs: [["u1", "no"]] });
  await refused("E9011", units, { errors: { nothing: "2%" } });
  await refused("E9011", units, { errors: { [set.definition.facts.find(({ type }) => type === "yes_no").id]: 2 } });
  await assert.rejects(set.robustness(units, { errors: { one: "x", two: "2%%" } }), ({ messages }) => /`one`.*`two`/.test(messages.vi) && /`one`.*`two`/.test(messages.en));
  await refused("E0103", "[{}]", {});
  const byGroup = structuredClone(set.definition);
  byGroup.ranking.by = "group";
  byGroup.ranking.group = byGroup.groups[0].id;
  const other = await CriteriaSet.parse(byGroup);
  await assert.rejects(other.robustness(units.map(({ unit, facts }) => ({ unit, facts }))), { code: "E9005" });
  other.free();
});

test("units are drawn among those that they are ranked with", async () => {
  const within = structuredClone(set.definition);
  within.ranking.within = "parent";
  const other = await CriteriaSet.parse(within);
  const parents = Object.fromEntries(units.map(({ unit }, at) => [unit, at % 3 === 0 ? "a" : "b"]));
  const { rankings } = await other.robustness(units, { draws: 50, parents });
  assert.deepEqual(rankings.map(({ parent, units }) => [parent, units.length]), [["a", 20], ["b", 40]]);
  other.free();
});
