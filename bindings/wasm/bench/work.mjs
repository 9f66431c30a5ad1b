// The work that speed is measured on: a real form (79 facts, 62 criteria), and the same points by other means.

export const SET = "phu-tho-1609-2018/cap-xa";

/** Answers of made-up units: the same numbers everywhere, for good. */
export function rows(set, count) {
  let state = 7n;
  const next = (below) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number((state >> 33n) % BigInt(below));
  };
  const [denominators, numerators] = [new Set(), new Set()];
  const collect = (rule) => {
    if (rule.over !== undefined) {
      denominators.add(rule.over);
      numerators.add(rule.of);
    }
    [rule.rule, ...(rule.rules ?? [])].filter(Boolean).forEach(collect);
  };
  set.criteria.forEach((criterion) => collect(criterion.rule));
  return Array.from({ length: count }, (_, at) => {
    const facts = {};
    for (const fact of set.facts) {
      switch (fact.type) {
        case "yes_no": facts[fact.id] = next(2) === 1; break;
        case "choice": facts[fact.id] = fact.keys[next(fact.keys.length)].id; break;
        case "items": facts[fact.id] = fact.keys.filter(() => next(2) === 1).map((key) => key.id); break;
        case "count": facts[fact.id] = denominators.has(fact.id) ? Math.min(numerators.has(fact.id) ? 50 : 50 + next(50), Number(fact.max)) : next(50); break;
        case "points": facts[fact.id] = "0"; break;
        default: facts[fact.id] = next(50);
      }
    }
    return { unit: `u${at}`, facts };
  });
}

const cents = (text) => Math.round(Number(text) * 100);

/** Hand-written JavaScript: a closure a rule, points in hundredths, rounded half up exactly. No trace, no checks, no diagnostics. */
export function plain(set) {
  const measure = (rule) => (rule.fact !== undefined ? (facts) => [Number(facts[rule.fact]), 1] : (facts) => [facts[rule.of] * 100, facts[rule.over]]);
  const meets = (step, [n, d]) => (step.at_least !== undefined ? n >= Number(step.at_least) * d : n > Number(step.more_than) * d);
  const compile = (rule, max) => {
    switch (rule.kind) {
      case "yes_no": { const [yes, no] = [cents(rule.yes), cents(rule.no)]; return (facts) => (facts[rule.fact] ? yes : no); }
      case "choice": { const points = Object.fromEntries(Object.entries(rule.points).map(([key, value]) => [key, cents(value)])); return (facts) => points[facts[rule.fact]]; }
      case "proportional": { const top = cents(max); return (facts) => { const d = facts[rule.over]; return Math.min(Math.floor((2 * facts[rule.of] * top + d) / (2 * d)), top); }; }
      case "tiers": { const read = measure(rule); const steps = rule.steps.map((step) => [step, cents(step.points)]); const rest = cents(rule.otherwise); return (facts) => { const v = read(facts); for (const [step, points] of steps) { if (meets(step, v)) { return points; } } return rest; }; }
      case "per_item": { const [each, cap] = [cents(rule.each), cents(rule.cap)]; return (facts) => { const v = facts[rule.fact]; return Math.min(each * (Array.isArray(v) ? v.length : v), cap); }; }
      case "checklist": { const cap = cents(rule.cap); const points = Object.fromEntries(Object.entries(rule.points).map(([key, value]) => [key, cents(value)])); return (facts) => Math.min(facts[rule.fact].reduce((sum, key) => sum + points[key], 0), cap); }
      case "stepwise": { const read = measure(rule); const [at, base, per, each, cap] = [Number(rule.base_at), cents(rule.base), Number(rule.per), cents(rule.each), cents(rule.cap)]; return (facts) => { const [n, d] = read(facts); return n <= at * d ? base : Math.min(base + each * Math.floor((n - at * d) / (per * d)), cap); }; }
      case "given": return (facts) => cents(facts[rule.fact]);
      case "best_of": { const branches = rule.rules.map((branch) => compile(branch, branch.max)); return (facts) => Math.max(...branches.map((branch) => branch(facts))); }
      case "sum": { // Rounded once, at the end: exact fractions until then.
        const cap = cents(rule.cap);
        const branches = rule.rules.map((branch) => [compile(branch, branch.max), branch.kind === "proportional" ? branch : undefined, cents(branch.max)]);
        return (facts) => {
          let [n, d] = [0, 1];
          for (const [points, ratio, top] of branches) {
            const [m, e] = ratio === undefined ? [points(facts), 1] : [facts[ratio.of] * top, facts[ratio.over]];
            [n, d] = [n * e + m * d, d * e];
          }
          return Math.min(Math.floor((2 * n + d) / (2 * d)), cap);
        };
      }
      case "deduct": { const inner = compile(rule.rule, rule.rule.max); return (facts) => -inner(facts); }
      case "gate": {
        const { when } = rule;
        const inner = compile(rule.rule, rule.rule.max);
        const otherwise = cents(rule.otherwise);
        const holds = when.is !== undefined ? (facts) => facts[when.fact] === when.is : when.any_of !== undefined ? (facts) => when.any_of.includes(facts[when.fact])
          : when.includes !== undefined ? (facts) => facts[when.fact].includes(when.includes) : when.at_least !== undefined ? (facts) => Number(facts[when.fact]) >= Number(when.at_least)
          : when.more_than !== undefined ? (facts) => Number(facts[when.fact]) > Number(when.more_than) : when.at_most !== undefined ? (facts) => Number(facts[when.fact]) <= Number(when.at_most)
          : (facts) => Number(facts[when.fact]) < Number(when.less_than);
        return (facts) => (holds(facts) ? inner(facts) : otherwise);
      }
      default: throw new Error(`no rule ${rule.kind}`);
    }
  };
  const groups = set.groups.map((group) => ({ floor: cents(group.floor), rules: group.criteria.map((criterion) => compile(criterion.rule, criterion.max)) }));
  const rules = groups.flatMap((group) => group.rules);
  const total = (facts) => {
    let sum = 0;
    for (const { floor, rules } of groups) {
      let points = 0;
      for (const rule of rules) {
        points += rule(facts);
      }
      sum += Math.max(points, floor);
    }
    return sum;
  };
  return { total, rules };
}

