// Builds the package into `dist/`: `node build.mjs [--record] [--debug] [--quick] [--scripts]` (without wasm-opt; scripts alone).
//
// Rust to WebAssembly (the whole, the scorer alone, the reader of sets, and what batches need, for speed), the bindings by `bindgen/`, wasm-opt, scripts by esbuild, types by tsc.
// Prints sizes and SRI hashes, and fails where a file is more than 5 % over its figure in `sizes.json` (`--record` writes it anew, and the READMEs' tables),
// or where a scorer is over its limit.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import ts from "typescript";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const out = join(here, "dist");
const work = join(here, "build");
const GROWTH = 1.05;
// Bytes, brotli: what a page waits for on a slow line. No record moves these.
const LIMITS = { "cqdt.wasm": 120_000, "cqdt-scorer.wasm": 90_000 };

function run(program, args, options = {}) {
  const line = [program.split("/").pop(), ...args].join(" ");
  console.log(`$ ${line}`);
  return new Promise((done, failed) => {
    const child = spawn(program, args, { stdio: ["ignore", "inherit", "inherit"], cwd: root, ...options });
    child.on("error", failed);
    child.on("close", (code, signal) => (code === 0 ? done() : failed(new Error(`\`${line}\` ended with ${code ?? signal}`))));
  });
}

/** All of them done; the first that failed is told once none runs any more. */
async function all(promises) {
  const failed = (await Promise.allSettled(promises)).find((one) => one.status === "rejected");
  if (failed) {
    throw failed.reason;
  }
}

const cargo = process.env.CARGO ?? "cargo";
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
const bin = (name) => join(here, "node_modules/.bin", name);
// What every browser of the last five years has, and Rust's target assumes.
const features = ["bulk-memory", "nontrapping-float-to-int", "sign-ext", "mutable-globals", "reference-types", "multivalue"];

const cargoHome = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
const flags = [
  // The unrolled SHA-256 is four times the size of the compact one.
  ...["--cfg", 'sha2_backend="soft"', "--cfg", 'sha2_backend_soft="compact"'],
  // The same bytes wherever it is built.
  `--remap-path-prefix=${root}=.`,
  `--remap-path-prefix=${cargoHome}=cargo`,
];
// By profile. Scorers: a hint to inline is followed where the function is no larger than others that are inlined, for which the limit of size has room.
const flagsOf = { wasm: ["-Cllvm-args=-inlinehint-threshold=50"], "wasm-small": [], "wasm-batch": ["-Ctarget-feature=+simd128"] };
// What inlines and shares makes the module smaller and the compressed module larger: repetition is what brotli lives on.
// Functions of one kind beside each other are found again sooner.
const passes = [
  // Nothing lies in the first kilobyte of memory, so that offsets can be folded into loads.
  ...["--reorder-functions-by-name", "--low-memory-unused", "-Oz", "--skip-pass=reorder-functions"],
  ...["inlining", "inlining-optimizing", "local-cse"].map((pass) => `--skip-pass=${pass}`),
  ...["--strip-debug", "--strip-producers", "--strip-target-features", "--converge"],
];
const fastPasses = ["-O3", "--strip-debug", "--strip-producers", "--strip-target-features"];

/** One build of the module by a profile of the workspace: its bindings in `build/NAME/`, the module itself in `dist/NAME.wasm`. */
async function module(name, args, { debug = false, profile = "wasm" } = {}) {
  const dir = join(work, name);
  const fast = profile === "wasm-batch";
  await run(cargo, ["build", "--quiet", "--locked", "-p", "cqdt-wasm", "--profile", profile, "--target", "wasm32-unknown-unknown", ...args], {
    env: { ...process.env, CARGO_ENCODED_RUSTFLAGS: [...flags, ...flagsOf[profile]].join("\u001f") },
  });
  const built = join(target, `wasm32-unknown-unknown/${profile}/cqdt_wasm.wasm`);
  await run(join(here, "bindgen/target/release/cqdt-bindgen"), [built, dir, "raw", ...(debug ? ["--debug"] : [])]);
  const from = join(dir, "raw_bg.wasm");
  if (debug) {
    copyFileSync(from, join(work, `${name}.wasm`));
    return;
  }
  if (process.argv.includes("--quick")) {
    copyFileSync(from, join(out, `${name}.wasm`));
    return;
  }
  await run(bin("wasm-opt"), [...(fast ? [...fastPasses, "--enable-simd"] : passes), ...features.map((feature) => `--enable-${feature}`), from, "-o", join(dir, "opt.wasm")]);
  copyFileSync(join(dir, "opt.wasm"), join(out, `${name}.wasm`));
}

