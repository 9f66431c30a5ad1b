// The same points by other means: plain JavaScript, a rules engine in JavaScript, a rules engine in WebAssembly.
import { Engine } from "json-rules-engine";
import { expressions, median, plain } from "./work.mjs";

export const VERSIONS = { zen: "0.23.1", rules: "7.3.1" };

async function medianAsync(run, calls = 10, batches = 11) {
  const times = [];
  for (let batch = 0; batch <= batches; batch += 1) {
    const began = performance.now();
    for (let at = 0; at < calls; at += 1) {
      await run(at);
    }
    times.push(((performance.now() - began) * 1000) / calls);
  }
  return times.slice(1).sort((a, b) => a - b)[batches >> 1];
}

/** Times of the peers on a set's units, once their points are seen to be the core's. `zen` is that engine's module, ready for use. */
export async function peers(set, units, zen) {
  const js = plain(set);
  // In hundredths: this build hands fractions over without what follows the point.
  const texts = expressions(set).map((text) => `floor((${text}) * 100 + 0.5)`);
  const byZen = (facts) => {
    const context = new zen.Variable({ f: facts });
    const points = texts.map((text) => Number(context.evaluateExpression(text)));
    context.free();
    return points;
  };
  // This engine decides which criteria give points; what they give is plain JavaScript, which flatters it.
  const engine = new Engine([], { allowUndefinedFacts: true });
  js.rules.forEach((rule, at) => {
    engine.addFact(`points-${at}`, (_, almanac) => almanac.factValue("facts").then(rule));
    engine.addRule({ conditions: { all: [{ fact: `points-${at}`, operator: "notEqual", value: 0 }] }, event: { type: "points", params: { at, points: { fact: `points-${at}` } } } });
  });
  engine.replaceFactsInEventParams = true;
  const byRules = async (facts) => {
    const points = js.rules.map(() => 0);
    for (const { params } of (await engine.run({ facts })).events) {
      points[params.at] = Number(params.points);
    }
    return points;
  };
  // All the same points, or the times mean nothing. zen computes with decimals, so a third times three is not one there.
  let differences = { zen: 0, plain: 0, rules: 0 };
  for (const { facts } of units) {
    const core = set.score(facts).criteria.map((line) => Math.round(Number(line.points) * 100));
    const others = { plain: js.rules.map((rule) => rule(facts)), rules: await byRules(facts), zen: byZen(facts) };
    for (const [name, points] of Object.entries(others)) {
      differences[name] += core.filter((value, at) => value !== points[at]).length;
    }
  }
  if (differences.plain + differences.rules > 0) {
    throw new Error(`not the same points: ${JSON.stringify(differences)}`);
  }
  const figures = {
    "plain JavaScript, total alone": median((at) => js.total(units[at % units.length].facts), { calls: 500 }),
    [`zen ${VERSIONS.zen} (wasm), points alone`]: median((at) => byZen(units[at % units.length].facts), { calls: 10, batches: 11 }),
    [`json-rules-engine ${VERSIONS.rules}, points alone`]: await medianAsync((at) => byRules(units[at % units.length].facts)),
  };
  return { figures, checked: units.length * set.criteria.length, differences };
}
