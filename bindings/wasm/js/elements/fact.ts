/** One fact as a form asks it: its controls, and how an answer is shown in them. */
import { numberText, type Answer, type Definition, type Lang } from "../index.js";
import { make, type Words } from "./words.js";

export type Fact = Definition["facts"][number];

/** One answer on the page: how it is shown, and where its faults stand. */
export interface Field {
  readonly node: HTMLElement;
  /** Shows an answer; where there is none, `own` stands in its place: the unit's, in the verifier's layer. */
  show(answer: unknown, own?: unknown): void;
  fault(message: string): void;
}

/** What a fact needs of its form. */
export interface Asking {
  readonly lang: Lang;
  readonly words: Words;
  /** A new id. */
  id(): string;
  /** Answers; `null` takes the answer away. */
  put(answer: Answer): void;
  /** Answers with what is being typed. */
  type(text: string): void;
  /** Shows the answer as it stands now. */
  settle(): void;
}

type Show = Field["show"];
type Control = HTMLInputElement | HTMLSelectElement;

interface Drawn {
  readonly node: HTMLElement;
  readonly controls: readonly Control[];
  readonly show: Show;
}

/** A text whose style of numbers is stated is a text. */
const textOf = (answer: unknown): unknown => (typeof answer === "object" && answer !== null && "text" in answer ? answer.text : answer);

/** Whether nothing was answered, as the core has it. */
const isMissing = (answer: unknown): boolean => {
  const text = textOf(answer);
  return text === undefined || text === null || (typeof text === "string" && text.trim() === "");
};

const word = (answer: unknown): string | undefined => {
  const text = textOf(answer);
  return typeof text === "string" || typeof text === "number" ? String(text).trim() : undefined;
};

/** A text in small letters; the number 1 is no `1` to the core, and says neither yes nor a key. */
const small = (answer: unknown): string | undefined => (typeof textOf(answer) === "string" ? word(answer)?.normalize("NFC").toLowerCase() : undefined);

/** What the core takes for yes and for no. */
const YES = ["có", "x", "yes", "1", "true"];
const NO = ["không", "no", "0", "false"];

/** The ticked keys of a list, or of a text with `|` between them. */
function keysOf(answer: unknown): readonly string[] {
  if (Array.isArray(answer)) {
    return answer.map((key) => String(key).trim());
  }
  const text = textOf(answer);
  return typeof text !== "string" || ticksNothing(answer) ? [] : text.split("|").map((key) => key.trim());
}

/** Whether an answer says that nothing is ticked, which is not the same as no answer. */
function ticksNothing(answer: unknown): boolean {
  return (Array.isArray(answer) && answer.length === 0) || ["-", "không"].includes(small(answer) ?? "");
}

/** A number as the language writes it; what is none, as it was typed. */
function typed(answer: unknown, lang: Lang): string {
  if (typeof answer === "object" && answer !== null) {
    const text = "unreadable" in answer ? String(answer.unreadable) : "text" in answer ? String(answer.text) : "";
    // `1.234` of a table with decimal commas is another number where points part the decimals.
    const isGrouped = "numbers" in answer && answer.numbers === "comma" && /^\s*[-+]?[1-9]\d{0,2}(\.\d{3})+\s*$/.test(text);
    return isGrouped ? text.replaceAll(".", "") : text;
  }
  const text = typeof answer === "number" || typeof answer === "string" ? String(answer) : "";
  return lang === "vi" && /^\s*-?\d+\.\d+\s*$/.test(text) ? text.replace(".", ",") : text;
}

function choices(fact: Fact, ask: Asking, type: "radio" | "checkbox", options: readonly (readonly [string, string])[], describedBy: string) {
  const name = ask.id();
  const inputs = options.map(([value]) => make("input", { type, name, value, part: "field", "aria-describedby": describedBy }));
  const labels = options.map(([, title], at) => make("label", {}, inputs[at] as HTMLInputElement, make("span", {}, title)));
  const box = make("div", { class: type === "checkbox" ? "options column" : "options" }, ...labels);
  return { inputs, box, node: make("fieldset", { class: "fact" }, make("legend", {}, fact.title[ask.lang]), box) };
}

