// The elements in Chromium, on the example portal under a strict Content-Security-Policy.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CriteriaSet } from "../dist/node.js";
import { bar, compare, here, open, SET, shots, submission } from "./page.mjs";

/** Compares what the page shows with the core's whole score after every single change, in the page itself: how many changes, and which were shown wrong. */
async function watch(page) {
  await page.evaluate(async () => {
    const { CriteriaSet, numberText } = await import("/cqdt/index.js");
    const form = document.querySelector("cqdt-form");
    const set = CriteriaSet.builtin(form.getAttribute("set"));
    const root = form.shadowRoot;
    const texts = (nodes) => [...nodes].map((node) => node.textContent);
    globalThis.watched = { changes: 0, wrong: [] };
    form.addEventListener("cqdt-change", ({ detail }) => {
      const { criteria, groups, total } = set.scoreSubmission(form.exportSubmission());
      const told = [total, ...groups, ...criteria].map(({ points }) => numberText(points, "vi"));
      const shown = texts([root.querySelector(".bar b"), ...root.querySelectorAll(".head .figure b"), ...root.querySelectorAll(".criterion .title .figure b")]);
      watched.changes += 1;
      if (detail.total.points !== told[0] || told.join() !== shown.join()) {
        watched.wrong.push({ id: detail.id, told: told.join(), shown: shown.join() });
      }
    });
  });
  return () => page.evaluate(() => globalThis.watched);
}

/** Fills in the whole form by keyboard alone: Tab from control to control, keys at each. One fact is said not to apply. */
async function fillByKeyboard(page) {
  await page.locator("cqdt-form").locator("input").first().focus();
  let filled = 0;
  let typed = 0;
  let isLeftOut = false;
  for (let step = 0; step < 1200; step += 1) {
    const at = await page.evaluate(() => {
      const root = document.querySelector("cqdt-form").shadowRoot;
      const node = root.activeElement;
      if (node === null) {
        return undefined;
      }
      const label = (node.id && root.querySelector(`label[for="${node.id}"]`)?.textContent) || "";
      return { tag: node.localName, type: node.type, value: node.value, checked: node.checked, label, mode: node.inputMode, evidence: node.closest(".papers") !== null,
        beside: node.labels?.[0]?.textContent, notApplicable: node.closest(".inline") !== null, stop: node.type === "submit", options: node.localName === "select" ? [...node.options].length : 0 };
    });
    if (at === undefined || at.stop) {
      break;
    }
    if (at.tag === "select") {
      await page.keyboard.press("ArrowDown");
      filled += 1;
    } else if (at.type === "radio") {
      await page.keyboard.press("Space");
      filled += 1;
    } else if (at.type === "checkbox" && at.notApplicable) {
      if (!isLeftOut) {
        isLeftOut = true;
        // The tick leads to the reason.
        await page.keyboard.press("Space");
        await page.keyboard.type(REASON);
        typed += REASON.length + 1;
      }
    } else if (at.type === "checkbox" && at.beside !== "Không có mục nào") {
      await page.keyboard.press("Space");
      filled += 1;
    } else if (at.type === "text" && at.value === "") {
      const text = at.evidence ? (at.label === "Ngày" ? "20/09/2018" : at.label === "Đường dẫn" ? "https://example.vn/12" : "12/BC-UBND")
        : at.mode === "numeric" ? "8" : at.mode === "decimal" ? "2,5" : "phuong-gia-cam";
      await page.keyboard.type(text);
      typed += text.length;
      filled += 1;
    }
    await page.keyboard.press("Tab");
  }
  return { filled, typed };
}

const REASON = "không có đơn vị trực thuộc";

