/** The bindings of the module that reads and proves sets: loaded when a set is given as JSON. */
/** @internal */
export { default as load, initSync, prove } from "./raw-reader.js";
