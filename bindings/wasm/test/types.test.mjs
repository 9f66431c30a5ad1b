// The types hold for a program written against them, and are what the Rust types say.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..");

test("a program written against the types compiles strictly", () => {
  const project = mkdtempSync(join(tmpdir(), "cqdt-types-"));
  try {
    mkdirSync(join(project, "node_modules"));
    symlinkSync(root, join(project, "node_modules/cqdt"), "dir");
    cpSync(join(here, "consumer.ts"), join(project, "consumer.ts"));
    writeFileSync(join(project, "package.json"), '{ "type": "module" }');
    const options = { strict: true, noEmit: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false, target: "es2022", lib: ["es2022", "dom", "dom.iterable"], types: [] };
    // A program need not know of `using`, which the package's objects can be used with.
    const disposable = { lib: [...options.lib, "esnext.disposable"] };
    for (const more of [{ module: "nodenext" }, { module: "esnext", moduleResolution: "bundler" }, { module: "nodenext", ...disposable }]) {
      writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions: { ...options, ...more }, files: ["consumer.ts"] }));
      execFileSync(join(root, "node_modules/.bin/tsc"), [], { cwd: project, stdio: "inherit" });
    }
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
});

test("the types are what the Rust types say", () => {
  execFileSync(process.execPath, [join(root, "types.mjs"), "--check"], { stdio: "inherit" });
});
