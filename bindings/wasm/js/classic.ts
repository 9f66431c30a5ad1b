/** One script for pages without modules: a global `cqdt`, and the elements. */
import "./elements/index.js";

export * from "./index.js";
export * from "./elements/index.js";
