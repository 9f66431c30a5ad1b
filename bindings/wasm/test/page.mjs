// Chromium, the example portal under a strict Content-Security-Policy, and what tests look at there.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { serve } from "../../../examples/portal/serve.mjs";
import { CriteriaSet } from "../dist/node.js";

export const here = dirname(fileURLToPath(import.meta.url));
export const shots = join(here, "shots");
export const SET = "viet-tri-2395-2018/phu-luc-2";
const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => path && existsSync(path));

let server;
let context;
let profile;

before(async () => {
  assert.ok(executablePath, "Chromium is missing; install it (Debian: chromium) or name it in CHROMIUM");
  server = await serve(0);
  profile = mkdtempSync(join(tmpdir(), "cqdt-browser-"));
  mkdirSync(shots, { recursive: true });
  context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    locale: "vi-VN",
    acceptDownloads: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--js-flags=--expose-gc"],
  });
});

after(async () => {
  await context?.close();
  server?.close();
  rmSync(profile, { recursive: true, force: true });
});

const address = (path) => `http://127.0.0.1:${server.address().port}/${path}`;

/** A page that counts violations of the policy, errors and requests, with the form ready. */
export async function open(path = "index.html", { width = 1280, height = 900 } = {}) {
  const page = await context.newPage();
  const faults = [];
  const requests = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") {
      faults.push(`console: ${message.text()}`);
    }
  });
  await page.addInitScript(() => {
    globalThis.violations = [];
    document.addEventListener("securitypolicyviolation", (event) => globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
    // The package keeps its modules to itself; their memory is seen where they are made.
    globalThis.memories = [];
    for (const name of ["instantiate", "instantiateStreaming"]) {
      const make = WebAssembly[name];
      WebAssembly[name] = async (...args) => {
        const made = await make(...args);
        globalThis.memories.push((made.instance ?? made).exports.memory);
        return made;
      };
    }
  });
  await page.setViewportSize({ width, height });
  await page.goto(address(path));
  await page.waitForFunction(() => document.querySelector("cqdt-form, cqdt-ranking")?.shadowRoot?.querySelector("form, table"));
  return { page, faults, requests, done: async () => {
    assert.deepEqual(await page.evaluate(() => globalThis.violations), [], "violations of the policy");
    assert.deepEqual(faults, [], "errors on the page");
    await page.close();
  } };
}

export const bar = (page) => page.locator("cqdt-form").locator(".bar").innerText();
export const submission = (page) => page.evaluate(() => document.querySelector("cqdt-form").submission);

/** Compares what the page shows with what the core says of the same submission. */
export async function compare(page) {
  const set = CriteriaSet.builtin(SET);
  const given = await page.evaluate(() => document.querySelector("cqdt-form").exportSubmission());
  const lang = await page.evaluate(() => document.querySelector("cqdt-form").lang || "vi");
  const told = set.explain(given, { lang });
  const shown = await page.evaluate(() => {
    const root = document.querySelector("cqdt-form").shadowRoot;
    const text = (node) => node.textContent.trim();
    return {
      total: text(root.querySelector(".bar b")),
      groups: [...root.querySelectorAll(".head .figure b")].map(text),
      lines: [...root.querySelectorAll(".criterion .title .figure b")].map(text),
      formulas: [...root.querySelectorAll(".criterion")].map((node) => [node.dataset.id, node.dataset.status, text(node.querySelector(".formula"))]),
    };
  });
  assert.equal(shown.total, told.total.points);
  assert.deepEqual(shown.groups, told.groups.map((group) => group.points));
  const lines = told.groups.flatMap((group) => group.lines);
  assert.deepEqual(shown.lines, lines.map((line) => line.points));
  assert.deepEqual(shown.formulas, lines.map((line) => [line.id, line.status, line.status === "scored" || line.status === "not_applicable" ? line.formula : ""]));
  return told;
}
