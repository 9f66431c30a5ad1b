// `npm run bench`: measures the package and its peers in Node and in Chromium, and the core natively, and writes docs/performance-web.md.
//
// Build the package first (`npm run build`), and leave the machine alone meanwhile. `node bench/run.mjs PIECE…` measures these pieces alone and keeps
// what comes out in `build/bench/`; `write` writes the page from what is kept. `--serve` leaves the page to any browser.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { cpus, tmpdir } from "node:os";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { chromium } from "playwright-core";
import { CriteriaSet } from "../dist/node.js";
import { DRAWS, MANY, UNITS } from "./robustness.mjs";
import { SET, rows } from "./work.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const base = join(here, "..");
const root = join(base, "../..");
const kept = join(base, "build/bench");
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };
const STARTS = 7;
const middle = (times) => times.sort((a, b) => a - b)[times.length >> 1];

mkdirSync(kept, { recursive: true });
const bundle = () => esbuild.build({
  entryPoints: [join(here, "page.mjs")],
  outfile: join(kept, "page.js"),
  bundle: true,
  format: "esm",
  logLevel: "warning",
  plugins: [{ name: "dist", setup: (build) => build.onResolve({ filter: /dist\/index\.js$/ }, () => ({ path: "../../dist/index.js", external: true })) }],
});

async function serve() {
  await bundle();
  const server = createServer((request, response) => {
    const file = join(base, normalize(new URL(request.url, "http://x").pathname));
    if (!file.startsWith(base) || !existsSync(file) || extname(file) === "") {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "text/plain" }).end(readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, page: `http://127.0.0.1:${server.address().port}/bench/index.html` };
}

/** A piece in Chromium, each time in a browser that has seen nothing yet. */
async function inChromium(piece, search = "") {
  const { server, page } = await serve();
  const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => path && existsSync(path));
  const browser = await chromium.launch({ executablePath, headless: true, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const tab = await browser.newPage();
    await tab.goto(`${page}${search}#${piece}`);
    await tab.waitForFunction(() => globalThis.result !== undefined, undefined, { timeout: 90_000 });
    const { error, results } = await tab.evaluate(() => globalThis.result);
    if (error !== undefined) {
      throw new Error(error);
    }
    return { ...results[piece], version: browser.version() };
  } finally {
    await browser.close();
    server.close();
  }
}

const inNode = (...args) => JSON.parse(execFileSync(process.execPath, [join(here, "node.mjs"), ...args], { encoding: "utf8" }));

/** The median start of fresh processes, and everything else of one. */
async function own(run) {
  const result = await run("own");
  const starts = [];
  for (let at = 0; at < STARTS; at += 1) {
    starts.push(await run("own", "start"));
  }
  const of = (value) => middle(starts.map(value));
  const parts = Object.keys(result.parts ?? {}).map((part) => [part, of((start) => start.parts[part])]);
  return { ...result, start: of((start) => start.start), parts: Object.fromEntries(parts) };
}

const PIECES = {
  native() {
    const units = join(tmpdir(), `cqdt-bench-${process.pid}.json`);
    writeFileSync(units, JSON.stringify(rows(CriteriaSet.builtin(SET), 10_600)));
    const program = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "release/examples/native");
    return { ms: Number(execFileSync(program, [SET, units], { encoding: "utf8" })) };
  },
  "node-own": () => own(inNode),
  "node-peers": () => inNode("peers"),
  "node-robustness": () => inNode("robustness"),
  "chromium-own": () => own((piece, start) => inChromium(piece, start === undefined ? "" : "?start")),
  "chromium-peers": () => inChromium("peers"),
  "chromium-robustness": () => inChromium("robustness"),
};

