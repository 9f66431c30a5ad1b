/** For browsers and bundlers: `await init()`, then scoring is synchronous. */
import { isReady, markReady } from "./api.js";
import { unloaded } from "./fault.js";
import { batch, reader } from "./later.js";
import load from "./raw.js";

export * from "./api.js";

/** The module's file, named by the build: with built-in sets and explanations, or the scorer alone. */
declare const CQDT_MODULE: string;

/** Where the module may come from, when not from beside this file. */
export type ModuleSource = string | URL | Request | Response | BufferSource | WebAssembly.Module | Promise<Response>;

let loading: Promise<void> | undefined;

/**
 * Loads the module, once; later calls wait for the first.
 * @throws {CqdtError} `E9012` where it does not arrive, or can't be run; another call tries again.
 */
export function init(source?: ModuleSource): Promise<void> {
  if (isReady()) {
    return Promise.resolve();
  }
  loading ??= load({ module_or_path: source ?? new URL(CQDT_MODULE, import.meta.url) }).then(markReady, (error: unknown) => {
    loading = undefined;
    throw unloaded(CQDT_MODULE.slice(2), error);
  });
  return loading;
}

let batchSource: ModuleSource | undefined;
let readerSource: ModuleSource | undefined;

/** Names where the module of batches comes from when not from beside this file. It is loaded when first needed. */
export function batchFrom(source: ModuleSource): void {
  batchSource = source;
}

/** Names where the module that reads sets comes from when not from beside this file. It is loaded when first needed. */
export function readerFrom(source: ModuleSource): void {
  readerSource = source;
}

batch.provide(async () => {
  const bindings = await import("./batch.js");
  await bindings.load({ module_or_path: batchSource ?? new URL("./cqdt-batch.wasm", import.meta.url) });
  return bindings;
});
reader.provide(async () => {
  const bindings = await import("./reader.js");
  await bindings.load({ module_or_path: readerSource ?? new URL("./cqdt-reader.wasm", import.meta.url) });
  return bindings;
});
