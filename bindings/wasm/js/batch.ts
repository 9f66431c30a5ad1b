/** The bindings of the second module, built for speed: loaded when a batch is asked for. */
/** @internal */
export { default as load, initSync, prove, RawDrawing, RawSet } from "./raw-batch.js";
