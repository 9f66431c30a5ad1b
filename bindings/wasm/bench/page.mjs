import init, * as zen from "@gorules/zen-engine-wasm/dist/zen_engine_wasm.js";
import * as cqdt from "../dist/index.js";
import { peers } from "./peers.mjs";
import { SET, measure, rows } from "./work.mjs";

// From the bytes at hand to the first report: compile, instantiate, read and prove a set, score. Another module each time.
const bytes = await (await fetch("../dist/cqdt.wasm")).arrayBuffer();
const began = performance.now();
await cqdt.init(bytes);
cqdt.CriteriaSet.builtin(SET).score({});
const start = performance.now() - began;
await init({ module_or_path: "../node_modules/@gorules/zen-engine-wasm/dist/zen_engine_wasm_bg.wasm" });
const own = measure(cqdt);
const set = cqdt.CriteriaSet.builtin(SET);
const others = await peers(set, rows(set, 100), zen);
const result = { start, ...own, others };
const lines = Object.entries({ ...own.figures, ...others.figures }).map(([name, figure]) => `${name.padEnd(42)} ${figure.toFixed(1).padStart(9)} µs`);
document.getElementById("out").textContent = [`start to first score: ${start.toFixed(1)} ms`, ...lines, `scoreMany, ${own.many.rows} rows: ${own.many.ms.toFixed(0)} ms`].join("\n");
globalThis.result = result;
