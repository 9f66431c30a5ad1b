import * as cqdt from "../dist/index.js";
import { SET, measure } from "./work.mjs";

// From the bytes at hand to the first report: compile, instantiate, read and prove a set, score.
const bytes = await (await fetch("../dist/cqdt.wasm")).arrayBuffer();
const began = performance.now();
await cqdt.init(bytes);
cqdt.CriteriaSet.builtin(SET).score({});
const start = performance.now() - began;
const { figures, many } = measure(cqdt);
const lines = Object.entries(figures).map(([name, figure]) => `${name.padEnd(42)} ${figure.toFixed(1).padStart(9)} µs`);
globalThis.result = { start, figures, many };
document.getElementById("out").textContent = [`start to first score: ${start.toFixed(1)} ms`, ...lines, `scoreMany, ${many.rows} rows: ${many.ms.toFixed(0)} ms`].join("\n");
