// Memory comes back: by `using`, by the collector for what was forgotten, and for what many units need.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { transformSync } from "esbuild";

const dist = pathToFileURL(join(dirname(fileURLToPath(import.meta.url)), "../dist/node.js")).href;

/** Runs a script in a process whose collector can be called and whose module's memory can be seen; what it returns comes back. */
function inProcess(body) {
  const script = `
    const memories = [];
    const { Instance } = WebAssembly;
    WebAssembly.Instance = class extends Instance {
      constructor(...args) { super(...args); memories.push(this.exports.memory); }
    };
    const { CriteriaSet } = await import(${JSON.stringify(dist)});
    const memory = () => memories[0].buffer.byteLength;
    const collect = async () => {
      for (let at = 0; at < 3; at += 1) {
        gc();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    const ID = "viet-tri-2395-2018/phu-luc-2";
    async function run() {${body}}
    console.log(JSON.stringify(await run()));
  `;
  const dir = mkdtempSync(join(tmpdir(), "cqdt-memory-"));
  try {
    const file = join(dir, "run.mjs");
    // \`using\` in the words of older engines.
    writeFileSync(file, transformSync(script, { target: "es2022", format: "esm" }).code);
    return JSON.parse(execFileSync(process.execPath, ["--expose-gc", file], { encoding: "utf8" }));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

test("`using` gives back a set, a live score and a cohort at the end of the block", () => {
  const { early, late, held } = inProcess(`
    const once = () => {
      using set = CriteriaSet.builtin(ID);
      using live = set.live();
      using cohort = set.cohort([{ facts: {} }]);
      return [set, live, cohort];
    };
    for (let at = 0; at < 20; at += 1) { once(); }
    const early = memory();
    // Nobody collects: what was not given back would be seen.
    for (let at = 0; at < 1000; at += 1) { once(); }
    const late = memory();
    const all = Array.from({ length: 100 }, () => CriteriaSet.builtin(ID));
    const held = memory();
    return { early, late, held, all: all.length };
  `);
  assert.equal(late, early);
  assert.ok(held > 2 * late, `a hundred sets were not seen: ${late} to ${held}`);
});

test("what a block has left throws as freed", () => {
  const code = inProcess(`
    let left;
    { using set = CriteriaSet.builtin(ID); left = set; }
    try { left.score({}); } catch (error) { return error.code; }
  `);
  assert.equal(code, "E9002");
});

test("the collector gives back what was forgotten", () => {
  const { early, late } = inProcess(`
    const forget = () => { for (let at = 0; at < 50; at += 1) { CriteriaSet.builtin(ID).live(); } };
    for (let round = 0; round < 3; round += 1) { forget(); await collect(); }
    const early = memory();
    for (let round = 0; round < 20; round += 1) { forget(); await collect(); }
    return { early, late: memory() };
  `);
  assert.ok(late <= early, `a thousand forgotten sets: ${early} to ${late}`);
});

test("many units are scored in the memory of their answers", () => {
  const { first, again } = inProcess(`
    const set = CriteriaSet.builtin(ID);
    const rows = (count) => Array.from({ length: count }, (_, at) => ({ unit: "u" + at, facts: Object.fromEntries(set.facts.map(({ id, type }) => [id, type === "count" ? at % 9 : type === "yes_no"])) }));
    const all = rows(2000);
    set.scoreMany(all);
    const first = memory();
    for (let at = 0; at < 5; at += 1) { set.scoreMany(all); }
    return { first, again: memory() };
  `);
  assert.equal(again, first);
  // Two thousand reports with their traces would take more than 100 MB.
  assert.ok(first < 64 << 20, `${first} bytes`);
});

test("ten thousand answers, scores and explanations leave the module's memory as it is", () => {
  const { early, late } = inProcess(`
    const set = CriteriaSet.builtin(ID);
    const live = set.live();
    const count = set.facts.filter(({ type }) => type === "count").map(({ id }) => id);
    const cohort = set.cohort([{ facts: {} }]);
    const round = (from, to) => {
      for (let at = from; at < to; at += 1) {
        const [fact, value] = [count[at % count.length], (at * 7919) % 500];
        live.set(fact, value);
        if (at % 10 === 0) { live.change(fact, value, at % 20 ? "vi" : "en"); }
        set.score({ [fact]: value }, { cohort });
        set.explain({ facts: { [fact]: value } });
      }
    };
    round(0, 1000);
    const early = memory();
    round(1000, 11_000);
    return { early, late: memory() };
  `);
  assert.equal(late, early);
});
