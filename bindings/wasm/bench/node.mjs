// One piece of the measurement in Node: `node bench/node.mjs own|peers|robustness`.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as zen from "@gorules/zen-engine-wasm/dist/zen_engine_wasm.js";
import { peers } from "./peers.mjs";
import { robustness } from "./robustness.mjs";
import { SET, measure, rows } from "./work.mjs";

const began = performance.now();
const cqdt = await import("../dist/node.js");
cqdt.CriteriaSet.builtin(SET).score({});
const start = performance.now() - began;

const PIECES = {
  own: async () => ({ start, ...(process.argv[3] === "start" ? {} : await measure(cqdt)) }),
  peers() {
    const require = createRequire(import.meta.url);
    zen.initSync({ module: readFileSync(require.resolve("@gorules/zen-engine-wasm/dist/zen_engine_wasm_bg.wasm")) });
    const set = cqdt.CriteriaSet.builtin(SET);
    return peers(set, rows(set, 100), zen);
  },
  robustness: () => robustness(cqdt),
};
console.log(JSON.stringify(await PIECES[process.argv[2]]()));
