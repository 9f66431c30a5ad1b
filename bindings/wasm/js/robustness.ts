/** Ranks under drawn weights: the second module draws, and the page has its turn in between. */
import type { Lang, Layer } from "./api.js";
import { misuse } from "./fault.js";
import type { Batch } from "./later.js";
import type { RawDraws, RawSet } from "./raw-batch.js";

/** How weights are drawn, and what is told meanwhile. What is left out is as in the command `cqdt robustness`. */
export interface RobustnessOptions {
  /** The layer that is scored; `self` unless told otherwise. */
  readonly layer?: Layer;
  /** The unit above each unit, for sets that rank within it. */
  readonly parents?: Readonly<Record<string, string>>;
  /** How often weights are drawn: 10 000 times unless told otherwise. */
  readonly draws?: number;
  /** The same seed gives the same numbers, in every binding. 1 unless told otherwise. */
  readonly seed?: number | bigint;
  /** Each group's weight is drawn evenly within so many percent of the decided one; 25 unless told otherwise. */
  readonly percent?: number;
  /** All weights are drawn at once from a Dirichlet distribution of this concentration around the decided ones, in place of `percent`. */
  readonly dirichlet?: number;
  /** Whether each draw leaves out one group besides. */
  readonly dropOneGroup?: boolean;
  /** How far answers may lie from what was given, by fact: `3`, or `"2%"`. Each draw takes other answers within it. */
  readonly errors?: Readonly<Record<string, number | string>>;
  /**
   * Samples for Sobol' indices, which say whose weight moves the ranks: best a power of 2, at most 65 536, such as 1 024. All
   * units are ranked (groups + 2) times for each, once more with `dropOneGroup` and once more with `errors`. Without, there are none.
   */
  readonly sensitivity?: number;
  /** Pairs of units: how often does the first rank before the second? */
  readonly pairs?: readonly (readonly [string, string])[];
  /** The language of the notice. */
  readonly lang?: Lang;
  /** Stops it; the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told how often units were ranked so far: once a draw, and as often as `sensitivity` says a sample; of all rankings together. */
  readonly onProgress?: (done: number, all: number) => void;
}

/** How long the page may wait for its turn, in milliseconds. */
const TURN = 8;

/** Lets everything that waits have its turn. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** A seed as the module takes it. A number that binary fractions can't tell from its neighbours is no seed. */
function seedOf(seed: number | bigint): bigint {
  const whole = typeof seed === "bigint" ? seed : Number.isSafeInteger(seed) ? BigInt(seed) : -1n;
  if (whole < 0n || whole >= 1n << 64n) {
    throw misuse(
      "E9013",
      `hạt giống \`${String(seed)}\` phải là số nguyên từ 0 đến 2^64 - 1; từ 2^53 trở lên cần viết là BigInt (\`9007199254740993n\`)`,
      `the seed \`${String(seed)}\` must be a whole number from 0 to 2^64 - 1; from 2^53 on, a BigInt (\`9007199254740993n\`)`,
    );
  }
  return whole;
}

/** Begins the draws of some submissions, in JSON. @internal */
export function begin({ RawDrawing }: Batch, set: RawSet, submissions: string, options: RobustnessOptions): RawDraws {
  const { draws = 10_000, seed = 1, percent = 25, dirichlet, dropOneGroup = false, pairs = [], errors = {}, sensitivity } = options;
  // What is no whole number is no number of draws, and refused like 0.
  const whole = (value: number): number => (Number.isInteger(value) && value > 0 && value < 2 ** 32 ? value : 0);
  // Nor is it a number of samples: 1 is too few for any indices, and refused.
  const samples = sensitivity === undefined ? 0 : whole(sensitivity) || 1;
  const stated = Object.entries(errors).flatMap(([fact, error]) => [fact, String(error)]);
  const drawing = new RawDrawing(whole(draws), seedOf(seed), whole(percent), dirichlet, dropOneGroup, pairs.flat(), stated, samples);
  try {
    return set.draw(submissions, JSON.stringify(options.parents ?? {}), options.layer === "verified", options.lang === "en", drawing);
  } finally {
    drawing.free();
  }
}

/** Makes all draws, a few milliseconds at a time. @internal */
export async function drawAll(draws: RawDraws, { signal, onProgress }: RobustnessOptions): Promise<void> {
  const all = draws.advance(0);
  let stretch = 16;
  for (;;) {
    const began = performance.now();
    const left = draws.advance(stretch);
    const spent = performance.now() - began;
    onProgress?.(all - left, all);
    if (left === 0) {
      return;
    }
    // Clocks of pages are coarse: no more than twice as many next time.
    stretch = Math.max(1, Math.round(stretch * Math.min(2, TURN / Math.max(spent, 0.1))));
    await pause();
    signal?.throwIfAborted();
  }
}
