// What `<cqdt-form>` and `<cqdt-ranking>` keep, refuse and say: forms made in the page, one after another, as portals make them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CriteriaSet } from "../dist/node.js";
import { open, SET } from "./page.mjs";

const set = CriteriaSet.builtin(SET);
const COUNT = set.facts.find((fact) => fact.type === "count").id;
const FLAG = set.facts.find((fact) => fact.type === "yes_no").id;

/** A page with helpers to make forms and look into them; the portal's own form is taken away. */
async function workshop() {
  const opened = await open();
  await opened.page.evaluate(async (SET) => {
    document.querySelector("cqdt-form").remove();
    localStorage.clear();
    Object.assign(globalThis, await import("/cqdt/index.js"));
    /** A form on the page, once it stands or failed. */
    globalThis.stand = async (attributes = {}, properties = {}) => {
      document.querySelectorAll("cqdt-form").forEach((form) => form.remove());
      const form = document.createElement("cqdt-form");
      Object.entries({ set: SET, ...attributes }).forEach(([name, value]) => form.setAttribute(name, value));
      Object.assign(form, properties);
      const failed = new Promise((resolve) => form.addEventListener("cqdt-error", resolve, { once: true }));
      document.querySelector("main").append(form);
      await Promise.race([form.ready, failed]);
      return form;
    };
    globalThis.later = (wait = 350) => new Promise((resolve) => setTimeout(resolve, wait));
    /** Once a change of an attribute or a place on the page has come to its end. */
    globalThis.settled = () => new Promise((resolve) => setTimeout(resolve, 30));
    globalThis.fieldOf = (form, id) => {
      const fact = form.criteriaSet.facts.find((fact) => fact.id === id);
      const heads = [...form.shadowRoot.querySelectorAll("legend, label")];
      return heads.find((head) => head.textContent === fact.title[form.lang === "en" ? "en" : "vi"]).closest(".fact, fieldset");
    };
    globalThis.inputOf = (form, id) => fieldOf(form, id).querySelector("input.number");
    globalThis.type = (input, value) => {
      input.value = value;
      input.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
    };
    globalThis.message = (form) => form.shadowRoot.querySelector(".message, [role=alert], [role=status]")?.textContent ?? "";
    globalThis.press = (form, title) => [...form.shadowRoot.querySelectorAll("button")].find((button) => button.textContent.includes(title)).click();
    globalThis.clickAll = (form) => {
      press(form, "Xoá tất cả");
      press(form, "Bấm lần nữa");
    };
    globalThis.ticked = (form, id) => [...fieldOf(form, id).querySelectorAll("input[type=checkbox]")].filter((input) => input.checked).map((input) => input.parentNode.textContent);
    globalThis.drafts = () => Object.keys(localStorage).filter((key) => key.startsWith("cqdt-draft"));
    globalThis.tick = (form, id, at) => [...fieldOf(form, id).querySelectorAll("input")].at(at).click();
  }, SET);
  return opened;
}

test("a draft is of answers that somebody gave: none after clearing, none of an untouched form", async () => {
  const { page, done } = await workshop();
  const seen = await page.evaluate(async (COUNT) => {
    const seen = {};
    let form = await stand({ draft: "" });
    form.remove();
    seen.untouched = drafts();
    form = await stand({ draft: "" });
    type(inputOf(form, COUNT), "7");
    await later();
    seen.typed = drafts().length;
    type(inputOf(form, COUNT), "8");
    clickAll(form);
    await later();
    seen.cleared = drafts();
    form.remove();
    form = await stand({ draft: "" });
    seen.message = message(form);
    type(inputOf(form, COUNT), "9");
    form.remove();
    form = await stand({ draft: "" });
    seen.removed = [form.submission.facts[COUNT], message(form)];
    return seen;
  }, COUNT);
  assert.deepEqual(seen, { untouched: [], typed: 1, cleared: [], message: "", removed: ["9", "Đã khôi phục bản nháp lưu trên máy này"] });
  await done();
});