function yesNo(fact: Fact, ask: Asking, describedBy: string): Drawn {
  const { words, lang } = ask;
  const { inputs, box, node } = choices(fact, ask, "radio", [["yes", words.yes], ["no", words.no]], describedBy);
  const clear = make("button", { type: "button", class: "plain", part: "button", hidden: true, "aria-label": `${words.clearAnswer}: ${fact.title[lang]}` }, words.clearAnswer);
  box.append(clear);
  inputs.forEach((input) => input.addEventListener("change", () => {
    clear.hidden = false;
    ask.put(input.value === "yes");
  }));
  clear.addEventListener("click", () => {
    inputs.forEach((input) => (input.checked = false));
    clear.hidden = true;
    ask.put(null);
    (inputs.find((input) => input.checked) ?? inputs[0])?.focus();
  });
  const show: Show = (answer, own) => {
    const stands = isMissing(answer) ? own : answer;
    const yes = stands === true || YES.includes(small(stands) ?? "");
    const no = stands === false || NO.includes(small(stands) ?? "");
    inputs.forEach((input) => (input.checked = input.value === "yes" ? yes : no));
    // What the unit said can't be taken away by a verifier.
    clear.hidden = isMissing(answer) || (!yes && !no);
  };
  return { node, controls: inputs, show };
}

function items(fact: Fact & { type: "items" }, ask: Asking, describedBy: string): Drawn {
  const keys = fact.keys.map((key) => [key.id, key.title[ask.lang]] as const);
  const { inputs, node } = choices(fact, ask, "checkbox", [...keys, ["", ask.words.none]], describedBy);
  // "None of these" is an answer, and goes with no tick; no tick at all is no answer.
  const none = inputs.at(-1) as HTMLInputElement;
  const ticks = inputs.slice(0, -1);
  ticks.forEach((input) => input.addEventListener("change", () => {
    none.checked = false;
    const ticked = ticks.filter((other) => other.checked).map((other) => other.value);
    ask.put(ticked.length === 0 ? null : ticked);
  }));
  none.addEventListener("change", () => {
    ticks.forEach((input) => (input.checked = false));
    ask.put(none.checked ? [] : null);
  });
  const show: Show = (answer, own) => {
    const stands = isMissing(answer) ? own : answer;
    const ticked = keysOf(stands);
    ticks.forEach((input) => (input.checked = ticked.includes(input.value)));
    none.checked = ticksNothing(stands);
  };
  return { node, controls: inputs, show };
}

function choice(fact: Fact & { type: "choice" }, ask: Asking, describedBy: string): Drawn {
  const { words, lang } = ask;
  const id = ask.id();
  const select = make("select", { id, part: "field", "aria-describedby": describedBy }, make("option", { value: "" }, words.choose),
    ...fact.keys.map((key) => make("option", { value: key.id }, key.title[lang])));
  select.addEventListener("change", () => ask.put(select.value === "" ? null : select.value));
  const show: Show = (answer, own) => {
    const key = word(isMissing(answer) ? own : answer);
    select.value = fact.keys.some(({ id }) => id === key) ? String(key) : "";
  };
  return { node: make("div", { class: "fact" }, make("label", { for: id }, fact.title[lang]), make("div", { class: "entry" }, select)), controls: [select], show };
}

function rollup(fact: Fact, { lang, words }: Asking): Drawn {
  const output = make("output", { class: "figure", "aria-label": fact.title[lang] });
  const show: Show = (answer, own) => {
    const share = textOf(isMissing(answer) ? own : answer);
    output.textContent = isMissing(share) ? "–" : numberText(String(share), lang);
  };
  return { node: make("div", { class: "fact" }, make("span", {}, `${fact.title[lang]}: `), output, make("p", { class: "help" }, words.rollup)), controls: [], show };
}

