// `node bench/run.mjs`: measures the package and its peers in Node and in Chromium, and the core natively, and writes docs/performance-web.md.
// Build the package first (`npm run build`), and leave the machine alone meanwhile.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { cpus, tmpdir } from "node:os";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { chromium } from "playwright-core";
import { CriteriaSet } from "../dist/node.js";
import { SET, rows } from "./work.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const base = join(here, "..");
const root = join(base, "../..");
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };

await esbuild.build({
  entryPoints: [join(here, "page.mjs")],
  outfile: join(base, "build/bench/page.js"),
  bundle: true,
  format: "esm",
  logLevel: "warning",
  plugins: [{ name: "dist", setup: (build) => build.onResolve({ filter: /dist\/index\.js$/ }, () => ({ path: "../../dist/index.js", external: true })) }],
});

const server = createServer((request, response) => {
  const file = join(base, normalize(new URL(request.url, "http://x").pathname));
  if (!file.startsWith(base) || !existsSync(file) || extname(file) === "") {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "text/plain" }).end(readFileSync(file));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const page = `http://127.0.0.1:${server.address().port}/bench/index.html`;
if (process.argv.includes("--serve")) {
  console.log(page);
} else {
  const units = join(tmpdir(), `cqdt-bench-${process.pid}.json`);
  writeFileSync(units, JSON.stringify(rows(CriteriaSet.builtin(SET), 10_600)));
  const native = Number(execFileSync("cargo", ["run", "--quiet", "--release", "--locked", "-p", "cqdt-wasm", "--example", "native", "--", SET, units], { cwd: root, encoding: "utf8" }));
  const node = JSON.parse(execFileSync(process.execPath, [join(here, "node.mjs"), "--json"], { encoding: "utf8" }));
  const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => path && existsSync(path));
  const browser = await chromium.launch({ executablePath, headless: true, args: ["--no-sandbox", "--disable-gpu"] });
  const tab = await browser.newPage();
  await tab.goto(page);
  await tab.waitForFunction(() => globalThis.result !== undefined, undefined, { timeout: 200_000 });
  const web = await tab.evaluate(() => globalThis.result);
  const version = browser.version();
  await browser.close();
  server.close();

  const set = CriteriaSet.builtin(SET);
  const of = (result) => ({ ...result.figures, ...result.others.figures });
  const number = (value) => (value < 10 ? value.toFixed(1) : value.toFixed(0));
  const lines = Object.keys(of(web)).map((name) => `| ${name} | ${number(of(web)[name])} | ${number(of(node)[name])} |`);
  const sizes = Object.entries(JSON.parse(readFileSync(join(base, "sizes.json"), "utf8"))).map(([file, { raw, brotli }]) => `| \`${file}\` | ${(raw / 1000).toFixed(0)} | ${(brotli / 1000).toFixed(1)} |`);
  mkdirSync(join(root, "docs"), { recursive: true });
  writeFileSync(join(root, "docs/performance-web.md"), `# Speed and size in the browser

Written by \`node bench/run.mjs\` in \`bindings/wasm\`, after \`npm run build\`, on a machine left alone. All contenders score the same made-up units on the same form (\`${SET}\`: ${set.facts.length} facts,
${set.criteria.length} criteria), and the run stops where plain JavaScript or json-rules-engine has other points than the core. ${web.others.checked} lines are compared; zen, whose decimals round on the way, differs in ${web.others.differences.zen}.

${cpus()[0].model.trim()}, ${cpus().length} threads; Chromium ${version}, Node ${process.version}. Medians in microseconds a call.

| what | Chromium | Node |
| --- | ---: | ---: |
${lines.join("\n")}

- Start in Chromium (compile, instantiate, read and prove a set, first report): ${web.start.toFixed(1)} ms.
- \`scoreMany\`, ${web.many.rows} units as JSON: ${web.many.ms.toFixed(0)} ms in Chromium, ${node.many.ms.toFixed(0)} ms in Node; the same call natively, one thread: ${native.toFixed(0)} ms.

Plain JavaScript has no trace, no checks, no explanation, and its rules are written for this form's kinds alone; in json-rules-engine the rules decide and plain JavaScript computes, which flatters it.

| file | KB raw | KB brotli |
| --- | ---: | ---: |
${sizes.join("\n")}
`);
  console.log(readFileSync(join(root, "docs/performance-web.md"), "utf8"));
}