test("the whole form by keyboard; totals are the core's; draft, export, import, print", async () => {
  const { page, requests, done } = await open();
  // From here on the page asks for nothing, but for itself when it is loaded again.
  const loaded = requests.splice(0);
  const quiet = () => assert.deepEqual(requests, [], "requests after loading");
  const watched = await watch(page);
  requests.splice(0);
  const { filled, typed } = await fillByKeyboard(page);
  assert.ok(filled >= 75, `${filled} fields filled`);
  const { changes, wrong } = await watched();
  assert.deepEqual(wrong, []);
  assert.ok(changes >= typed + 30, `${changes} changes of ${typed} characters`);
  quiet();
  const told = await compare(page);
  const given = await submission(page);
  assert.equal(given.unit, "phuong-gia-cam");
  const unanswered = CriteriaSet.builtin(SET).facts.filter((fact) => given.facts[fact.id] === undefined && fact.type !== "rollup");
  assert.deepEqual(unanswered.map((fact) => fact.id), []);
  assert.equal(told.total.complete, true);
  assert.deepEqual(Object.values(given.facts).filter((answer) => answer?.not_applicable !== undefined), [{ not_applicable: REASON }]);
  await page.screenshot({ path: join(shots, "filled-1280.png"), fullPage: true });

  await page.waitForTimeout(400);
  quiet();
  await page.reload();
  await page.waitForFunction(() => document.querySelector("cqdt-form").shadowRoot.querySelector(".bar"));
  assert.deepEqual([...new Set(requests.splice(0))].sort(), [...new Set(loaded)].sort());
  assert.deepEqual(await submission(page), given);
  assert.equal((await compare(page)).total.points, told.total.points);
  assert.match(await page.locator("cqdt-form").locator(".message").innerText(), /bản nháp/);

  const download = page.waitForEvent("download");
  await page.locator("cqdt-form").getByRole("button", { name: "Tải tệp bài nộp" }).click();
  const file = await (await download).path();
  const text = readFileSync(file, "utf8");
  assert.deepEqual(JSON.parse(text), given);

  const clear = page.locator("cqdt-form").getByRole("button", { name: "Xoá tất cả" });
  await clear.click();
  await page.locator("cqdt-form").getByRole("button", { name: "Bấm lần nữa" }).click();
  assert.deepEqual((await submission(page)).facts, {});
  await compare(page);
  await page.locator("cqdt-form").locator("input[type=file]").setInputFiles({ name: "bai.json", mimeType: "application/json", buffer: Buffer.from(text) });
  await page.waitForFunction(() => Object.keys(document.querySelector("cqdt-form").submission.facts).length > 10);
  assert.deepEqual(await submission(page), given);
  await compare(page);

  const handed = page.evaluate(() => new Promise((resolve) => document.querySelector("cqdt-form").addEventListener("cqdt-submit", (event) => resolve({ text: event.detail.text, points: event.detail.report.total.points }), { once: true })));
  await page.locator("cqdt-form").getByRole("button", { name: "Nộp", exact: true }).click();
  assert.equal((await handed).text, text);
  quiet();

  // On the width of A4: every criterion with its points and formula, nothing cut off, no buttons.
  await page.emulateMedia({ media: "print" });
  await page.setViewportSize({ width: 794, height: 1123 });
  const printed = await page.evaluate(() => {
    const root = document.querySelector("cqdt-form").shadowRoot;
    const isShown = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && node.getBoundingClientRect().height > 0;
    const all = [...root.querySelectorAll(".criterion")];
    const parts = [...root.querySelectorAll(".criterion, .criterion .title, .criterion .figure, .formula, input, select")].filter(isShown);
    return {
      criteria: all.length,
      shown: all.filter((node) => isShown(node) && isShown(node.querySelector(".title")) && isShown(node.querySelector(".figure"))).length,
      cut: parts.filter((node) => node.getBoundingClientRect().right > document.documentElement.clientWidth + 1 || node.getBoundingClientRect().left < -1).map((node) => node.outerHTML.slice(0, 80)),
      buttons: [...root.querySelectorAll("button")].filter(isShown).map((node) => node.textContent),
    };
  });
  assert.equal(printed.shown, printed.criteria);
  assert.deepEqual(printed.cut, []);
  assert.deepEqual(printed.buttons, []);
  await page.emulateMedia({ media: null });

  const pdf = await page.pdf({ format: "A4" });
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  assert.ok(pdf.length > 20_000);
  await done();
});

test("broken answers are told of beside the field, and cost no more than themselves", async () => {
  const { page, done } = await open();
  await page.evaluate(() => document.querySelector("cqdt-form").clear());
  const number = page.locator("cqdt-form").locator("input.number").first();
  for (const bad of ["nhiều", "-3", "1,2,3", "12.5", "99999999999999999999999999999999999999"]) {
    await number.fill(bad);
    assert.equal(await number.getAttribute("aria-invalid"), "true", bad);
    const described = (await number.getAttribute("aria-describedby")).split(" ")[0];
    const message = await page.locator("cqdt-form").locator(`#${described}`).innerText();
    assert.match(message, /cần/, `${bad}: ${message}`);
    await compare(page);
  }
  await number.fill("");
  assert.equal(await number.getAttribute("aria-invalid"), "false");
  assert.equal(await page.evaluate(() => document.querySelector("cqdt-form").importSubmission("{ không phải")), false);
  assert.match(await page.locator("cqdt-form").locator(".message").innerText(), /Không đọc được tệp/);
  // Who opens a file has scrolled down to the button: what is wrong with it comes into view.
  await page.locator("cqdt-form").getByRole("button", { name: "Mở tệp bài nộp" }).scrollIntoViewIfNeeded();
  assert.equal(await page.evaluate(() => document.querySelector("cqdt-form").importSubmission("{ không phải")), false);
  const { top, bottom } = await page.evaluate(() => document.querySelector("cqdt-form").shadowRoot.querySelector(".message").getBoundingClientRect().toJSON());
  assert.ok(top >= 0 && bottom <= 900, `the message stands at ${top} to ${bottom}`);
  assert.equal(await page.evaluate(() => document.querySelector("cqdt-form").importSubmission('{"set":"khac/khac","facts":{}}')), false);
  assert.match(await page.locator("cqdt-form").locator(".message").innerText(), /bộ tiêu chí khác/);
  await page.evaluate(() => document.querySelector("cqdt-form").clear());
  await done();
});

