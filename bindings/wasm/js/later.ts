/** Modules that few pages need: each is loaded when first asked for. */

import { unloaded } from "./fault.js";

class Later<M> {
  readonly #file: string;
  #load: (() => Promise<M>) | undefined;
  #loading: Promise<M> | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  /** For the entry points: how it is loaded. */
  provide(how: () => Promise<M>): void {
    this.#load = how;
  }

  /** Loads it, once; after a failure, once more. */
  get(): Promise<M> {
    this.#loading ??= (this.#load?.() ?? Promise.reject(new Error("nothing to load"))).catch((error: unknown) => {
      this.#loading = undefined;
      throw unloaded(this.#file, error);
    });
    return this.#loading;
  }
}

/** The module of batches, built for speed. @internal */
export type Batch = typeof import("./batch.js");
/** @internal */
export const batch = new Later<Batch>("cqdt-batch.wasm");

/** The module that reads and proves sets. @internal */
export const reader = new Later<typeof import("./reader.js")>("cqdt-reader.wasm");
