// `node bench/node.mjs`: the package in Node beside plain JavaScript and two rules engines, on the same work.
// Run it on a quiet machine; quote a figure with the machine, Node's version, and its peers from the same run.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { Engine } from "json-rules-engine";
import * as zen from "@gorules/zen-engine-wasm/dist/zen_engine_wasm.js";
import * as cqdt from "../dist/node.js";
import { SET, expressions, measure, median, plain, rows } from "./work.mjs";

const require = createRequire(import.meta.url);
zen.initSync({ module: readFileSync(require.resolve("@gorules/zen-engine-wasm/dist/zen_engine_wasm_bg.wasm")) });

const set = cqdt.CriteriaSet.builtin(SET);
const units = rows(set, 100);
const js = plain(set);
const texts = expressions(set);
const byZen = (facts) => {
  const context = new zen.Variable({ f: facts });
  const points = texts.map((text) => Number(context.evaluateExpression(text)));
  context.free();
  return points;
};

// The rules engine decides which criteria give points; what they give is plain JavaScript, which flatters it.
const engine = new Engine([], { allowUndefinedFacts: true });
js.rules.forEach((rule, at) => {
  engine.addFact(`points-${at}`, (_, almanac) => almanac.factValue("facts").then(rule));
  engine.addRule({ conditions: { all: [{ fact: `points-${at}`, operator: "notEqual", value: 0 }] }, event: { type: "points", params: { points: { fact: `points-${at}` } } } });
});
engine.replaceFactsInEventParams = true;
const byRules = async (facts) => {
  const { events } = await engine.run({ facts });
  return events.reduce((sum, { params }) => sum + Number(params.points), 0);
};

// All the same points, or the times mean nothing.
for (const { facts } of units) {
  const report = set.score(facts);
  const core = report.criteria.map((line) => Math.round(Number(line.points) * 100));
  const own = js.rules.map((rule) => rule(facts));
  const z = byZen(facts).map((points) => Math.round(points * 100));
  for (const [name, other] of [["plain JavaScript", own], ["zen", z]]) {
    const at = core.findIndex((points, index) => points !== other[index]);
    if (at >= 0) {
      console.log(`${name} differs at ${report.criteria[at].id}: ${other[at]} instead of ${core[at]} hundredths`);
    }
  }
}

async function medianAsync(run, calls = 10, batches = 11) {
  const times = [];
  for (let batch = 0; batch <= batches; batch += 1) {
    const began = performance.now();
    for (let at = 0; at < calls; at += 1) {
      await run(at);
    }
    times.push(((performance.now() - began) * 1000) / calls);
  }
  return times.slice(1).sort((a, b) => a - b)[batches >> 1];
}

const { figures, many } = measure(cqdt);
figures["zen 0.23.1 (wasm), points alone"] = median((at) => byZen(units[at % 100].facts), { calls: 10, batches: 11 });
figures["json-rules-engine 7.3.1, points alone"] = await medianAsync((at) => byRules(units[at % 100].facts));
console.log(`${cpus()[0].model.trim()}, Node ${process.version}; ${set.facts.length} facts, ${set.criteria.length} criteria; medians, µs\n`);
for (const [name, figure] of Object.entries(figures)) {
  console.log(`${name.padEnd(42)} ${figure.toFixed(1).padStart(9)}`);
}
console.log(`\nscoreMany, ${many.rows} rows: ${many.ms.toFixed(0)} ms`);