test("answers outlive a move on the page, another layer, a cohort; they are those of one unit", async () => {
  const { page, done } = await workshop();
  const seen = await page.evaluate(async (COUNT) => {
    const seen = {};
    const form = await stand();
    const main = form.parentNode;
    type(form.shadowRoot.querySelector("input.wide"), "Phường A");
    type(inputOf(form, COUNT), "7");
    let ready = 0;
    form.addEventListener("cqdt-ready", () => (ready += 1));
    const box = document.createElement("div");
    main.append(box);
    box.append(form);
    await settled();
    seen.moved = [form.submission.facts[COUNT], inputOf(form, COUNT).value, form.shadowRoot.querySelector("input.wide").value];
    type(form.shadowRoot.querySelector("input.wide"), "a");
    form.setAttribute("layer", "verified");
    await settled();
    seen.layer = [form.submission.facts[COUNT], form.report.layer, inputOf(form, COUNT).value];
    form.remove();
    form.setAttribute("layer", "self");
    form.lang = "en";
    main.append(form);
    await settled();
    seen.back = [form.submission.facts[COUNT], form.report.layer, form.shadowRoot.querySelector("form").lang];
    form.lang = "vi";
    seen.ready = ready;
    // Another unit's file is not this unit's.
    form.setAttribute("unit", "a");
    const file = JSON.stringify({ unit: "b", facts: { [COUNT]: 3 } });
    seen.other = [form.importSubmission(file), message(form), form.submission.facts[COUNT], form.submission.unit];
    seen.same = [form.importSubmission(file.replace('"b"', '"a"')), form.submission.facts[COUNT]];
    form.removeAttribute("unit");
    seen.open = [form.importSubmission(file), form.submission.unit];
    // Nor is one unit's draft another's.
    let kept = await stand({ draft: "", unit: "a" });
    type(inputOf(kept, COUNT), "5");
    kept = await stand({ draft: "", unit: "b" });
    seen.b = [kept.submission.facts, message(kept)];
    type(inputOf(kept, COUNT), "6");
    kept.setAttribute("unit", "a");
    await settled();
    seen.a = [kept.submission.facts[COUNT], kept.submission.unit];
    kept = await stand({ draft: "", unit: "b" });
    seen.bAgain = kept.submission.facts[COUNT];
    // A unit that is named while its answers are given keeps them.
    kept = await stand({ draft: "" });
    type(inputOf(kept, COUNT), "4");
    kept.setAttribute("unit", "c");
    await settled();
    seen.named = [kept.submission.facts[COUNT], kept.submission.unit];
    return seen;
  }, COUNT);
  assert.deepEqual(seen.moved, ["7", "7", "Phường A"]);
  assert.deepEqual(seen.layer, ["7", "verified", "7"]);
  assert.deepEqual(seen.back, ["7", "self", "en"]);
  assert.equal(seen.ready, 0, "the form that went on is not a new one");
  assert.equal(seen.other[0], false);
  assert.match(seen.other[1], /đơn vị b.*đơn vị a/);
  assert.deepEqual(seen.other.slice(2), ["7", "a"]);
  assert.deepEqual(seen.same, [true, 3]);
  assert.deepEqual(seen.open, [true, "b"]);
  assert.deepEqual(seen.b, [{}, ""]);
  assert.deepEqual([seen.a, seen.bAgain, seen.named], [["5", "a"], "6", ["4", "c"]]);
  await done();
});