function number(fact: Fact, ask: Asking, describedBy: string): Drawn {
  const { lang } = ask;
  const id = ask.id();
  const input = make("input", { id, type: "text", inputmode: fact.type === "count" ? "numeric" : "decimal", class: "number", part: "field", autocomplete: "off", "aria-describedby": describedBy });
  input.addEventListener("input", () => ask.type(input.value));
  input.addEventListener("change", () => input.value.trim() === "" && ask.settle());
  const unit = fact.unit?.[lang] ?? (fact.type === "percent" ? "%" : "");
  const entry = make("div", { class: "entry" }, input);
  if (unit !== "") {
    entry.append(make("span", { class: "unit" }, unit));
  }
  const show: Show = (answer, own) => {
    input.value = typed(isMissing(answer) ? own : answer, lang);
    // While a verifier empties the field, what is scored is still to be seen.
    input.placeholder = typed(own, lang);
  };
  return { node: make("div", { class: "fact" }, make("label", { for: id }, fact.title[lang]), entry), controls: [input], show };
}

function controlsOf(fact: Fact, ask: Asking, describedBy: string): Drawn {
  switch (fact.type) {
    case "yes_no": return yesNo(fact, ask, describedBy);
    case "items": return items(fact, ask, describedBy);
    case "choice": return choice(fact, ask, describedBy);
    case "rollup": return rollup(fact, ask);
    default: return number(fact, ask, describedBy);
  }
}

const isNotApplicable = (answer: unknown): answer is { not_applicable: unknown } => typeof answer === "object" && answer !== null && "not_applicable" in answer;

/** The tick and the reason of "not applicable"; returns how an answer is shown with them. */
function notApplicable(fact: Fact, ask: Asking, { node, controls, show }: Drawn): Show {
  const { words, lang } = ask;
  const reasonId = ask.id();
  const tick = make("input", { type: "checkbox", part: "field" });
  const reason = make("input", { id: reasonId, type: "text", class: "wide", part: "field", autocomplete: "off" });
  const reasonBox = make("div", { class: "fact", hidden: true }, make("label", { for: reasonId }, words.reason), reason);
  const label = make("label", { class: "inline" }, tick, make("span", {}, words.notApplicable, make("span", { class: "hidden" }, `: ${fact.title[lang]}`)));
  node.append(label, reasonBox);
  const set = (on: boolean): void => {
    tick.checked = on;
    reasonBox.hidden = !on;
    controls.forEach((control) => (control.disabled = on));
  };
  tick.addEventListener("change", () => {
    const on = tick.checked;
    const blank = (): void => {
      set(on);
      show(undefined);
      reason.value = "";
    };
    blank();
    ask.put(on ? { not_applicable: "" } : null);
    if (on) {
      reason.focus();
    } else if (tick.checked) {
      // The unit's own "not applicable" stands again, and would leave a verifier no field to answer in.
      blank();
    }
  });
  reason.addEventListener("input", () => ask.put({ not_applicable: reason.value }));
  return (answer, own) => {
    const stands = isMissing(answer) ? own : answer;
    const on = isNotApplicable(stands);
    set(on);
    reason.value = on ? String(stands.not_applicable) : "";
    show(on ? undefined : answer, on || isNotApplicable(own) ? undefined : own);
  };
}

/** A fact's field. */
export function drawFact(fact: Fact, ask: Asking): Field {
  const errorId = ask.id();
  const error = make("p", { class: "error", part: "error", id: errorId });
  const help = fact.help === undefined || fact.help === null ? undefined : make("p", { class: "help", id: ask.id() }, fact.help[ask.lang]);
  const drawn = controlsOf(fact, ask, help === undefined ? errorId : `${errorId} ${help.id}`);
  const { node, controls } = drawn;
  if (help !== undefined) {
    node.append(help);
  }
  const show = fact.not_applicable ? notApplicable(fact, ask, drawn) : drawn.show;
  node.append(error);
  return {
    node,
    show,
    fault: (message) => {
      if (error.textContent !== message) {
        error.textContent = message;
      }
      controls.forEach((control) => control.setAttribute("aria-invalid", String(message !== "")));
    },
  };
}