/** Rules as expressions of the zen engine. */
export function expressions(set) {
  const ref = (id) => `f["${id}"]`;
  const number = (text) => (Number(text) < 0 ? `(${text})` : String(Number(text)));
  const v = (rule) => (rule.fact !== undefined ? ref(rule.fact) : `(${ref(rule.of)} * 100 / ${ref(rule.over)})`);
  const chain = (pairs, otherwise) => pairs.reduceRight((rest, [test, value]) => `(${test} ? ${value} : ${rest})`, otherwise);
  const write = (rule, max) => {
    switch (rule.kind) {
      case "yes_no": return `(${ref(rule.fact)} == true ? ${number(rule.yes)} : ${number(rule.no)})`;
      case "choice": return chain(Object.entries(rule.points).map(([key, points]) => [`${ref(rule.fact)} == "${key}"`, number(points)]), "0");
      case "proportional": return `(floor(${ref(rule.of)} / ${ref(rule.over)} * ${number(max)} * 100 + 0.5) / 100)`;
      case "tiers": return chain(rule.steps.map((step) => [step.at_least !== undefined ? `${v(rule)} >= ${number(step.at_least)}` : `${v(rule)} > ${number(step.more_than)}`, number(step.points)]), number(rule.otherwise));
      case "per_item": { const n = set.facts.find((fact) => fact.id === rule.fact).type === "items" ? `len(${ref(rule.fact)})` : ref(rule.fact); return `min([${n} * ${number(rule.each)}, ${number(rule.cap)}])`; }
      case "checklist": return `min([${Object.entries(rule.points).map(([key, points]) => `("${key}" in ${ref(rule.fact)} ? ${number(points)} : 0)`).join(" + ")}, ${number(rule.cap)}])`;
      case "stepwise": return `(${v(rule)} <= ${number(rule.base_at)} ? ${number(rule.base)} : min([${number(rule.base)} + ${number(rule.each)} * floor((${v(rule)} - ${number(rule.base_at)}) / ${number(rule.per)}), ${number(rule.cap)}]))`;
      case "given": return `number(${ref(rule.fact)})`;
      case "best_of": return `max([${rule.rules.map((branch) => write(branch, branch.max)).join(", ")}])`;
      case "sum": return `min([${rule.rules.map((branch) => write(branch, branch.max)).join(" + ")}, ${number(rule.cap)}])`;
      case "deduct": return `(0 - ${write(rule.rule, rule.rule.max)})`;
      case "gate": {
        const { when } = rule;
        const of = ref(when.fact);
        const test = when.is !== undefined ? `${of} == ${when.is}` : when.any_of !== undefined ? `(${when.any_of.map((key) => `${of} == "${key}"`).join(" or ")})` : when.includes !== undefined ? `"${when.includes}" in ${of}`
          : when.at_least !== undefined ? `${of} >= ${number(when.at_least)}` : when.more_than !== undefined ? `${of} > ${number(when.more_than)}` : when.at_most !== undefined ? `${of} <= ${number(when.at_most)}` : `${of} < ${number(when.less_than)}`;
        return `(${test} ? ${write(rule.rule, rule.rule.max)} : ${number(rule.otherwise)})`;
      }
      default: throw new Error(`no rule ${rule.kind}`);
    }
  };
  return set.criteria.map((criterion) => write(criterion.rule, criterion.max));
}

