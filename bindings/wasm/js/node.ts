/** For Node: the module is loaded at once, and `init` has nothing to do. */
import { readFileSync } from "node:fs";
import { markReady } from "./api.js";
import { initSync } from "./raw.js";
import { provideBatch } from "./robustness.js";

export * from "./api.js";

/** The module's file, named by the build. */
declare const CQDT_MODULE: string;

initSync({ module: readFileSync(new URL(CQDT_MODULE, import.meta.url)) });
markReady();
provideBatch(async () => {
  const batch = await import("./batch.js");
  batch.initSync({ module: readFileSync(new URL("./cqdt-batch.wasm", import.meta.url)) });
  return batch;
});

/** There for programs that run in browsers too. */
export function init(): Promise<void> {
  return Promise.resolve();
}

/** There for programs that run in browsers too. */
export function batchFrom(_source: unknown): void {
  // The second module lies beside this file.
}
