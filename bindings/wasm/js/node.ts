/** For Node: the module is loaded at once, and `init` has nothing to do. */
import { readFileSync } from "node:fs";
import { markReady } from "./api.js";
import { batch, reader } from "./later.js";
import { initSync } from "./raw.js";

export * from "./api.js";

/** The module's file, named by the build. */
declare const CQDT_MODULE: string;

initSync({ module: readFileSync(new URL(CQDT_MODULE, import.meta.url)) });
markReady();
batch.provide(async () => {
  const bindings = await import("./batch.js");
  bindings.initSync({ module: readFileSync(new URL("./cqdt-batch.wasm", import.meta.url)) });
  return bindings;
});
reader.provide(async () => {
  const bindings = await import("./reader.js");
  bindings.initSync({ module: readFileSync(new URL("./cqdt-reader.wasm", import.meta.url)) });
  return bindings;
});

/** There for programs that run in browsers too. */
export function init(): Promise<void> {
  return Promise.resolve();
}

/** There for programs that run in browsers too. */
export function batchFrom(_source: unknown): void {
  // The module of batches lies beside this file.
}

/** There for programs that run in browsers too. */
export function readerFrom(_source: unknown): void {
  // The reader's module lies beside this file.
}
