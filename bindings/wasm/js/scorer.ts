/** The scorer alone, without built-in sets and explanations. */
import { isReady, markReady } from "./api.js";
import load from "./raw.js";

export * from "./api.js";

/** Where the module may come from, when not from beside this file. */
export type ModuleSource = string | URL | Request | Response | BufferSource | WebAssembly.Module | Promise<Response>;

let loading: Promise<void> | undefined;

/** Loads the module, once; later calls wait for the first. */
export function init(source?: ModuleSource): Promise<void> {
  if (isReady()) {
    return Promise.resolve();
  }
  loading ??= load({ module_or_path: source ?? new URL("./cqdt-scorer.wasm", import.meta.url) }).then(markReady, (error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}