function brotli(file) {
  const data = readFileSync(file);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: data.length };
  return brotliCompressSync(data, { params }).length;
}

/** Makes `./raw.js` mean the bindings of one module, and leaves those of the modules that are loaded later in files of their own. */
const rawOf = (name) => ({
  name: "raw",
  setup(build) {
    build.onResolve({ filter: /\/raw(-batch|-reader)?\.js$/ }, () => ({ path: join(work, name, "raw.js") }));
    build.onResolve({ filter: /^\.\/(batch|reader)\.js$/ }, ({ path }) => ({ path, external: true }));
  },
});

async function script(entry, file, name, options = {}) {
  await esbuild.build({
    entryPoints: [join(here, "js", entry)],
    outfile: join(out, file),
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    sourcemap: true,
    sourcesContent: true,
    legalComments: "none",
    plugins: [rawOf(name)],
    define: { CQDT_MODULE: JSON.stringify(`./${name}.wasm`), CQDT_WORDS: String(name !== "cqdt-scorer") },
    logLevel: "warning",
    ...options,
  });
}

/** The types of `cqdt/scorer`: those of the whole package without what is marked `@notInScorer`. Classes of their own, since its objects are no others' either. */
function scorerTypes(dir) {
  const text = readFileSync(join(dir, "api.d.ts"), "utf8");
  const marked = (node) => ts.getJSDocTags(node).some((tag) => tag.tagName.text === "notInScorer");
  const classes = ts.createSourceFile("api.d.ts", text, ts.ScriptTarget.Latest, true).statements.filter(ts.isClassDeclaration);
  const gone = classes.flatMap((node) => node.members.filter(marked));
  const left = gone.reverse().reduce((text, node) => text.slice(0, node.getFullStart()) + text.slice(node.end), text);
  writeFileSync(join(dir, "scorer-api.d.ts"), left);
  writeFileSync(join(dir, "scorer.d.ts"), readFileSync(join(dir, "index.d.ts"), "utf8").replace("./api.js", "./scorer-api.js"));
}

const modules = !process.argv.includes("--scripts");
if (modules) {
  rmSync(out, { recursive: true, force: true });
}
mkdirSync(out, { recursive: true });
mkdirSync(work, { recursive: true });
if (modules) {
  await run(cargo, ["build", "--quiet", "--locked", "--release", "--manifest-path", "bindings/wasm/bindgen/Cargo.toml"], {
    env: { ...process.env, CARGO_TARGET_DIR: join(here, "bindgen/target") },
  });
  // Linking a module keeps one core busy. Cargo builds those of one profile one after the other, others beside them.
  const scorers = async () => {
    await module("cqdt-scorer", ["--no-default-features", "--features", "score"]);
    await module("cqdt", []);
    if (process.argv.includes("--debug")) {
      await module("cqdt-debug", [], { debug: true });
    }
  };
  await all([
    scorers(),
    module("cqdt-batch", ["--no-default-features", "--features", "robustness,prove"], { profile: "wasm-batch" }),
    module("cqdt-reader", ["--no-default-features", "--features", "prove"], { profile: "wasm-small" }),
  ]);
}
// The compiler reads the bindings of the whole module; those of the scorer are a part of them.
copyFileSync(join(work, "cqdt/raw.d.ts"), join(here, "js/raw.d.ts"));
copyFileSync(join(work, "cqdt-batch/raw.d.ts"), join(here, "js/raw-batch.d.ts"));
copyFileSync(join(work, "cqdt-reader/raw.d.ts"), join(here, "js/raw-reader.d.ts"));

