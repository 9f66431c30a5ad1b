// Serves this folder and the package's built files to this computer alone: `node examples/portal/serve.mjs [PORT [PACKAGE]]`.
//
// The package is the folder that is named, or what was built in this clone, or what npm installed; a clone that has none builds it, once.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, extname, join, normalize, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "../../bindings/wasm");

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".wasm": "application/wasm", ".json": "application/json", ".map": "application/json" };

/** What the pages load, now or when it is asked for. A folder without one of them is no package, or half a build. */
const NEEDED = ["elements.js", "index.js", "batch.js", "reader.js", "cqdt.classic.js", "cqdt.wasm", "cqdt-batch.wasm", "cqdt-reader.wasm"];

/** What a careful portal sends: nothing but its own files, no inline code, no inline style. */
export const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'";

const whole = (dist) => NEEDED.every((file) => existsSync(join(dist, file)));

/** The built files of a package: its folder, or their own. */
const filesOf = (folder) => [join(folder, "dist"), folder].find(whole);

/** The package that npm installed for this folder, or for where the command was given. */
function* installed() {
  for (const from of [here, process.cwd()]) {
    try {
      yield dirname(createRequire(join(from, "x.js")).resolve("cqdt/package.json"));
    } catch {
      // None there.
    }
  }
}

/** The package's built files, where there are some. */
export function find() {
  return [source, ...installed()].map(filesOf).find((dist) => dist !== undefined);
}

/** Builds the package of this clone. */
function build() {
  if (!existsSync(join(source, "package.json"))) {
    throw new Error("the package cqdt is missing; install it here (npm install cqdt), or name its folder: node serve.mjs PORT PACKAGE");
  }
  const commands = [...(existsSync(join(source, "node_modules")) ? [] : [["ci", "--ignore-scripts"]]), ["run", "build"]];
  for (const command of commands) {
    console.log(`The package is not built yet; once, and it takes some minutes: npm ${command.join(" ")} (bindings/wasm)`);
    spawnSync("npm", command, { cwd: source, stdio: ["ignore", "inherit", "inherit"], shell: process.platform === "win32" });
  }
  const dist = filesOf(source);
  if (dist === undefined) {
    throw new Error("the package could not be built; bindings/wasm/README.md says what that takes");
  }
  return dist;
}

/** Serves to this computer; `folder` is the package's, or its `dist`. */
export function serve(port = 8080, { onRequest, folder } = {}) {
  const dist = folder === undefined ? find() : filesOf(resolve(folder));
  if (dist === undefined) {
    throw new Error(folder === undefined ? "the package cqdt is neither built nor installed" : `${folder} is no package cqdt, or only a part of it`);
  }
  const server = createServer((request, response) => {
    void (async () => {
      try {
        const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname)).replaceAll("\\", "/");
        onRequest?.(path);
        const file = path.startsWith("/cqdt/") ? join(dist, path.slice(6)) : join(here, path === "/" ? "index.html" : path);
        const body = await readFile(file);
        response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream", "content-security-policy": POLICY, "x-content-type-options": "nosniff" });
        response.end(body);
      } catch {
        response.writeHead(404, { "content-type": "text/plain" }).end("not found");
      }
    })();
  });
  return new Promise((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", () => resolve(server)));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [port = "8080", folder] = process.argv.slice(2);
  try {
    const server = await serve(Number(port), { folder: folder ?? find() ?? build() });
    console.log(`http://127.0.0.1:${server.address().port}/`);
  } catch (error) {
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  }
}
