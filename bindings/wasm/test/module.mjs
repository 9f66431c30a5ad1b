// `npm run test:module`: the module's own tests (`tests/module.rs`), in Node and in headless Chromium.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const base = join(dirname(fileURLToPath(import.meta.url)), "..");
const root = join(base, "../..");
const cargo = process.env.CARGO ?? "cargo";
const driver = [process.env.CHROMEDRIVER, "/usr/bin/chromedriver"].find((path) => path && existsSync(path));
if (driver === undefined) {
  console.error("error: chromedriver is missing; install it (Debian: chromium-driver) or name it in CHROMEDRIVER");
  process.exit(1);
}

const run = (args, env = {}) => execFileSync(cargo, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...env } });
run(["build", "--quiet", "--locked", "--release", "--manifest-path", "bindings/wasm/bindgen/Cargo.toml", "--features", "test-runner"], { CARGO_TARGET_DIR: join(base, "bindgen/target") });
const runner = { CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: join(base, "bindgen/target/release/cqdt-test-runner"), CARGO_PROFILE_DEV_DEBUG: "0" };
const tests = ["test", "--locked", "-p", "cqdt-wasm", "--target", "wasm32-unknown-unknown", "--features", "robustness,prove", "--test", "module"];
console.log("in Node");
run(tests, runner);
console.log("in Chromium");
run(tests, { ...runner, WASM_BINDGEN_USE_BROWSER: "1", CHROMEDRIVER: driver });