await script("index.ts", "index.js", "cqdt");
await script("index.ts", "scorer.js", "cqdt-scorer");
await script("node.ts", "node.js", "cqdt", { platform: "node" });
await script("node.ts", "scorer.node.js", "cqdt-scorer", { platform: "node" });
await script("batch.ts", "batch.js", "cqdt-batch");
await script("reader.ts", "reader.js", "cqdt-reader");
await script("elements/index.ts", "elements.js", "cqdt", {
  // The elements share the page's one copy of the package.
  plugins: [{ name: "beside", setup: (build) => build.onResolve({ filter: /^\.\.\/index\.js$/ }, () => ({ path: "./index.js", external: true })) }],
});
await script("classic.ts", "cqdt.classic.js", "cqdt", {
  format: "iife",
  globalName: "cqdt",
  define: { "import.meta.url": "CQDT_SCRIPT", CQDT_MODULE: '"./cqdt.wasm"', CQDT_WORDS: "true" },
  banner: { js: "var CQDT_SCRIPT=document.currentScript&&document.currentScript.src||document.baseURI;" },
});
await run(bin("tsc"), ["-p", join(here, "tsconfig.json")]);
scorerTypes(join(out, "types"));
for (const licence of ["LICENSE-APACHE", "LICENSE-MIT"]) {
  copyFileSync(join(root, licence), join(here, licence));
}

const sizesFile = join(here, "sizes.json");
const recorded = existsSync(sizesFile) ? JSON.parse(readFileSync(sizesFile, "utf8")) : {};
const recording = process.argv.includes("--record");
const sizes = {};
const grown = [];
console.log(`\n${"file".padEnd(20)} ${"raw".padStart(8)} ${"gzip".padStart(8)} ${"brotli".padStart(8)} ${"recorded".padStart(9)}  integrity`);
for (const file of readdirSync(out).filter((file) => /\.(js|wasm)$/.test(file)).sort()) {
  const path = join(out, file);
  const data = readFileSync(path);
  const size = { raw: data.length, gzip: gzipSync(data, { level: 9 }).length, brotli: brotli(path) };
  const before = recorded[file]?.brotli;
  const integrity = `sha384-${createHash("sha384").update(data).digest("base64")}`;
  const columns = [size.raw, size.gzip, size.brotli].map((bytes) => String(bytes).padStart(8)).join(" ");
  console.log(`${file.padEnd(20)} ${columns} ${String(before ?? "-").padStart(9)}  ${integrity}`);
  sizes[file] = size;
  if (before === undefined || size.brotli > before * GROWTH) {
    grown.push(`${file}: ${size.brotli} bytes brotli, recorded ${before ?? "never"}`);
  }
}
/** The rows of sizes in both READMEs as the recorded figures have them. */
function* readmes() {
  for (const name of ["README.md", "README.vi.md"]) {
    const path = join(root, name);
    const before = readFileSync(path, "utf8");
    const after = before.replace(/^(\| `([^`]+)`.* \| )\d+ \|$/gm, (row, start, file) => (sizes[file] ? `${start}${Math.round((recording ? sizes : recorded)[file].brotli / 1000)} |` : row));
    yield { name, path, before, after };
  }
}

const over = Object.entries(LIMITS).filter(([file, limit]) => sizes[file].brotli > limit);
if (over.length > 0) {
  console.error(`\nerror: over the limit\n${over.map(([file, limit]) => `${file}: ${sizes[file].brotli} bytes brotli, at most ${limit}`).join("\n")}`);
  process.exit(1);
}
if (recording) {
  writeFileSync(sizesFile, `${JSON.stringify(sizes, null, 2)}\n`);
  for (const { path, after } of readmes()) {
    writeFileSync(path, after);
  }
} else if (grown.length > 0) {
  console.error(`\nerror: over the recorded size by more than 5 %\n${grown.join("\n")}\nhelp: if it is worth it, record it: node build.mjs --record`);
  process.exit(1);
} else {
  for (const { name, before, after } of readmes()) {
    if (before !== after) {
      console.error(`\nerror: ${name} has other sizes than sizes.json\nhelp: node build.mjs --record`);
      process.exit(1);
    }
  }
}
