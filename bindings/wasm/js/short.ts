/**
 * A report's lines from the module's short form: a third of the text to read, and none of it the same for every unit. `short_line` and `short_step` in the core's
 * `score/text.rs` write it.
 */
import type { CriterionItem, Status, TraceItem } from "./types.js";

/** What a step of a calculation says whoever is scored. */
export type FixedRule = Pick<TraceItem, "facts" | "kind" | "max"> & { readonly branches: readonly FixedRule[] };

/** The same of a line. */
export type FixedLine = Pick<CriterionItem, "basis" | "bonus" | "group" | "id" | "max" | "min"> & { readonly rule: FixedRule };

/** What stands in the list of figures. */
export type Figure = string | number | boolean | null | string[];

const STATUSES: readonly Status[] = ["scored", "not_applicable", "missing", "invalid"];

/** What a step has beside what every step has, in the order of keys. */
const ANSWER = 1;
const BECAUSE = 1 << 1;
const BRANCHES = 1 << 2;
const HELD = 1 << 3;
const KEYS = 1 << 4;
const LARGEST = 1 << 5;
const LEAST = 1 << 6;
const RATIO = 1 << 7;
const STEP = 1 << 8;
const SUM = 1 << 9;
const TAKEN = 1 << 10;
const VALUE = 1 << 11;
const ZERO = 1 << 12;

/** The figures that are being read, and the next one's place: functions made anew for each report would cost time. */
let list: readonly Figure[] = [];
let at = 0;

function next(): Figure {
  return list[at++] as Figure;
}

const text = next as () => string;
const count = next as () => number;

function step(rule: FixedRule, code: number): TraceItem {
  const points = text();
  const status = STATUSES[code & 3] as Status;
  const { kind, max } = rule;
  const facts = rule.facts.slice();
  const has = code >> 2;
  // Most steps have one of these shapes, and an object written in one go is made several times faster.
  switch (has) {
    case 0: return { facts, kind, max, points, status };
    case ANSWER: return { answer: next() as boolean, facts, kind, max, points, status };
    case KEYS: return { facts, keys: next() as string[], kind, max, points, status };
    case KEYS | SUM: return { facts, keys: next() as string[], kind, max, points, status, sum: text() };
    case RATIO: return { facts, kind, max, of: text(), over: text(), points, status };
    case RATIO | VALUE: return { facts, kind, max, of: text(), over: text(), points, status, value: text() };
    case RATIO | STEP | VALUE: return { facts, kind, max, of: text(), over: text(), points, status, step: count(), value: text() };
    case VALUE: return { facts, kind, max, points, status, value: text() };
    default: return rare(rule, has, facts, points, status);
  }
}

function rare({ branches, kind, max }: FixedRule, has: number, facts: string[], points: string, status: Status): TraceItem {
  const item = {} as TraceItem;
  if (has & ANSWER) item.answer = next() as boolean;
  if (has & BECAUSE) item.because = next() as string[];
  if (has & BRANCHES) item.branches = branches.slice(0, count()).map((branch) => step(branch, count()));
  item.facts = facts;
  if (has & HELD) item.held = next() as boolean;
  if (has & KEYS) item.keys = next() as string[];
  item.kind = kind;
  if (has & LARGEST) item.largest = text();
  if (has & LEAST) item.least = text();
  item.max = max;
  if (has & RATIO) {
    item.of = text();
    item.over = text();
  }
  item.points = points;
  item.status = status;
  if (has & STEP) item.step = count();
  if (has & SUM) item.sum = text();
  if (has & TAKEN) item.taken = count();
  if (has & VALUE) item.value = text();
  if (has & ZERO) item.zero_denominator = true;
  return item;
}

/** Reads the lines of a report; nothing in them is shared with another report, and keys stand in the order of the report's text. */
export function readLines(figures: readonly Figure[], fixed: readonly FixedLine[]): CriterionItem[] {
  [list, at] = [figures, 0];
  const lines = fixed.map(({ basis: { document, item, source, status: known }, bonus, group, id, max, min, rule }): CriterionItem => {
    const applicable_max = text();
    const points = text();
    const status = STATUSES[count()] as Status;
    const code = next();
    const trace = code === null ? null : step(rule, code as number);
    return { applicable_max, basis: { document, item, source, status: known }, bonus, group, id, max, min, points, status, trace };
  });
  list = [];
  return lines;
}
