/** For Node: the module is loaded at once, and `init` has nothing to do. */
import { readFileSync } from "node:fs";
import { markReady } from "./api.js";
import { initSync } from "./raw.js";

export * from "./api.js";

initSync({ module: readFileSync(new URL("./cqdt.wasm", import.meta.url)) });
markReady();

/** There for programs that run in browsers too. */
export function init(): Promise<void> {
  return Promise.resolve();
}
