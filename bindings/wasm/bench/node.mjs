// `node bench/node.mjs [--json]`: the package in Node beside plain JavaScript and two rules engines, on the same work.
// Run it on a quiet machine; quote a figure with the machine, Node's version, and its peers from the same run.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import * as zen from "@gorules/zen-engine-wasm/dist/zen_engine_wasm.js";
import * as cqdt from "../dist/node.js";
import { peers } from "./peers.mjs";
import { SET, measure, rows } from "./work.mjs";

const require = createRequire(import.meta.url);
zen.initSync({ module: readFileSync(require.resolve("@gorules/zen-engine-wasm/dist/zen_engine_wasm_bg.wasm")) });

const set = cqdt.CriteriaSet.builtin(SET);
const own = measure(cqdt);
const others = await peers(set, rows(set, 100), zen);
if (process.argv.includes("--json")) {
  console.log(JSON.stringify({ ...own, others }));
} else {
  console.log(`${cpus()[0].model.trim()}, Node ${process.version}; ${set.facts.length} facts, ${set.criteria.length} criteria; medians, µs\n`);
  for (const [name, figure] of Object.entries({ ...own.figures, ...others.figures })) {
    console.log(`${name.padEnd(42)} ${figure.toFixed(1).padStart(9)}`);
  }
  console.log(`\nscoreMany, ${own.many.rows} rows: ${own.many.ms.toFixed(0)} ms; points that zen has otherwise: ${others.differences.zen} of ${others.checked}`);
}