test("what the portal gives goes before a draft; bad text and bad drafts are told of, and not lost", async () => {
  const { page, done } = await workshop();
  const seen = await page.evaluate(async (COUNT) => {
    const seen = {};
    let form = await stand({ draft: "" });
    type(inputOf(form, COUNT), "7");
    await later();
    const [key] = drafts();
    const draft = localStorage.getItem(key);
    form = await stand({ draft: "" }, { submission: { facts: { [COUNT]: 3 } } });
    await later();
    seen.given = [form.submission.facts[COUNT], message(form), localStorage.getItem(key) === draft];
    press(form, "Mở bản nháp");
    seen.offered = [form.submission.facts[COUNT], message(form)];
    form.submission = { facts: { [COUNT]: 4 } };
    seen.later = [message(form), localStorage.getItem(key) === draft];
    type(inputOf(form, COUNT), "7");
    seen.answered = message(form);
    let failed;
    document.addEventListener("cqdt-error", (event) => (failed = event.detail), { once: true });
    form = await stand({ draft: "" }, { submission: "{ hỏng" });
    await settled();
    seen.bad = [form.submission?.facts[COUNT], message(form), failed instanceof CqdtError];
    form.lang = "en";
    seen.badEnglish = message(form);
    localStorage.setItem(key, "{ nháp hỏng");
    form = await stand({ draft: "" });
    seen.broken = [form.submission.facts, message(form), localStorage.getItem(key)];
    form.lang = "en";
    seen.brokenEnglish = message(form);
    type(inputOf(form, COUNT), "5");
    await later();
    seen.kept = Object.values(localStorage).filter((text) => text === "{ nháp hỏng").length;
    localStorage.clear();
    form = document.createElement("cqdt-form");
    document.querySelector("cqdt-form").remove();
    form.setAttribute("set", "viet-tri-2395-2018/phu-luc-2");
    seen.early = [form.importSubmission("{ hỏng"), form.importSubmission(JSON.stringify({ facts: { [COUNT]: 2 } }))];
    document.querySelector("main").append(form);
    await form.ready;
    seen.imported = [form.submission.facts[COUNT], message(form)];
    return seen;
  }, COUNT);
  assert.deepEqual([seen.given[0], seen.given[2]], [3, true]);
  assert.match(seen.given[1], /còn một bản nháp/);
  assert.deepEqual(seen.offered, ["7", "Đã khôi phục bản nháp lưu trên máy này"]);
  assert.match(seen.later[0], /còn một bản nháp/);
  assert.deepEqual([seen.later[1], seen.answered], [true, ""]);
  assert.equal(seen.bad[0], "7", "the draft is still there");
  assert.match(seen.bad[1], /Không mở được bài nộp mà trang này đưa vào: .*E0001/);
  assert.equal(seen.bad[2], true);
  assert.match(seen.badEnglish, /submission that this page gave can't be opened: .*E0001/);
  assert.deepEqual([seen.broken[0], seen.broken[2]], [{}, "{ nháp hỏng"]);
  assert.match(seen.broken[1], /Không đọc được bản nháp lưu trên máy này: .*E0001/);
  assert.match(seen.brokenEnglish, /draft kept on this computer can't be read: .*E0001/);
  assert.equal(seen.kept, 1);
  assert.deepEqual(seen.early, [false, true]);
  assert.deepEqual(seen.imported, [2, "Đã mở tệp bài nộp"]);
  await done();
});

test("what could not be read is shown as it was typed, and no file leaves it out unsaid", async () => {
  const { page, done } = await workshop();
  const seen = await page.evaluate(async (COUNT) => {
    const seen = { typed: [] };
    for (const text of ["12.5", "-3", "1.2.3", "nhiều"]) {
      let form = await stand({ draft: "" });
      type(inputOf(form, COUNT), text);
      form = await stand({ draft: "" });
      seen.typed.push([inputOf(form, COUNT).value, inputOf(form, COUNT).getAttribute("aria-invalid")]);
      localStorage.clear();
    }
    let form = await stand({ draft: "" });
    const date = (at = 0) => [...form.shadowRoot.querySelectorAll(".papers")].map((papers) => papers.querySelectorAll("input")[1])[at];
    const shown = () => [date().value, date().getAttribute("aria-invalid"), date().closest(".evidence").querySelector(".error").textContent];
    type(date(), "31/02/2018");
    type(date(1), "03/10/2018");
    form.lang = "en";
    seen.english = shown();
    seen.other = date(1).value;
    form.lang = "vi";
    let downloads = 0;
    const create = URL.createObjectURL;
    URL.createObjectURL = (blob) => {
      downloads += 1;
      return create.call(URL, blob);
    };
    form.download();
    seen.download = [downloads, message(form), form.shadowRoot.activeElement === date()];
    let handed = 0;
    form.addEventListener("cqdt-submit", () => (handed += 1));
    form.submit();
    seen.submit = [handed, message(form)];
    form = await stand({ draft: "" });
    seen.restored = shown();
    form.submit();
    seen.still = message(form);
    type(date(), "");
    form.addEventListener("cqdt-submit", () => (handed += 1));
    type(form.shadowRoot.querySelector("input.wide"), "Phường Gia Cẩm");
    form.submit();
    seen.unit = [handed, form.shadowRoot.querySelector("input.wide").getAttribute("aria-invalid"), message(form)];
    type(form.shadowRoot.querySelector("input.wide"), "phuong-gia-cam");
    form.submit();
    form.download();
    seen.mended = [handed, downloads];
    return seen;
  }, COUNT);
  assert.deepEqual(seen.typed, [["12.5", "true"], ["-3", "true"], ["1.2.3", "true"], ["nhiều", "true"]]);
  assert.deepEqual(seen.english.slice(0, 2), ["31/02/2018", "true"]);
  assert.match(seen.english[2], /Not a day/);
  assert.equal(seen.other, "2018-10-03");
  assert.equal(seen.download[0], 0);
  assert.match(seen.download[1], /Ngày không hợp lệ/);
  assert.equal(seen.download[2], true);
  assert.equal(seen.submit[0], 0);
  assert.match(seen.submit[1], /Ngày không hợp lệ/);
  assert.deepEqual(seen.restored.slice(0, 2), ["31/02/2018", "true"]);
  assert.match(seen.still, /Ngày không hợp lệ/);
  assert.deepEqual(seen.unit.slice(0, 2), [0, "true"]);
  assert.match(seen.unit[2], /Mã đơn vị/);
  assert.deepEqual(seen.mended, [1, 1]);
  await done();
});

test("none of the items is an answer, by keyboard, beside ticks; a text of items is ticked", async () => {
  const { page, done } = await workshop();
  const NONE = "Không có mục nào";
  await page.evaluate(async () => {
    globalThis.form = await stand();
    fieldOf(form, "quy-che").querySelector("input").focus();
  });
  const state = () => page.evaluate(() => [form.submission.facts["quy-che"] ?? null, ticked(form, "quy-che").length, form.shadowRoot.activeElement.parentNode.textContent]);
  const keys = set.facts.find(({ id }) => id === "quy-che").keys;
  await page.keyboard.press("Space");
  assert.deepEqual((await state()).slice(0, 2), [[keys[0].id], 1]);
  for (let at = 0; at < keys.length; at += 1) {
    await page.keyboard.press("Tab");
  }
  assert.equal((await state())[2], NONE);
  assert.equal(await page.locator("cqdt-form").getByRole("group", { name: "Quy chế, quy định nội bộ" }).getByRole("checkbox", { name: NONE }).count(), 1);
  await page.keyboard.press("Space");
  assert.deepEqual((await state()).slice(0, 2), [[], 1]);
  assert.equal(await page.evaluate(() => form.report.diagnostics.filter(({ fact }) => fact === "quy-che").length), 0);
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Space");
  assert.deepEqual((await state()).slice(0, 2), [[keys.at(-1).id], 1]);
  await page.keyboard.press("Space");
  assert.deepEqual((await state()).slice(0, 2), [null, 0]);
  const seen = await page.evaluate(async () => {
    const seen = [];
    for (const answer of [[], "không", " - ", "attt|thu", [" attt "]]) {
      form.submission = { facts: { "quy-che": answer } };
      seen.push(ticked(form, "quy-che"));
    }
    form.submission = { facts: { "quy-che": "attt|thu" } };
    tick(form, "quy-che", 0);
    seen.push(form.submission.facts["quy-che"]);
    form.lang = "en";
    seen.push([...fieldOf(form, "quy-che").querySelectorAll("label")].at(-1).textContent);
    return seen;
  });
  const titles = ["attt", "thu"].map((id) => keys.find((key) => key.id === id).title.vi);
  assert.deepEqual(seen, [[NONE], [NONE], [NONE], titles, [titles[0]], ["qlvb", "attt", "thu"], "None of these"]);
  // The other kinds show what the core takes, too.
  const others = await page.evaluate(async (FLAG) => {
    form.lang = "vi";
    const choice = form.criteriaSet.facts.find((fact) => fact.type === "choice");
    form.submission = { facts: { [FLAG]: " X ", [choice.id]: ` ${choice.keys[0].id} ` } };
    return [fieldOf(form, FLAG).querySelector("input").checked, fieldOf(form, choice.id).querySelector("select").value === choice.keys[0].id];
  }, FLAG);
  assert.deepEqual(others, [true, true]);
  await done();
});

test("a verifier takes back only what a verifier said", async () => {
  const { page, done } = await workshop();
  const seen = await page.evaluate(async ([COUNT, FLAG]) => {
    const seen = {};
    const given = { facts: { [COUNT]: 12, [FLAG]: true, "quy-che": ["attt"] }, evidence: { x: [{ number: "1" }] } };
    const form = await stand({ layer: "verified" }, { submission: given });
    const chosen = () => [...fieldOf(form, FLAG).querySelectorAll("input")].map((input) => input.checked);
    const clear = () => fieldOf(form, FLAG).querySelector("button");
    seen.own = [chosen(), clear().hidden];
    tick(form, FLAG, 1);
    seen.said = [chosen(), clear().hidden, form.submission.verified[FLAG]];
    clear().click();
    seen.back = [chosen(), clear().hidden, form.submission.verified ?? null];
    const input = inputOf(form, COUNT);
    type(input, "5");
    type(input, "");
    seen.placeholder = input.placeholder;
    input.dispatchEvent(new Event("change"));
    seen.number = [input.value, form.submission.verified ?? null];
    tick(form, "quy-che", 2);
    seen.items = [form.submission.verified ?? null, ticked(form, "quy-che").length];
    type(input, "5");
    form.clear();
    seen.cleared = [form.submission.facts, form.submission.verified ?? null, form.submission.evidence, inputOf(form, COUNT).value];
    return seen;
  }, [COUNT, FLAG]);
  assert.deepEqual(seen.own, [[true, false], true]);
  assert.deepEqual(seen.said, [[false, true], false, false]);
  assert.deepEqual(seen.back, [[true, false], true, null]);
  assert.equal(seen.placeholder, "12");
  assert.deepEqual(seen.number, ["12", null]);
  assert.deepEqual(seen.items, [null, 1]);
  assert.deepEqual(seen.cleared, [{ [COUNT]: 12, [FLAG]: true, "quy-che": ["attt"] }, null, { x: [{ number: "1" }] }, "12"]);
  await done();
});

test("a verifier may answer where the unit said that it is not applicable", async () => {
  const { page, done } = await workshop();
  const seen = await page.evaluate(async () => {
    const seen = {};
    const [set, id] = ["phu-tho-1609-2018/cap-xa", "hs-buu-chinh"];
    const form = await stand({ set, layer: "verified" }, { submission: { facts: { [id]: { not_applicable: "Không có" } } } });
    const input = inputOf(form, id);
    const [box, reason] = ["input[type=checkbox]", "input.wide"].map((one) => fieldOf(form, id).querySelector(one));
    const state = () => [box.checked, input.disabled, input.value, reason.value, form.submission.verified?.[id] ?? null];
    seen.own = state();
    box.click();
    seen.free = state();
    type(input, "5");
    seen.said = state();
    type(input, "");
    input.dispatchEvent(new Event("change"));
    seen.back = state();
    // A number of the unit's is shown again.
    form.submission = { facts: { [id]: 7 } };
    const again = fieldOf(form, id).querySelector("input[type=checkbox]");
    again.click();
    again.click();
    seen.number = [again.checked, inputOf(form, id).value];
    return seen;
  });
  const own = [true, true, "", "Không có", null];
  assert.deepEqual(seen, { own, free: [false, false, "", "", null], said: [false, false, "5", "", "5"], back: own, number: [false, "7"] });
  await done();
});

test("a draft is one unit's, whatever way the page goes from unit to unit, and is offered until it is opened or overwritten", async () => {
  const { page, done } = await workshop();
  const seen = await page.evaluate(async (COUNT) => {
    const seen = {};
    const answers = (form) => form.submission.facts[COUNT] ?? null;
    const kept = (name) => JSON.parse(Object.entries(localStorage).find(([key]) => key.endsWith(`:${name}`))?.[1] ?? '{"facts":{}}');
    // Frameworks take an attribute away before they give it anew.
    let form = await stand({ draft: "", unit: "b" });
    type(inputOf(form, COUNT), "6");
    form = await stand({ draft: "", unit: "a" });
    type(inputOf(form, COUNT), "5");
    form.removeAttribute("unit");
    form.setAttribute("unit", "a");
    seen.same = [answers(form), message(form)];
    form.removeAttribute("unit");
    form.setAttribute("unit", "b");
    await settled();
    seen.other = [answers(form), form.submission.unit];
    type(inputOf(form, COUNT), "61");
    form.remove();
    seen.kept = ["a", "b"].map((unit) => kept(unit).facts[COUNT]);
    // Answers that find a draft of the unit that they are now named for.
    form = await stand({ draft: "" });
    type(inputOf(form, COUNT), "4");
    form.setAttribute("unit", "a");
    await settled();
    seen.named = [answers(form), message(form), kept("a").facts[COUNT]];
    // Refusals stand beside the offer.
    const files = ["{ hỏng", '{"set":"khac/khac","facts":{}}', '{"unit":"b","facts":{}}'];
    seen.refused = files.map((file) => [form.importSubmission(file), message(form)]);
    press(form, "Mở bản nháp");
    seen.opened = [answers(form), message(form)];
    // What was given before the form stood, and taken back.
    form = document.createElement("cqdt-form");
    document.querySelector("cqdt-form").remove();
    for (const [name, value] of [["set", "viet-tri-2395-2018/phu-luc-2"], ["unit", "a"], ["draft", ""]]) {
      form.setAttribute(name, value);
    }
    form.submission = { facts: { [COUNT]: 1 } };
    form.submission = undefined;
    document.querySelector("main").append(form);
    await form.ready;
    seen.taken = answers(form);
    // A verifier's clearing: an offered draft stays, an opened one keeps what the unit gave.
    form = await stand({ draft: "", unit: "a", layer: "verified" }, { submission: { facts: { [COUNT]: 8 } } });
    clickAll(form);
    await later();
    seen.offered = [kept("a").facts[COUNT], message(form), answers(form)];
    press(form, "Mở bản nháp");
    form.importSubmission(JSON.stringify({ facts: {}, evidence: { x: [{ number: "1" }] } }));
    type(inputOf(form, COUNT), "9");
    clickAll(form);
    form.remove();
    seen.evidence = [kept("a").evidence ?? null, kept("a").verified ?? null];
    return seen;
  }, COUNT);
  assert.deepEqual(seen.same, ["5", ""]);
  assert.deepEqual([seen.other, seen.kept], [["6", "b"], ["5", "61"]]);
  assert.deepEqual([seen.named[0], seen.named[2]], ["4", "5"]);
  assert.match(seen.named[1], /còn một bản nháp/);
  [/Không đọc được tệp/, /bộ tiêu chí khác/, /đơn vị b/].forEach((why, at) => {
    assert.equal(seen.refused[at][0], false);
    assert.match(seen.refused[at][1], why);
    assert.match(seen.refused[at][1], /còn một bản nháp.*Mở bản nháp/);
  });
  assert.deepEqual(seen.opened, ["5", "Đã khôi phục bản nháp lưu trên máy này"]);
  assert.equal(seen.taken, "5");
  assert.deepEqual([seen.offered[0], seen.offered[2]], ["5", 8]);
  assert.match(seen.offered[1], /Đã xoá tất cả.*còn một bản nháp/);
  assert.deepEqual(seen.evidence, [{ x: [{ number: "1" }] }, null]);
  await done();
});

test("a field shows what the core reads, and every part of a file can be taken away", async () => {
  const { page, done } = await workshop();
  const seen = await page.evaluate(async ([COUNT, FLAG]) => {
    const seen = {};
    let form = await stand({ lang: "en" }, { submission: { facts: { [FLAG]: 1, "quy-che": 1, [COUNT]: { text: "1.234", numbers: "comma" } } } });
    const shown = () => [inputOf(form, COUNT).value, fieldOf(form, FLAG).querySelectorAll("input:checked").length, ticked(form, "quy-che").length];
    seen.english = shown();
    form.lang = "vi";
    seen.vietnamese = shown();
    form.submission = { facts: { [FLAG]: "1" } };
    seen.text = shown();
    // A remark has no field of its own.
    const proved = form.criteriaSet.definition.groups.flatMap((group) => group.criteria).find((criterion) => criterion.evidence).id;
    form.submission = { facts: {}, evidence: { [proved]: [{ number: "1" }, { note: "Bản giấy" }] } };
    const rows = () => [...form.shadowRoot.querySelector(`[data-id="${proved}"]`).querySelectorAll(".papers")];
    const offered = () => rows().map((row) => !row.querySelector("button").hidden);
    const remove = () => rows()[0].querySelector("button").click();
    seen.rows = [offered()];
    remove();
    seen.rows.push(offered(), form.submission.evidence);
    remove();
    seen.rows.push(offered(), form.submission.evidence ?? null, form.shadowRoot.activeElement === rows()[0].querySelector("input"));
    // A page that names a unit by no id.
    form = await stand({ unit: "Phường A" }, { submission: { facts: { [COUNT]: 3 } } });
    let handed = 0;
    form.addEventListener("cqdt-submit", () => (handed += 1));
    form.submit();
    seen.unit = [handed, message(form)];
    seen.file = JSON.parse(form.exportSubmission());
    seen.kept = form.submission.unit;
    form.setAttribute("unit", "phuong-a");
    form.submit();
    seen.mended = [handed, JSON.parse(form.exportSubmission()).unit];
    form.setAttribute("unit", "");
    seen.none = JSON.parse(form.exportSubmission()).unit ?? null;
    return seen;
  }, [COUNT, FLAG]);
  assert.deepEqual([seen.english, seen.vietnamese, seen.text], [["1234", 0, 0], ["1234", 0, 0], ["", 1, 0]]);
  const [both, noted, left, none, gone, focused] = seen.rows;
  assert.deepEqual([both, noted, none, gone, focused], [[true, true], [true], [false], null, true]);
  assert.deepEqual(Object.values(left), [[{ note: "Bản giấy" }]]);
  assert.equal(seen.unit[0], 0);
  assert.match(seen.unit[1], /Mã đơn vị/);
  assert.equal(seen.file.unit, undefined);
  assert.equal(seen.file.facts[COUNT], 3);
  assert.deepEqual([seen.kept, seen.mended, seen.none], ["Phường A", [1, "phuong-a"], null]);
  await done();
});

test("a form that is drawn anew is heard of, and begins at its title", async () => {
  const { page, done } = await workshop();
  const seen = await page.evaluate(async (COUNT) => {
    let form = await stand({ draft: "" });
    type(inputOf(form, COUNT), "7");
    form = await stand({ draft: "" }, { submission: { facts: { [COUNT]: 3 } } });
    const root = form.shadowRoot;
    const node = root.querySelector(".message");
    let removed = 0;
    new MutationObserver((changes) => (removed += changes.filter(({ removedNodes }) => [...removedNodes].includes(node)).length)).observe(root, { childList: true, subtree: true });
    const seen = [];
    const look = () => seen.push([root.activeElement?.id, root.querySelector(".message") === node, node.role, node.textContent]);
    press(form, "Mở bản nháp");
    look();
    clickAll(form);
    look();
    const changed = new Promise((resolve) => form.addEventListener("cqdt-change", resolve, { once: true }));
    const files = new DataTransfer();
    files.items.add(new File([JSON.stringify({ facts: { [COUNT]: 5 } })], "bai.json"));
    Object.assign(root.querySelector("input[type=file]"), { files: files.files }).dispatchEvent(new Event("change"));
    await changed;
    await settled();
    look();
    // Only for the moment: whoever goes to the form comes to its first field.
    document.activeElement.blur();
    form.focus();
    return { seen, removed, first: root.activeElement.localName };
  }, COUNT);
  const said = ["Đã khôi phục bản nháp lưu trên máy này", "Đã xoá tất cả câu trả lời", "Đã mở tệp bài nộp"];
  assert.deepEqual(seen, { seen: said.map((text) => ["title", true, "status", text]), removed: 0, first: "input" });
  await done();
});

test("elements keep what was set before they were defined, take a cohort, and forget a set that is gone", async () => {
  const { page, done } = await workshop();
  const seen = await page.evaluate(async ([COUNT, SET]) => {
    const seen = {};
    // As a page does whose script comes before the elements': properties of a plain node, which the definition would hide.
    const own = (name, properties) => {
      const node = document.createElement(name);
      for (const [key, value] of Object.entries(properties)) {
        Object.defineProperty(node, key, { value, writable: true, configurable: true, enumerable: true });
      }
      return node;
    };
    document.querySelectorAll("cqdt-form").forEach((form) => form.remove());
    const set = CriteriaSet.builtin(SET);
    const early = own("cqdt-form", { criteriaSet: set, submission: { facts: { [COUNT]: 4 } } });
    document.querySelector("main").append(early);
    await early.ready;
    seen.form = [early.submission?.facts[COUNT], early.criteriaSet?.id];
    const ranking = own("cqdt-ranking", { criteriaSet: set, names: { a: "Đơn vị A" }, rows: set.rank([{ unit: "a", facts: {} }]) });
    document.querySelector("main").append(ranking);
    await settled();
    seen.ranking = ranking.shadowRoot.querySelector("tbody th")?.textContent;
    ranking.remove();

    // A cohort, before and after the form stands.
    const compared = CriteriaSet.builtin("viet-tri-2395-2018/phu-luc-1");
    const cohort = compared.cohort([{ facts: { "tin-bai-gui": 10 } }, { facts: { "tin-bai-gui": 40 } }]);
    const facts = { "tin-bai-gui": 20 };
    let form = await stand({ set: compared.id }, { cohort, submission: { facts } });
    const points = () => form.shadowRoot.querySelector("[data-id='iv.3'] .figure b").textContent;
    seen.cohort = [points(), form.report.total.points === compared.scoreSubmission({ facts }, { cohort }).total.points];
    form.cohort = undefined;
    seen.alone = [form.submission.facts, form.report.total.points === compared.scoreSubmission({ facts }).total.points];
    form.cohort = cohort;
    type(inputOf(form, "tin-bai-gui"), "40");
    seen.most = [points(), form.cohort === cohort];

    // The detail of a change is read at any later time.
    form = await stand({}, {});
    let detail;
    form.addEventListener("cqdt-change", (event) => (detail ??= event.detail));
    type(inputOf(form, COUNT), "6");
    form.importSubmission('{"facts":{}}');
    seen.detail = detail.submission.facts[COUNT];

    // A set that is not there takes the form of the one before with it.
    let handed = 0;
    form.addEventListener("cqdt-submit", () => (handed += 1));
    form.setAttribute("set", "nope");
    await settled();
    form.submit();
    form.download();
    seen.gone = [form.submission ?? null, form.report ?? null, form.criteriaSet ?? null, form.exportSubmission(), handed, message(form)];
    seen.import = [form.importSubmission("{ hỏng"), form.shadowRoot.textContent.includes("Không đọc được tệp")];
    form.setAttribute("set", SET);
    form.submission = { facts: { [COUNT]: 1 } };
    await settled();
    seen.back = form.submission.facts[COUNT];
    form.removeAttribute("set");
    await settled();
    seen.none = [form.submission ?? null, form.shadowRoot.querySelector("form")];
    return seen;
  }, [COUNT, SET]);
  assert.deepEqual(seen.form, [4, SET]);
  assert.equal(seen.ranking, "Đơn vị A Chưa đầy đủ");
  assert.deepEqual(seen.cohort, ["1", true]);
  assert.deepEqual(seen.alone, [{ "tin-bai-gui": 20 }, true]);
  assert.deepEqual(seen.most, ["2", true]);
  assert.equal(seen.detail, "6");
  assert.deepEqual(seen.gone.slice(0, 5), [null, null, null, "", 0]);
  assert.match(seen.gone[5], /không có bộ tiêu chí dựng sẵn/);
  assert.deepEqual(seen.import, [false, true]);
  assert.equal(seen.back, 1);
  assert.deepEqual(seen.none, [null, null]);
  await done();
});

test("a module that does not arrive is told of in words, and rows may come before it", async () => {
  const { page } = await open("ranking.html");
  await page.route("**/cqdt.wasm", (route) => route.fulfill({ status: 404, body: "không có" }));
  const rows = await page.evaluate(() => document.querySelector("cqdt-ranking").rows);
  // A page without a script of its own, so that nothing loads the module but the elements.
  await page.goto(new URL("icon.svg", page.url()).href.replace("icon.svg", "portal.css"));
  const load = () => page.evaluate(async (rows) => {
    const { CqdtError, init, CriteriaSet } = await import("/cqdt/index.js");
    await import("/cqdt/elements.js");
    const told = {};
    const caught = await init().catch((error) => error);
    told.init = caught && [caught instanceof CqdtError, caught.code, caught.messages?.vi, caught.messages?.en];
    const ranking = document.createElement("cqdt-ranking");
    const failed = [];
    const bothFailed = new Promise((resolve) => document.addEventListener("cqdt-error", (event) => {
      if (failed.push(`${event.target.localName} ${event.detail.code}`) === 2) {
        resolve();
      }
    }));
    document.body.append(ranking);
    ranking.rows = rows;
    const form = document.createElement("cqdt-form");
    form.setAttribute("set", "viet-tri-2395-2018/phu-luc-2");
    document.body.append(form);
    await bothFailed;
    told.ranking = [failed.sort().join(), ranking.shadowRoot.textContent];
    told.form = form.shadowRoot.textContent;
    ranking.remove();
    form.remove();
    return told;
  }, rows);
  const broken = await load();
  assert.deepEqual(broken.init.slice(0, 2), [true, "E9012"]);
  assert.match(broken.init[2], /không nạp được/);
  assert.match(broken.init[3], /can't be loaded/);
  assert.equal(broken.ranking[0], "cqdt-form E9012,cqdt-ranking E9012");
  assert.match(broken.ranking[1], /không nạp được/);
  assert.match(broken.form, /Không mở được biểu mẫu: .*không nạp được/);
  await page.unroute("**/cqdt.wasm");
  await page.evaluate(async (rows) => {
    await import("/cqdt/elements.js");
    const ranking = document.createElement("cqdt-ranking");
    document.body.append(ranking);
    ranking.rows = rows;
  }, rows);
  const lines = page.locator("cqdt-ranking").locator("tbody tr");
  await lines.first().waitFor();
  assert.equal(await lines.count(), rows.length);
  await page.close();
});

test("rankings of several sizes share one axis", async () => {
  const { page, done } = await open("ranking.html");
  const seen = await page.evaluate(() => {
    const ranking = document.querySelector("cqdt-ranking");
    const unit = (unit, rank) => ({ unit, rank, low: rank, high: rank, median: rank });
    const units = (name, count) => Array.from({ length: count }, (_, at) => unit(`${name}${at + 1}`, at + 1));
    const row = ({ unit, rank }) => ({ unit, rank, points: "1", shown: null, bar: 500, band: null, complete: true });
    const [large, small] = [units("a", 12), units("b", 3)];
    ranking.rows = [...large, ...small].map(row);
    ranking.robustness = { draws: 10, drawing: { kind: "uniform", percent: 25 }, drop_one_group: false, seed: "1", rankings: [{ units: large }, { units: small }] };
    const root = ranking.shadowRoot;
    const at = (line) => [...root.querySelectorAll("tbody tr")][line].querySelector(".range").style.getPropertyValue("--published");
    return { axis: [...root.querySelectorAll(".axis span")].map((node) => node.textContent), third: at(2), thirdOfThree: at(14), last: at(11) };
  });
  assert.deepEqual(seen.axis, ["1", "12"]);
  assert.equal(seen.thirdOfThree, seen.third);
  assert.equal(seen.last, "100%");
  await done();
});