function write() {
  const of = (piece) => JSON.parse(readFileSync(join(kept, `${piece}.json`), "utf8"));
  const [native, node, nodePeers, nodeRanks, web, webPeers, webRanks] = Object.keys(PIECES).map(of);
  const set = CriteriaSet.builtin(SET);
  const number = (value) => (value < 10 ? value.toFixed(1) : value.toFixed(0));
  const line = (name, ...values) => `| ${name} | ${values.map(number).join(" | ")} |`;
  const figures = (own, peers) => ({ ...own.figures, ...peers.figures });
  const [inPage, inServer] = [figures(web, webPeers), figures(node, nodePeers)];
  const names = Object.keys(inPage);
  const sizes = Object.entries(JSON.parse(readFileSync(join(base, "sizes.json"), "utf8"))).map(([file, { raw, brotli }]) => `| \`${file}\` | ${(raw / 1000).toFixed(0)} | ${(brotli / 1000).toFixed(1)} |`);
  const text = `# Speed and size in the browser

Written by \`npm run bench\` in \`bindings/wasm\`, after \`npm run build\`, on a machine left alone. All contenders score the same made-up units on the same form (\`${SET}\`: ${set.facts.length} facts,
${set.criteria.length} criteria), and the run stops where plain JavaScript or json-rules-engine has other points than the core. ${webPeers.checked} lines are compared; zen, whose decimals round on the way, differs in ${webPeers.differences.zen}.

${cpus()[0].model.trim()}, ${cpus().length} threads; Chromium ${web.version}, Node ${process.version}.

## One unit

Medians, microseconds a call.

| what | Chromium | Node |
| --- | ---: | ---: |
${names.map((name) => line(name, inPage[name], inServer[name])).join("\n")}

Plain JavaScript has no trace, no checks, no explanation, and its rules are written for this form's kinds alone; in json-rules-engine the rules decide and plain JavaScript computes, which flatters it.

## Start, and many units

Medians, milliseconds.

| what | Chromium | Node | native, one thread |
| --- | ---: | ---: | ---: |
| start: compile, instantiate, a built-in set, first report (${STARTS} fresh processes, in Chromium a second old; in Node with reading the files) | ${number(web.start)} | ${number(node.start)} | |
| \`scoreMany\`, ${web.many.rows} units as objects | ${number(web.many.ms)} | ${number(node.many.ms)} | ${number(native.ms)} (from JSON) |
| \`robustness\`, ${UNITS} units: scoring and ranking | ${number(webRanks.scoring)} | ${number(nodeRanks.scoring)} | |
| … ${DRAWS} draws of the weights | ${number(webRanks.draws)} | ${number(nodeRanks.draws)} | |
| … both, while the page keeps its turn | ${number(webRanks.all)} | ${number(nodeRanks.all)} | |
| plain JavaScript, ${DRAWS} draws of the same points | ${number(webRanks.plain)} | ${number(nodeRanks.plain)} | |
| first call of \`robustness\`, with loading \`cqdt-batch.wasm\` | ${number(webRanks.first)} | ${number(nodeRanks.first)} | |

The plain JavaScript of the draws has a generator of its own: over ${MANY} draws its mean ranks differ from the core's by at most ${webRanks.apart.toFixed(2)} of ${UNITS}, as chance has it.

## Size

| file | KB raw | KB brotli |
| --- | ---: | ---: |
${sizes.join("\n")}
`;
  writeFileSync(join(root, "docs/performance-web.md"), text);
  console.log(text);
}

const asked = process.argv.slice(2);
if (asked.includes("--serve")) {
  console.log((await serve()).page);
} else {
  const pieces = asked.length === 0 ? Object.keys(PIECES) : asked.filter((piece) => piece !== "write");
  if (pieces.includes("native") && asked.length === 0) {
    execFileSync("cargo", ["build", "--quiet", "--release", "--locked", "-p", "cqdt-wasm", "--example", "native"], { cwd: root, stdio: "inherit" });
  }
  for (const piece of pieces) {
    const began = performance.now();
    writeFileSync(join(kept, `${piece}.json`), JSON.stringify(await PIECES[piece]()));
    console.log(`${piece}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  }
  if (asked.length === 0 || asked.includes("write")) {
    write();
  }
}
