// The example portal is one command, wherever its files lie.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { get as request } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { serve } from "../../../examples/portal/serve.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const portal = join(here, "../../../examples/portal");
const FILES = ["elements.js", "index.js", "batch.js", "reader.js", "cqdt.classic.js", "cqdt.wasm", "cqdt-batch.wasm", "cqdt-reader.wasm"];
let folder;

before(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), "cqdt-portal-")))));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A package whose files hold one word. */
function makePackage(dir, word) {
  mkdirSync(join(dir, "dist"), { recursive: true });
  writeFileSync(join(dir, "package.json"), '{ "name": "cqdt", "version": "0.0.0" }');
  for (const file of FILES) {
    writeFileSync(join(dir, "dist", file), word);
  }
  return dir;
}

/** Runs the command as a reader does, until it says where it serves or ends; its files then, what it said, and its code. */
async function command(root, args = [], paths = ["cqdt/elements.js"]) {
  const file = existsSync(join(root, "examples")) ? "examples/portal/serve.mjs" : "portal/serve.mjs";
  const child = spawn(process.execPath, [file, "0", ...args], { cwd: root });
  let said = "";
  // Not "exit", which may come before the last words.
  const ended = new Promise((resolve) => child.on("close", resolve));
  const address = new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        said += text;
        const [found] = /^http:\S+$/m.exec(said) ?? [];
        if (found) { resolve(found); }
      });
    }
  });
  try {
    const base = await Promise.race([address, ended]);
    if (typeof base !== "string") {
      return { said, code: base };
    }
    const answers = await Promise.all(paths.map(async (path) => { const answer = await fetch(base + path); return answer.ok ? answer.text() : answer.status; }));
    return { said, base, answers };
  } finally {
    child.kill();
  }
}

/** A folder with the portal's files and nothing else of the repository. */
function alone(name) {
  const root = join(folder, name);
  cpSync(portal, join(root, "portal"), { recursive: true });
  return root;
}

test("a package's folder that is given is served, to this computer alone", async () => {
  const given = makePackage(join(folder, "given"), "given");
  for (const place of [given, join(given, "dist")]) {
    const server = await serve(0, { folder: place });
    try {
      const { address, port } = server.address();
      assert.equal(address, "127.0.0.1");
      const get = (path) => fetch(`http://127.0.0.1:${port}/${path}`);
      assert.equal(await (await get("cqdt/elements.js")).text(), "given");
      assert.equal(await (await get("")).text(), readFileSync(join(portal, "index.html"), "utf8"));
      for (const path of ["cqdt/none.js", "cqdt/../package.json", "cqdt/%2e%2e/package.json", "cqdt/..%2fpackage.json", "..%2f..%2fREADME.md", "%E0%A4%A"]) {
        // As it stands: `fetch` would take the dots away itself.
        const [answer] = await once(request({ host: address, port, path: `/${path}`, agent: false }), "response");
        assert.equal(answer.resume().statusCode, 404, path);
      }
    } finally {
      server.close();
    }
  }
  assert.throws(() => serve(0, { folder: portal }), /is no package/);
  const { answers } = await command(alone("with"), [given], ["cqdt/cqdt.wasm", "classic.html"]);
  assert.deepEqual(answers, ["given", readFileSync(join(portal, "classic.html"), "utf8")]);
});

test("what npm installed is served where nothing was built", async () => {
  const root = alone("installed");
  makePackage(join(root, "node_modules/cqdt"), "installed");
  const { said, answers } = await command(root);
  assert.deepEqual(answers, ["installed"]);
  assert.ok(!/npm/.test(said), said);
});

test("a clone that has nothing builds it, once, and says so", async () => {
  const root = join(folder, "clone");
  cpSync(portal, join(root, "examples/portal"), { recursive: true });
  const source = join(root, "bindings/wasm");
  mkdirSync(join(source, "node_modules"), { recursive: true });
  writeFileSync(join(source, "package.json"), JSON.stringify({ name: "cqdt", scripts: { build: "node build.mjs" } }));
  // Half a build is none.
  mkdirSync(join(source, "dist"));
  writeFileSync(join(source, "dist/elements.js"), "half");
  writeFileSync(join(source, "build.mjs"), `import { writeFileSync } from "node:fs"; for (const file of ${JSON.stringify(FILES)}) { writeFileSync("dist/" + file, "built"); }`);
  const first = await command(root);
  assert.deepEqual(first.answers, ["built"]);
  assert.match(first.said, /not built yet.*npm run build/);
  const second = await command(root);
  assert.deepEqual(second.answers, ["built"]);
  assert.ok(!/npm/.test(second.said), second.said);
  writeFileSync(join(source, "build.mjs"), "process.exit(1)");
  rmSync(join(source, "dist"), { recursive: true });
  const failed = await command(root);
  assert.equal(failed.code, 1);
  assert.match(failed.said, /error: the package could not be built; bindings\/wasm\/README\.md/);
});

test("files of the portal alone say what they lack", async () => {
  const { said, code } = await command(alone("bare"));
  assert.equal(code, 1);
  assert.match(said, /error: the package cqdt is missing; install it here \(npm install cqdt\)/);
});