test("nothing is asked of the network after loading", async () => {
  const { page, requests, done } = await open();
  requests.splice(0);
  await page.evaluate(() => (document.querySelector("cqdt-form").lang = "en"));
  assert.match(await bar(page), /Total/);
  await compare(page);
  await page.locator("cqdt-form").locator("input.number").first().fill("3.5");
  await page.locator("cqdt-form").locator("select").first().selectOption({ index: 1 });
  await page.locator("cqdt-form").getByRole("button", { name: "Submit", exact: true }).click();
  await page.waitForTimeout(300);
  assert.deepEqual(requests, []);
  await page.evaluate(() => document.querySelector("cqdt-form").clear());
  await done();
});

test("no accessibility rule of axe is broken", async () => {
  for (const [path, lang] of [["index.html", "vi"], ["index.html", "en"], ["classic.html", "vi"], ["ranking.html", "vi"]]) {
    const { page, done } = await open(path);
    if (lang === "en") {
      await page.evaluate(() => document.getElementById("en").click());
    }
    await page.evaluate(() => document.querySelector("cqdt-form")?.shadowRoot.querySelectorAll("details").forEach((node) => (node.open = true)));
    if (path === "ranking.html") {
      await page.waitForFunction(() => document.querySelector("cqdt-ranking").shadowRoot.querySelector(".legend"));
    } else {
      await page.locator("cqdt-form").locator("input.number").first().fill("sai");
    }
    const source = readFileSync(join(here, "../node_modules/axe-core/axe.min.js"), "utf8");
    await page.evaluate(source);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
    assert.deepEqual(violations.map((rule) => `${rule.id}: ${rule.nodes[0].html}`), [], `${path} ${lang}`);
    await page.evaluate(() => document.querySelector("cqdt-form")?.clear());
    await done();
  }
});

test("a ranking says whether it is official", async () => {
  const { page, done } = await open("ranking.html");
  const notice = () => page.evaluate(() => document.querySelector("cqdt-ranking").shadowRoot.querySelector("[part=notice]")?.textContent);
  assert.match(await notice(), /CHƯA PHẢI BẢN CHÍNH THỨC/);
  await page.evaluate(() => { document.querySelector("cqdt-ranking").lang = "en"; });
  assert.match(await notice(), /NOT OFFICIAL/);
  await page.evaluate(() => { document.querySelector("cqdt-ranking").criteriaSet = undefined; });
  assert.match(await notice(), /No criteria set given/);
  await done();
});

