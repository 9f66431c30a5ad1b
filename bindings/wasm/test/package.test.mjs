// What is published installs and works where nothing else of the repository is.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

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

test("a bundler takes it, module and all", () => {
  const dir = project("bundled");
  symlinkSync(join(root, "node_modules/vite"), join(dir, "node_modules/vite"), "dir");
  writeFileSync(join(dir, "index.html"), '<!doctype html><title>x</title><script type="module" src="/main.js"></script>');
  writeFileSync(join(dir, "main.js"), 'import { CriteriaSet, init } from "cqdt"; import "cqdt/elements"; await init(); document.title = CriteriaSet.builtinIds().join();');
  execFileSync(process.execPath, [bin("vite"), "build", "--logLevel", "warn"], { cwd: dir, stdio: "pipe" });
  const assets = readdirSync(join(dir, "dist/assets"));
  const module = assets.find((file) => file.endsWith(".wasm"));
  assert.ok(module, assets.join(" "));
  assert.ok(readFileSync(join(dir, "dist/assets", module)).equals(readFileSync(join(root, "dist/cqdt.wasm"))));
});

test("publint and are-the-types-wrong find nothing", () => {
  execFileSync(process.execPath, [bin("publint"), "run", tarball, "--strict"], { cwd: root, stdio: "inherit" });
  // Modules alone: programs that can't load modules have the classic script.
  execFileSync(process.execPath, [bin("attw"), tarball, "--profile", "esm-only", "--exclude-entrypoints", "cqdt.classic.js", "cqdt.wasm", "cqdt-scorer.wasm", "cqdt-batch.wasm", "cqdt-reader.wasm"], { cwd: root, stdio: "inherit" });
  assert.ok(existsSync(tarball));
});
