// Ranks under drawn weights, 277 units and 1,000 draws, beside plain JavaScript.
import { SET, rows } from "./work.mjs";

export const UNITS = 277;
export const DRAWS = 1000;
export const MANY = 10_000;

const middle = (times) => times.sort((a, b) => a - b)[times.length >> 1];

/** Hand-written JavaScript: typed arrays, weights within 25 %, ranks by counting who is ahead. Another generator, so other draws. */
export function plainly(points, units, draws) {
  let state = 88172645;
  const random = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const groups = points.length / units;
  const [sums, total, counts] = [new Float64Array(units), new Float64Array(units), new Uint32Array(units * (units + 1))];
  for (let draw = 0; draw < draws; draw += 1) {
    total.fill(0);
    for (let group = 0; group < groups; group += 1) {
      const weight = 750 + Math.floor(random() * 501);
      for (let unit = 0; unit < units; unit += 1) {
        total[unit] += points[group * units + unit] * weight;
      }
    }
    for (let unit = 0; unit < units; unit += 1) {
      const own = total[unit];
      let rank = 1;
      for (let other = 0; other < units; other += 1) {
        rank += total[other] > own ? 1 : 0;
      }
      sums[unit] += rank;
      counts[unit * (units + 1) + rank] += 1;
    }
  }
  const quantile = (unit, share) => {
    let [seen, rank] = [0, 0];
    while (seen < Math.ceil(draws * share)) {
      rank += 1;
      seen += counts[unit * (units + 1) + rank];
    }
    return rank;
  };
  return Array.from({ length: units }, (_, unit) => ({ mean: sums[unit] / draws, median: quantile(unit, 0.5), low: quantile(unit, 0.05), high: quantile(unit, 0.95) }));
}

/** Times of the package and of plain JavaScript, once they are seen to agree as far as chance allows. */
export async function robustness({ CriteriaSet }) {
  const set = CriteriaSet.builtin(SET);
  const units = rows(set, UNITS);
  const began = performance.now();
  await set.robustness(units, { draws: 1 });
  const first = performance.now() - began;
  const time = async (draws) => {
    const times = [];
    for (let run = 0; run < 7; run += 1) {
      const began = performance.now();
      await set.robustness(units, { draws });
      times.push(performance.now() - began);
    }
    return middle(times);
  };
  // One draw: everything but the draws. Many: what a draw takes, above the noise of the rest.
  const [scoring, all, many] = [await time(1), await time(DRAWS), await time(MANY + 1)];
  const scored = new Map(set.scoreMany(units).map((row) => [row.unit, row.groups]));
  const report = (await set.robustness(units, { draws: MANY })).rankings[0].units;
  const points = set.groups.flatMap((group) => report.map(({ unit }) => Math.round(Number(scored.get(unit)[group.id]) * 100)));
  const times = [];
  for (let run = 0; run < 7; run += 1) {
    const began = performance.now();
    plainly(points, UNITS, DRAWS);
    times.push(performance.now() - began);
  }
  const plain = plainly(points, UNITS, MANY);
  const apart = Math.max(...report.map((unit, at) => Math.abs(unit.mean - plain[at].mean)));
  if (!(apart < 2)) {
    throw new Error(`mean ranks are ${apart} apart`);
  }
  set.free();
  return { first, scoring, draws: ((many - scoring) * DRAWS) / MANY, all, plain: middle(times), apart };
}