test("a ranking shows how far it rests on weights, in both builds and at every width", async () => {
  for (const width of [360, 768, 1280]) {
    const { page, done } = await open("ranking.html", { width, height: 820 });
    await page.waitForFunction(() => document.querySelector("cqdt-ranking").shadowRoot.querySelector(".legend"));
    const shown = await page.evaluate(() => {
      const ranking = document.querySelector("cqdt-ranking");
      const { units } = ranking.robustness.rankings[0];
      const lines = [...ranking.shadowRoot.querySelectorAll("tbody tr")].map((line) => {
        const range = line.querySelector(".range");
        return { ranks: line.children[4].textContent, low: range.style.getPropertyValue("--low"), high: range.style.getPropertyValue("--high"), told: line.querySelector(".ranks .hidden").textContent };
      });
      return { lines, units, wide: document.documentElement.scrollWidth, legend: ranking.shadowRoot.querySelector(".legend").textContent };
    });
    assert.ok(shown.wide <= width, `${shown.wide} wide at ${width}`);
    assert.match(shown.legend, /2\.?000 lượt.*±25 %.*hạt giống 2018/);
    assert.equal(shown.lines.length, shown.units.length);
    for (const [at, { low, high, median }] of shown.units.entries()) {
      const line = shown.lines[at];
      assert.equal(line.ranks, low === high ? String(low) : `${low}–${high}`);
      assert.equal(line.told, `trung vị ${median}`);
      assert.equal(Number.parseFloat(line.low).toFixed(6), (((low - 1) / (shown.units.length - 1)) * 100).toFixed(6));
      assert.ok(Number.parseFloat(line.low) <= Number.parseFloat(line.high));
    }
    // At every width each unit has a bar that can be seen: of points, or of ranks.
    const bars = () => page.evaluate(() => [...document.querySelector("cqdt-ranking").shadowRoot.querySelectorAll("tbody tr")].map((line) =>
      [".track .bar", ".ranks .range"].filter((name) => {
        const { left, right, height } = line.querySelector(name)?.getBoundingClientRect() ?? new DOMRect();
        return height > 0 && right - left >= 24 && left >= 0 && right <= innerWidth;
      }).join()));
    const scrolled = await page.evaluate(() => { const { scrollWidth, clientWidth } = document.querySelector("cqdt-ranking").shadowRoot.querySelector(".scroll"); return scrollWidth - clientWidth; });
    assert.equal(scrolled, 0, `columns out of sight at ${width}`);
    const drawn = width < 480 ? ".track .bar" : width <= 768 ? ".ranks .range" : ".track .bar,.ranks .range";
    assert.deepEqual(await bars(), shown.lines.map(() => drawn), `bars at ${width}`);
    await page.screenshot({ path: join(shots, `ranking-${width}.png`), fullPage: true });
    await page.evaluate(() => (document.querySelector("cqdt-ranking").robustness = undefined));
    assert.deepEqual(await bars(), shown.lines.map(() => ".track .bar"), `bars of points alone at ${width}`);
    await done();
  }
  const { page, done } = await open("classic.html");
  const [here, made] = await page.evaluate(async (SET) => {
    const units = [1, 2, 3, 4].map((at) => ({ unit: `u${at}`, facts: { "cb-may": at * 4, cb: 20 } }));
    const told = [];
    const text = await globalThis.cqdt.CriteriaSet.builtin(SET).robustnessText(units, { draws: 50, onProgress: (made, all) => told.push(made / all) });
    return [text, told.at(-1)];
  }, SET);
  assert.equal(made, 1);
  const units = [1, 2, 3, 4].map((at) => ({ unit: `u${at}`, facts: { "cb-may": at * 4, cb: 20 } }));
  assert.equal(here, await CriteriaSet.builtin(SET).robustnessText(units, { draws: 50 }));
  await done();
});

test("hostile names and texts stay text", async () => {
  const { page, done } = await open("ranking.html");
  const evil = '<img src=x onerror="globalThis.pwned=1"><script>globalThis.pwned=1</script>';
  await page.evaluate(async ({ evil, SET }) => {
    const { CriteriaSet } = await import("/cqdt/index.js");
    const definition = JSON.parse(CriteriaSet.builtin(SET).toJSONText());
    const poison = (value) => {
      if (Array.isArray(value)) {
        value.forEach(poison);
      } else if (value !== null && typeof value === "object") {
        for (const [key, item] of Object.entries(value)) {
          if ((key === "vi" || key === "en" || key === "number" || key === "item") && typeof item === "string") {
            value[key] = evil;
          } else {
            poison(item);
          }
        }
      }
    };
    poison(definition);
    const set = await CriteriaSet.parse(definition);
    const form = document.createElement("cqdt-form");
    form.criteriaSet = set;
    form.submission = { unit: "u", facts: { la: evil, [set.facts[0].id]: evil } };
    document.body.append(form);
    await form.ready;
    const ranking = document.querySelector("cqdt-ranking");
    ranking.criteriaSet = set;
    ranking.names = { u: evil };
    ranking.rows = set.rank([{ unit: "u", facts: {} }]);
  }, { evil, SET });
  await page.waitForTimeout(200);
  const found = await page.evaluate(() => {
    const roots = [...document.querySelectorAll("cqdt-form, cqdt-ranking")].map((node) => node.shadowRoot);
    return { pwned: globalThis.pwned, nodes: roots.map((root) => root.querySelectorAll("img, script").length), shown: roots.every((root) => root.textContent.includes("<img src=x")) };
  });
  assert.deepEqual(found, { pwned: undefined, nodes: [0, 0], shown: true });
  await done();
});

