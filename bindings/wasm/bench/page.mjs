// One piece of the measurement, named by the address: `index.html#own`, `#peers`, `#robustness`.
import initZen, * as zen from "@gorules/zen-engine-wasm/dist/zen_engine_wasm.js";
import * as cqdt from "../dist/index.js";
import { peers } from "./peers.mjs";
import { robustness } from "./robustness.mjs";
import { SET, measure, rows } from "./work.mjs";

const show = (text) => {
  document.getElementById("out").textContent += `${text}\n`;
};

const PIECES = {
  async own() {
    // From the bytes at hand to the first report: compile, instantiate, a built-in set, score. Another module each time would be
    // served from the browser's cache of compiled code, so this is measured once a page; the runner opens several.
    const bytes = await (await fetch("../dist/cqdt.wasm")).arrayBuffer();
    // The browser has just been started, and goes on with that for a while: a portal's page opens in one that runs.
    await new Promise((settled) => setTimeout(settled, 1_000));
    const began = performance.now();
    await cqdt.init(bytes);
    const loaded = performance.now();
    const set = cqdt.CriteriaSet.builtin(SET);
    const made = performance.now();
    set.score({});
    const scored = performance.now();
    const parts = { "compile and instantiate": loaded - began, "a built-in set": made - loaded, "first report": scored - made };
    return { start: scored - began, parts, ...(location.search === "?start" ? {} : await measure(cqdt)) };
  },
  async peers() {
    await cqdt.init();
    await initZen({ module_or_path: "../node_modules/@gorules/zen-engine-wasm/dist/zen_engine_wasm_bg.wasm" });
    const set = cqdt.CriteriaSet.builtin(SET);
    return peers(set, rows(set, 100), zen);
  },
  async robustness() {
    await cqdt.init();
    return robustness(cqdt);
  },
};

try {
  const pieces = PIECES[location.hash.slice(1)] === undefined ? Object.keys(PIECES) : [location.hash.slice(1)];
  const results = {};
  for (const piece of pieces) {
    results[piece] = await PIECES[piece]();
    show(`${piece}\n${JSON.stringify(results[piece], null, 2)}\n`);
  }
  globalThis.result = { results };
} catch (error) {
  globalThis.result = { error: String(error?.stack ?? error) };
  show(globalThis.result.error);
}
