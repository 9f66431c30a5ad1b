import { CriteriaSet, init } from "/cqdt/index.js";
import "/cqdt/elements.js";

await init();
const set = CriteriaSet.builtin("phu-tho-1609-2018/cap-xa");

// Made-up units: each answers a little better than the next, so that the table has something to show.
const units = Array.from({ length: 12 }, (_, at) => {
  const facts = {};
  for (const [index, fact] of set.facts.entries()) {
    const good = (index * 7 + at * 11) % 12 >= at;
    if (fact.type === "yes_no") {
      facts[fact.id] = good;
    } else if (fact.type === "choice") {
      facts[fact.id] = fact.keys[good ? 0 : fact.keys.length - 1].id;
    } else if (fact.type === "items") {
      facts[fact.id] = fact.keys.slice(0, good ? fact.keys.length : 1).map((key) => key.id);
    } else if (fact.type === "count") {
      facts[fact.id] = good ? 10 : 5;
    }
  }
  return { unit: `don-vi-${at + 1}`, set: set.id, facts };
});

const ranking = document.getElementById("ranking");
ranking.criteriaSet = set;
ranking.names = Object.fromEntries(units.map(({ unit }, at) => [unit, `Đơn vị mẫu ${at + 1}`]));
ranking.rows = set.rank(units);
// How far the order rests on the weights of the groups: drawn here, in the page, by a second module.
ranking.robustness = await set.robustness(units, { draws: 2000, seed: 2018 });