/** The median of many timed batches, in microseconds a call. */
export function median(run, { batches = 31, calls = 50 } = {}) {
  for (let at = 0; at < calls * 4; at += 1) {
    run(at);
  }
  const times = [];
  for (let batch = 0; batch < batches; batch += 1) {
    const began = performance.now();
    for (let at = 0; at < calls; at += 1) {
      run(at);
    }
    times.push(((performance.now() - began) * 1000) / calls);
  }
  return times.sort((a, b) => a - b)[batches >> 1];
}

/** The median time to read and prove a set, in microseconds; the reader is loaded first. */
async function prove(CriteriaSet, text) {
  const times = [];
  for (let at = 0; at < 61; at += 1) {
    const began = performance.now();
    (await CriteriaSet.parse(text)).free();
    times.push((performance.now() - began) * 1000);
  }
  return times.slice(6).sort((a, b) => a - b)[27];
}

/** Times of the package itself, the same in Node and in a page. */
export async function measure({ CriteriaSet }, { many = 10_600 } = {}) {
  const set = CriteriaSet.builtin(SET);
  const units = rows(set, 200);
  const live = set.live(units[0]);
  const counts = set.facts.filter((fact) => fact.type === "count");
  // Somebody goes through the form and puts other numbers in.
  const answer = (at) => {
    const { id } = counts[at % counts.length];
    return [id, units[Math.floor(at / counts.length) % 200].facts[id]];
  };
  const text = set.toJSONText();
  const texts = units.map((unit) => JSON.stringify(unit));
  const figures = {
    // Engines put joined texts together when they are first read, which is part of the work.
    "score, whole report as text": median((at) => set.scoreText(texts[at % 200]).charCodeAt(0)),
    "score, report as an object": median((at) => set.scoreSubmission(units[at % 200])),
    "score and explain in words": median((at) => set.explain(units[at % 200]), { calls: 20 }),
    "live.set, what changed": median((at) => live.set(...answer(at)), { calls: 500 }),
    "live.change, in words": median((at) => live.change(...answer(at)), { calls: 500 }),
    "a built-in set": median(() => CriteriaSet.builtin(SET).free(), { calls: 20, batches: 11 }),
    "parse and prove a set": await prove(CriteriaSet, text),
  };
  const all = rows(set, many);
  const wasm = set.scoreMany(all.slice(0, 100));
  const times = [];
  let scored;
  for (let run = 0; run < 5; run += 1) {
    const began = performance.now();
    scored = set.scoreMany(all);
    times.push(performance.now() - began);
  }
  const spent = times.sort((a, b) => a - b)[2];
  live.free();
  set.free();
  return { figures, many: { rows: many, ms: spent, first: scored[0].points, same: scored[0].points === wasm[0].points } };
}