test("ten thousand key strokes leave memory flat", async () => {
  const { page, done } = await open("classic.html");
  const used = await page.evaluate(async () => {
    const form = document.querySelector("cqdt-form");
    const inputs = [...form.shadowRoot.querySelectorAll("input.number")];
    const stroke = (count) => {
      for (let at = 0; at < count; at += 1) {
        const input = inputs[at % inputs.length];
        input.value = String((at * 7919) % 500);
        input.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
      }
    };
    const measure = async () => {
      for (let round = 0; round < 3; round += 1) {
        globalThis.gc();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return performance.memory.usedJSHeapSize;
    };
    const module = () => globalThis.memories.map((memory) => memory.buffer.byteLength).join();
    stroke(1000);
    const modules = [module()];
    stroke(1000);
    const before = await measure();
    const began = performance.now();
    for (let round = 0; round < 10; round += 1) {
      stroke(1000);
      modules.push(module());
    }
    const spent = performance.now() - began;
    return { before, after: await measure(), modules, each: (spent / 10_000) * 1000 };
  });
  console.log(`soak: ${used.before} to ${used.after} bytes of heap, ${used.modules.at(-1)} of the module, ${used.each.toFixed(0)} µs a key stroke with the page drawn anew`);
  assert.ok(used.after - used.before < 1_000_000, JSON.stringify(used));
  // One module, of some pages of 64 KiB, and not one page more from the first thousand strokes to the last.
  assert.match(used.modules[0], /^[1-9]\d+$/);
  assert.deepEqual([...new Set(used.modules)], [used.modules[0]]);
  await done();
});

test("Chromium's collector gives back what a page forgot", async () => {
  const { page, done } = await open("classic.html");
  const [early, late] = await page.evaluate(async (id) => {
    const bytes = () => globalThis.memories[0].buffer.byteLength;
    const forget = async (times) => {
      for (let round = 0; round < times; round += 1) {
        for (let at = 0; at < 50; at += 1) {
          globalThis.cqdt.CriteriaSet.builtin(id).live();
        }
        for (let turn = 0; turn < 3; turn += 1) {
          globalThis.gc();
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }
    };
    await forget(3);
    const early = bytes();
    await forget(20);
    return [early, bytes()];
  }, SET);
  assert.ok(late <= early, `a thousand forgotten sets: ${early} to ${late}`);
  await done();
});

test("conformance vectors yield the same bytes in the browser", { skip: !existsSync(join(here, "../../../conformance/manifest.json")) && "no vectors" }, async () => {
  const { page, done } = await open("classic.html");
  const source = readFileSync(join(here, "conformance.mjs"), "utf8").replace("export async function", "async function");
  await page.evaluate(`${source}; globalThis.runVector = runVector;`);
  const walk = (dir) => readdirSync(dir, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? walk(join(dir, entry.name)) : [join(dir, entry.name)]));
  const files = walk(join(here, "../../../conformance/vectors"));
  let ran = 0;
  for (const file of files) {
    const vector = JSON.parse(readFileSync(file, "utf8"));
    const outcome = await page.evaluate((vector) => globalThis.runVector(vector, globalThis.cqdt), vector);
    if (outcome !== "skip") {
      assert.ok(outcome === undefined || outcome === null, `${file}: ${outcome}`);
      ran += 1;
    }
  }
  assert.ok(ran > files.length / 2);
  console.log(`conformance in Chromium: ${ran} of ${files.length} vectors the same`);
  await done();
});

test("the page fits a phone, a tablet and a desktop", async () => {
  for (const width of [360, 768, 1280]) {
    const { page, done } = await open("index.html", { width, height: width === 360 ? 740 : 900 });
    await page.evaluate(() => {
      const form = document.querySelector("cqdt-form");
      form.submission = { unit: "phuong-gia-cam", facts: {} };
      const root = form.shadowRoot;
      root.querySelectorAll("input.number").forEach((input, at) => {
        if (at < 12) {
          input.value = at === 3 ? "12.5.x" : String(4 + at);
          input.dispatchEvent(new InputEvent("input"));
        }
      });
      root.querySelectorAll("input[type=radio][value=yes]").forEach((input, at) => at < 8 && input.click());
    });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `${wide} wide at ${width}`);
    await page.screenshot({ path: join(shots, `form-${width}.png`) });
    await page.evaluate(() => document.querySelector("cqdt-form").shadowRoot.querySelectorAll(".group")[2].scrollIntoView());
    await page.screenshot({ path: join(shots, `form-${width}-group.png`) });
    await page.evaluate(() => document.querySelector("cqdt-form").clear());
    await done();
  }
});
