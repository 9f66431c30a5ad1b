// What is published installs and works where nothing else of the repository is.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..");
const bin = (name) => join(root, "node_modules/.bin", name);
let folder;
let tarball;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "cqdt-package-"));
  const [packed] = JSON.parse(execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], { cwd: root, encoding: "utf8" }));
  tarball = join(folder, packed.filename);
  const files = packed.files.map(({ path }) => path);
  for (const path of ["dist/cqdt.wasm", "dist/cqdt-batch.wasm", "dist/batch.js", "dist/cqdt-reader.wasm", "dist/reader.js", "dist/index.js", "dist/node.js", "dist/elements.js", "dist/cqdt.classic.js", "dist/types/index.d.ts", "README.md", "LICENSE-MIT", "LICENSE-APACHE"]) {
    assert.ok(files.includes(path), `${path} is not packed`);
  }
  assert.ok(!files.some((path) => /^(test|bench|bindgen|src|js)\//.test(path)), files.join(" "));
});

after(() => rmSync(folder, { recursive: true, force: true }));

function project(name) {
  const dir = join(folder, name);
  mkdirSync(dir);
  writeFileSync(join(dir, "package.json"), '{ "name": "x", "version": "1.0.0", "type": "module", "private": true }');
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--offline", "--ignore-scripts", tarball], { cwd: dir, stdio: "pipe" });
  return dir;
}

test("it installs into an empty project and scores", () => {
  const dir = project("empty");
  writeFileSync(join(dir, "x.mjs"), 'import { CriteriaSet } from "cqdt"; import { CriteriaSet as Scorer } from "cqdt/scorer"; console.log(CriteriaSet.builtinIds().length, Scorer.builtinIds().length, CriteriaSet.builtin("phu-tho-1609-2018/cap-xa").score({}).total.points);');
  assert.equal(execFileSync(process.execPath, ["x.mjs"], { cwd: dir, encoding: "utf8" }).trim(), "5 0 0");
});

const MAIN = `
import { CriteriaSet, init } from "cqdt";
import "cqdt/elements";
await init();
const set = CriteriaSet.builtin("viet-tri-2395-2018/phu-luc-2");
const own = await CriteriaSet.parse(set.toJSONText());
const { draws } = await own.robustness([{ unit: "a", facts: {} }, { unit: "b", facts: {} }], { draws: 10 });
document.body.innerHTML = '<cqdt-form set="viet-tri-2395-2018/phu-luc-2"></cqdt-form>';
await customElements.whenDefined("cqdt-form");
document.title = [CriteriaSet.builtinIds().length, own.fingerprint === set.fingerprint, draws, own.score({}).total.points].join();
`;

/** The title that a folder's page comes to in Chromium, and what went wrong there. */
async function titleOf(dir) {
  const types = { html: "text/html", js: "text/javascript", wasm: "application/wasm" };
  const server = createServer(({ url }, answer) => {
    const file = join(dir, url === "/" ? "index.html" : url);
    answer.writeHead(existsSync(file) ? 200 : 404, { "content-type": types[file.split(".").pop()] ?? "text/plain" });
    answer.end(existsSync(file) ? readFileSync(file) : "");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await titleAt(`http://127.0.0.1:${server.address().port}/`);
  } finally {
    server.close();
  }
}

/** The same of an address. */
async function titleAt(address) {
  const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => path && existsSync(path));
  assert.ok(executablePath, "Chromium is missing; install it (Debian: chromium) or name it in CHROMIUM");
  const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];
  const browser = await chromium.launch({ executablePath, headless: true, args });
  try {
    const page = await browser.newPage();
    const faults = [];
    page.on("pageerror", (error) => faults.push(error.message));
    await page.goto(address);
    await page.waitForFunction(() => document.title !== "x", undefined, { timeout: 30_000 }).catch(() => faults.push("no title"));
    return { title: await page.title(), form: await page.evaluate(() => document.querySelector("cqdt-form")?.shadowRoot?.querySelector("form") != null), faults };
  } finally {
    await browser.close();
  }
}

/** A project with a page that uses everything, for vite. */
function pageProject(name) {
  const dir = project(name);
  symlinkSync(join(root, "node_modules/vite"), join(dir, "node_modules/vite"), "dir");
  writeFileSync(join(dir, "index.html"), '<!doctype html><title>x</title><body><script type="module" src="/main.js"></script>');
  writeFileSync(join(dir, "main.js"), MAIN);
  return dir;
}

test("a bundler takes it, and what comes out runs in a page, with the modules that are loaded later", async () => {
  const dir = pageProject("bundled");
  execFileSync(process.execPath, [bin("vite"), "build", "--logLevel", "warn"], { cwd: dir, stdio: "pipe" });
  const built = join(dir, "dist/assets");
  const modules = readdirSync(built).filter((file) => file.endsWith(".wasm")).map((file) => readFileSync(join(built, file)));
  for (const name of ["cqdt", "cqdt-batch", "cqdt-reader"]) {
    const own = readFileSync(join(root, `dist/${name}.wasm`));
    assert.ok(modules.some((module) => module.equals(own)), `${name}.wasm is not among the bundle's files`);
  }
  assert.deepEqual(await titleOf(join(dir, "dist")), { title: "5,true,10,0", form: true, faults: [] });
});

test("a bundler's server for development serves it, with the modules that are loaded later", async () => {
  const dir = pageProject("served");
  const server = spawn(process.execPath, [bin("vite"), "--host", "127.0.0.1", "--port", "0"], { cwd: dir, stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, NO_COLOR: "1" } });
  try {
    const address = await new Promise((resolve, reject) => {
      let said = "";
      server.stdout.setEncoding("utf8").on("data", (text) => {
        said += text;
        const [found] = /http:\/\/127\.0\.0\.1:\d+\//.exec(said) ?? [];
        if (found) { resolve(found); }
      });
      server.on("exit", () => reject(new Error(`vite ended: ${said}`)));
    });
    assert.deepEqual(await titleAt(address), { title: "5,true,10,0", form: true, faults: [] });
  } finally {
    server.kill();
  }
});

test("publint and are-the-types-wrong find nothing", () => {
  execFileSync(process.execPath, [bin("publint"), "run", tarball, "--strict"], { cwd: root, stdio: "inherit" });
  // Modules alone: programs that can't load modules have the classic script.
  execFileSync(process.execPath, [bin("attw"), tarball, "--profile", "esm-only", "--exclude-entrypoints", "cqdt.classic.js", "cqdt.wasm", "cqdt-scorer.wasm", "cqdt-batch.wasm", "cqdt-reader.wasm"], { cwd: root, stdio: "inherit" });
  assert.ok(existsSync(tarball));
});
