// Generated from the JSON Schemas of the Rust types by `npm run types`; do not edit.

/** A band (*mức độ, xếp loại*). */
export type Band = {
  /** Its id. */
  id: string;
  /** Percent of the applicable maximum needed in every criterion. */
  min_criterion_share?: Decimal | null;
  /** Percent of the applicable maximum needed in named groups. */
  min_group_share?: Record<string, Decimal>;
  /** What its threshold is compared with. */
  on: BandScale;
  /** Its name. */
  title: Text;
} & ({
  at_least: Decimal;
} | {
  more_than: Decimal;
} | {});

/** What a band's threshold is compared with. */
export type BandScale = "share" | "total";

/** Where a line was taken from. */
export type Basis = {
  /** Item in the source. */
  item: string;
  /** What was adapted. */
  note?: string | null;
  /** Key of the source. */
  source: string;
  /** Official or reconstructed. */
  status: BasisStatus;
};

/** Whether something stands in the decision itself or was put together from sister decisions. */
export type BasisStatus = "official" | "reconstructed";

/** One key of a choice or of items (*lựa chọn*). */
export type Choice = {
  /** Its id. */
  id: string;
  /** What it means. */
  title: Text;
};

/** A condition on one fact. */
export type Condition = {
  /** The fact. */
  fact: string;
} & ({
  is: boolean;
} | {
  any_of: string[];
} | {
  includes: string;
} | {
  at_least: Decimal;
} | {
  more_than: Decimal;
} | {
  at_most: Decimal;
} | {
  less_than: Decimal;
});

/** A criterion (*tiêu chí*): one scored line. */
export type Criterion = {
  /** Where it was taken from. */
  basis: Basis;
  /** Whether its maximum stands outside the declared maxima (*điểm thưởng*). */
  bonus: boolean;
  /** Whether its points need evidence (*tài liệu kiểm chứng*). */
  evidence: boolean;
  /** How to fill it in. */
  help?: Text | null;
  /** Its id. */
  id: string;
  /** The most points it yields. */
  max: Decimal;
  /** The least points it yields; below 0 for penalties. */
  min: Decimal;
  /** Its number in the group. */
  number: string;
  /** How it is scored. */
  rule: RuleKind;
  /** Its title. */
  title: Text;
};

export type Day = string;

/** A decision or letter. */
export type DocumentRef = {
  /** The day it was signed. */
  date: Day;
  /** Who issued it. */
  issuer: Text;
  /** Its number: `1609/QĐ-UBND`. */
  number: string;
  /** What it is about. */
  title: Text;
};

/** A fact (*số liệu*): one typed answer. */
export type Fact = {
  /** How to fill it in. */
  help?: Text | null;
  /** Its id: a column of a table, a field of a form. */
  id: string;
  /** Whether "not applicable, because …" is an answer. */
  not_applicable: boolean;
  /** What is asked. */
  title: Text;
  /** What it is counted in. */
  unit?: Text | null;
} & ({
  type: "yes_no";
} | {
  /** The most allowed. */
  max: Decimal;
  /** The least allowed. */
  min: Decimal;
  type: "count";
} | {
  /** The most allowed. */
  max: Decimal;
  /** The least allowed. */
  min: Decimal;
  type: "amount";
} | {
  /** The most allowed. */
  max: Decimal;
  /** The least allowed. */
  min: Decimal;
  type: "percent";
} | {
  /** The keys. */
  keys: Choice[];
  type: "choice";
} | {
  /** The keys. */
  keys: Choice[];
  type: "items";
} | {
  /** The most that can be given. */
  max: Decimal;
  /** Given in steps of this. */
  step: Decimal;
  type: "points";
} | {
  /** The band, for the share of children at or above one. */
  band?: string | null;
  /** Agency group of the children. */
  children: string;
  type: "rollup";
  /** What is taken from them. */
  value: RollupValue;
});

/** A group of criteria (*nhóm tiêu chí*). */
export type Group = {
  /** Its criteria in order. */
  criteria: Criterion[];
  /** What its points never fall under. */
  floor: Decimal;
  /** Its id. */
  id: string;
  /** Its maximum in points, bonus aside. */
  max: Decimal;
  /** Its number in the decision: `I`. */
  number: string;
  /** The heading above it. */
  part?: Text | null;
  /** Its title. */
  title: Text;
};

/** What becomes of points without the evidence they need. */
export type MissingEvidence = "warn" | "zero";

/** What a criterion that is not applicable counts. */
export type NotApplicable = "exclude" | "zero" | "full";

/** An exact number as text: a decimal of at most 12 places, or a reduced fraction. */
export type Decimal = string;

/** Policies of a set. */
export type Policies = {
  /** The most bonus points that count. */
  bonus_cap?: Decimal | null;
  /** What becomes of points without the evidence they need. */
  missing_evidence: MissingEvidence;
  /** What a criterion that is not applicable counts. */
  not_applicable: NotApplicable;
  /** What is scaled back to its declared maximum. */
  rescale: Rescale;
  /** Where, to how many places and which way points are rounded. */
  rounding: Rounding;
};

/** The figure that ranks. */
export type RankBy = "total" | "share" | "group";

/** How units are ranked. */
export type Ranking = {
  /** By which figure. */
  by: RankBy;
  /** Places shown in published tables; never fed back into a figure. */
  display_places: number;
  /** The group, where ranked by one. */
  group?: string | null;
  /** Groups whose points part ties, in order. */
  tie_breakers: string[];
  /** What follows a shared rank. */
  ties: Ties;
  /** Among whom. */
  within: Within;
};

/** What is scaled back to its declared maximum after exclusions. */
export type Rescale = "none" | "group" | "total";

/** What a rollup takes from the children. */
export type RollupValue = "mean_share" | "share_at_band";

/** `rounding = { stage, places, mode }` of a criteria set. */
export type Rounding = {
  /** Which way. */
  mode: RoundingMode;
  /** Decimal places, 0 to 6. */
  places: number;
  /** Where it rounds. */
  stage: Stage;
};

/** Which way a rounding goes. */
export type RoundingMode = "half_up" | "half_even" | "down";

/** A rule inside another, with its own maximum. */
export type Rule = {
  /** The most points it yields. */
  max: Decimal;
} & ({
  /** The fact. */
  fact: string;
  kind: "yes_no";
  /** Points for no. */
  no: Decimal;
  /** Points for yes. */
  yes: Decimal;
} | {
  /** The fact. */
  fact: string;
  kind: "choice";
  /** Points by key. */
  points: Record<string, Decimal>;
} | {
  kind: "proportional";
} & ({
  /** The fact. */
  fact: string;
} | {
  /** Whether the numerator may exceed the denominator. */
  allow_over: boolean;
  /** The numerator. */
  of: string;
  /** The denominator. */
  over: string;
  /** What counts where the denominator is 0; invalid where it doesn't say. */
  zero_denominator?: ZeroDenominator | null;
}) | {
  kind: "tiers";
  /** Points where no step is met. */
  otherwise: Decimal;
  /** Steps from the highest threshold down. */
  steps: Step[];
} & ({
  /** The fact. */
  fact: string;
} | {
  /** Whether the numerator may exceed the denominator. */
  allow_over: boolean;
  /** The numerator. */
  of: string;
  /** The denominator. */
  over: string;
  /** What counts where the denominator is 0; invalid where it doesn't say. */
  zero_denominator?: ZeroDenominator | null;
}) | {
  /** The most points. */
  cap: Decimal;
  /** Points for each. */
  each: Decimal;
  /** A count, or items whose ticked keys are counted. */
  fact: string;
  kind: "per_item";
} | {
  /** Points of the base. */
  base: Decimal;
  /** Up to here the base counts. */
  base_at: Decimal;
  /** The most points. */
  cap: Decimal;
  /** Points for each full step. */
  each: Decimal;
  kind: "stepwise";
  /** The width of a step. */
  per: Decimal;
} & ({
  /** The fact. */
  fact: string;
} | {
  /** Whether the numerator may exceed the denominator. */
  allow_over: boolean;
  /** The numerator. */
  of: string;
  /** The denominator. */
  over: string;
  /** What counts where the denominator is 0; invalid where it doesn't say. */
  zero_denominator?: ZeroDenominator | null;
}) | {
  /** The most points. */
  cap: Decimal;
  /** The items. */
  fact: string;
  kind: "checklist";
  /** Points by key. */
  points: Record<string, Decimal>;
} | {
  kind: "cohort_max";
} & ({
  /** The fact. */
  fact: string;
} | {
  /** Whether the numerator may exceed the denominator. */
  allow_over: boolean;
  /** The numerator. */
  of: string;
  /** The denominator. */
  over: string;
  /** What counts where the denominator is 0; invalid where it doesn't say. */
  zero_denominator?: ZeroDenominator | null;
}) | {
  kind: "cohort_min_max";
} & ({
  /** The fact. */
  fact: string;
} | {
  /** Whether the numerator may exceed the denominator. */
  allow_over: boolean;
  /** The numerator. */
  of: string;
  /** The denominator. */
  over: string;
  /** What counts where the denominator is 0; invalid where it doesn't say. */
  zero_denominator?: ZeroDenominator | null;
}) | {
  /** The points fact. */
  fact: string;
  kind: "given";
} | {
  kind: "best_of";
  /** The branches. */
  rules: Rule[];
} | {
  /** The most points. */
  cap: Decimal;
  kind: "sum";
  /** The branches. */
  rules: Rule[];
} | {
  kind: "gate";
  /** Points where it doesn't. */
  otherwise: Decimal;
  /** The rule where it holds. */
  rule: Rule;
  /** The condition. */
  when: Condition;
} | {
  kind: "deduct";
  /** The rule. */
  rule: Rule;
});

/** The closed algebra of rules. */
export type RuleKind = {
  /** The fact. */
  fact: string;
  kind: "yes_no";
  /** Points for no. */
  no: Decimal;
  /** Points for yes. */
  yes: Decimal;
} | {
  /** The fact. */
  fact: string;
  kind: "choice";
  /** Points by key. */
  points: Record<string, Decimal>;
} | {
  kind: "proportional";
} & ({
  /** The fact. */
  fact: string;
} | {
  /** Whether the numerator may exceed the denominator. */
  allow_over: boolean;
  /** The numerator. */
  of: string;
  /** The denominator. */
  over: string;
  /** What counts where the denominator is 0; invalid where it doesn't say. */
  zero_denominator?: ZeroDenominator | null;
}) | {
  kind: "tiers";
  /** Points where no step is met. */
  otherwise: Decimal;
  /** Steps from the highest threshold down. */
  steps: Step[];
} & ({
  /** The fact. */
  fact: string;
} | {
  /** Whether the numerator may exceed the denominator. */
  allow_over: boolean;
  /** The numerator. */
  of: string;
  /** The denominator. */
  over: string;
  /** What counts where the denominator is 0; invalid where it doesn't say. */
  zero_denominator?: ZeroDenominator | null;
}) | {
  /** The most points. */
  cap: Decimal;
  /** Points for each. */
  each: Decimal;
  /** A count, or items whose ticked keys are counted. */
  fact: string;
  kind: "per_item";
} | {
  /** Points of the base. */
  base: Decimal;
  /** Up to here the base counts. */
  base_at: Decimal;
  /** The most points. */
  cap: Decimal;
  /** Points for each full step. */
  each: Decimal;
  kind: "stepwise";
  /** The width of a step. */
  per: Decimal;
} & ({
  /** The fact. */
  fact: string;
} | {
  /** Whether the numerator may exceed the denominator. */
  allow_over: boolean;
  /** The numerator. */
  of: string;
  /** The denominator. */
  over: string;
  /** What counts where the denominator is 0; invalid where it doesn't say. */
  zero_denominator?: ZeroDenominator | null;
}) | {
  /** The most points. */
  cap: Decimal;
  /** The items. */
  fact: string;
  kind: "checklist";
  /** Points by key. */
  points: Record<string, Decimal>;
} | {
  kind: "cohort_max";
} & ({
  /** The fact. */
  fact: string;
} | {
  /** Whether the numerator may exceed the denominator. */
  allow_over: boolean;
  /** The numerator. */
  of: string;
  /** The denominator. */
  over: string;
  /** What counts where the denominator is 0; invalid where it doesn't say. */
  zero_denominator?: ZeroDenominator | null;
}) | {
  kind: "cohort_min_max";
} & ({
  /** The fact. */
  fact: string;
} | {
  /** Whether the numerator may exceed the denominator. */
  allow_over: boolean;
  /** The numerator. */
  of: string;
  /** The denominator. */
  over: string;
  /** What counts where the denominator is 0; invalid where it doesn't say. */
  zero_denominator?: ZeroDenominator | null;
}) | {
  /** The points fact. */
  fact: string;
  kind: "given";
} | {
  kind: "best_of";
  /** The branches. */
  rules: Rule[];
} | {
  /** The most points. */
  cap: Decimal;
  kind: "sum";
  /** The branches. */
  rules: Rule[];
} | {
  kind: "gate";
  /** Points where it doesn't. */
  otherwise: Decimal;
  /** The rule where it holds. */
  rule: Rule;
  /** The condition. */
  when: Condition;
} | {
  kind: "deduct";
  /** The rule. */
  rule: Rule;
};

/** What criteria rest on. */
export type Source = {
  /** The document, with number and date. */
  document: string;
  /** How much of it was read, and where. */
  read?: string | null;
  /** Its address. */
  url?: string | null;
};

/** Where a criteria set rounds (*làm tròn*): once, at one stage. */
export type Stage = "criterion" | "group" | "total";

/** A step of `tiers`. */
export type Step = {
  /** Its points. */
  points: Decimal;
} & ({
  at_least: Decimal;
} | {
  more_than: Decimal;
});

/** A text in both languages, in Unicode NFC. */
export type Text = {
  /** English. */
  en: string;
  /** Vietnamese. */
  vi: string;
};

/** What follows a shared rank. */
export type Ties = "competition" | "dense";

/** Among whom units are ranked. */
export type Within = "agency_group" | "parent";

/** What counts where a denominator is 0. */
export type ZeroDenominator = "zero" | "full" | "not_applicable";

/** A criteria set as data. Only [`CriteriaSet`](crate::CriteriaSet) holds one that is proved. */
export type Definition = {
  /** Units of one agency group are ranked against each other (*sở ban ngành, cấp huyện, cấp xã*). */
  agency_group: string;
  /** Bands (*mức độ, xếp loại*) from the top down. */
  bands: Band[];
  /** The decision it models. */
  document: DocumentRef;
  /** Facts (*số liệu*) that units report. */
  facts: Fact[];
  /** Version of the file format: 1. */
  format: number;
  /** Groups (*nhóm tiêu chí*) in order. */
  groups: Group[];
  /** `folder/file`, as users call it. */
  id: string;
  /** Declared maximum in points. */
  max: Decimal;
  /** How cases are treated that rules leave to the set. */
  policies: Policies;
  /** How units are ranked. */
  ranking: Ranking;
  /** What criteria rest on, by key. */
  sources: Record<string, Source>;
  /** Whether the set is the official one or reconstructed. */
  status: BasisStatus;
  /** Name of the set. */
  title: Text;
  /** Semantic version; a released version never changes. */
  version: string;
};

/** A group in words. */
export type GroupExplanation = {
  /** Its id. */
  id: string;
  /** Its criteria in order. */
  lines: LineExplanation[];
  /** Its declared maximum. */
  max: string;
  /** How its points differ from the sum of its criteria, where they do. */
  note: string | null;
  /** Its number in the decision. */
  number: string;
  /** The heading above it. */
  part: string | null;
  /** Its points. */
  points: string;
  /** Its share of the applicable maximum, in percent to 2 places. */
  share: string | null;
  /** Its title. */
  title: string;
};

/** A criterion in words. */
export type LineExplanation = {
  /** Where the criterion was taken from, and whether it is official. */
  basis: string;
  /** The calculation with the numbers put in: `47 ÷ 50 × 2 = 1,88`. */
  formula: string;
  /** Its id. */
  id: string;
  /** Its maximum. */
  max: string;
  /** Its number in the group. */
  number: string;
  /** Its points. */
  points: string;
  /** What became of it. */
  status: Status;
  /** The same in words. */
  status_text: string;
  /** Its title. */
  title: string;
};

/** What became of a criterion or a rule inside it (*trạng thái*). */
export type Status = "scored" | "not_applicable" | "missing" | "invalid";

/** The total in words. */
export type TotalExplanation = {
  /** The maximum less what isn't applicable. */
  applicable_max: string;
  /** The band reached. */
  band: string | null;
  /** Whether no answer is missing. */
  complete: boolean;
  /** The declared maximum. */
  max: string;
  /** What happened between the groups and the total, and what is missing. */
  notes: string[];
  /** The total. */
  points: string;
  /** The share of the applicable maximum, in percent to 2 places. */
  share: string | null;
};

/**
 * A report in words, ready to show.
 *
 * [`Display`](fmt::Display) writes it as a plain text sheet.
 */
export type Explanation = {
  /** Everything found besides points. */
  diagnostics: string[];
  /** The decision: number, date, who issued it. */
  document: string;
  /** Groups in order. */
  groups: GroupExplanation[];
  /** Self-assessed or verified. */
  layer: string;
  /** That the set is not official, where it is not. */
  notice: string | null;
  /** Id, version, status and fingerprint of the set: what it takes to recompute the report. */
  provenance: string;
  /** Title of the criteria set. */
  set: string;
  /** The total. */
  total: TotalExplanation;
  /** The unit, where the submission names one. */
  unit: string | null;
};

/** One fault of a text. */
export type FaultItem = {
  /** Its stable code. */
  code: string;
  /** Column in characters, from 1. */
  column: number;
  /** Line, from 1. */
  line: number;
  /** The sentence. */
  messages: Text;
  /** Its stable name. */
  name: string;
  /** JSON Pointer to its place. */
  path: string;
};

/** Why a text could not be used. */
export type Failure = {
  /** The code of the first fault. */
  code: string;
  /** Every fault. */
  faults: FaultItem[];
  /** All faults, one a line. */
  messages: Text;
  /** JSON Pointer to its place. */
  path: string;
};

/** A diagnostic in words, for the people who fill in a form. */
export type Finding = {
  /** Its stable code. */
  code: string;
  /** Criteria that it touches. */
  criteria: string[];
  /** Whether points were lost. */
  error: boolean;
  /** The fact that it is about, where it is about one. */
  fact: string | null;
  /** The sentence; facts and criteria are called as the form calls them. */
  message: string;
};

/** Points that one criterion still has to give. */
export type PointsLeft = {
  /** The criterion. */
  criterion: string;
  /** Applicable maximum less points. */
  left: Decimal;
  /** Its points now. */
  points: Decimal;
};

/** What one unit could still win. */
export type Gap = {
  /** Criteria by points still to win, most first. */
  points_left: PointsLeft[];
  /** The fewest points that reach each band; null where no points can. */
  to_band: Record<string, Decimal | null>;
  /** The fewest points that reach each rank from 1 on, while the others stay; null where no points can. */
  to_rank: (Decimal | null)[];
};

export type BasisItem = {
  document: string;
  item: string;
  source: string;
  status: BasisStatus;
};

export type CriterionItem = {
  applicable_max: Decimal;
  basis: BasisItem;
  bonus: boolean;
  group: string;
  id: string;
  max: Decimal;
  min: Decimal;
  points: Decimal;
  status: Status;
  trace: TraceItem | null;
};

/** A finding: its code tells its kind, and with it its arguments. */
export type Diagnostic = {
  /** Criteria that it touches. */
  criteria: string[];
  severity: "warning" | "error";
} & ({
  code: "D0101";
  /** What the fact takes. */
  expected: Expected;
  /** The fact. */
  fact: string;
  name: "invalid_value";
  /** The answer. */
  value: string;
} | {
  code: "D0102";
  /** The fact. */
  fact: string;
  name: "unknown_fact";
  /** A fact like it. */
  nearest: string | null;
} | {
  code: "D0103";
  /** The fact. */
  fact: string;
  name: "ambiguous_number";
  /** The text. */
  value: string;
} | {
  code: "D0104";
  /** The criterion. */
  criterion: string;
  name: "unknown_criterion";
  /** A criterion like it. */
  nearest: string | null;
} | {
  code: "D0201";
  /** The criterion. */
  criterion: string;
  name: "numerator_above_denominator";
  /** Numerator. */
  of: string;
  /** Its value. */
  of_value: Decimal;
  /** Denominator. */
  over: string;
  /** Its value. */
  over_value: Decimal;
} | {
  code: "D0202";
  /** The criterion. */
  criterion: string;
  name: "zero_denominator";
  /** Denominator. */
  over: string;
} | {
  code: "D0203";
  /** The criterion. */
  criterion: string;
  name: "missing_evidence";
} | {
  code: "D0204";
  /** The criterion. */
  criterion: string;
  name: "no_cohort";
} | {
  code: "D0205";
  /** The criterion. */
  criterion: string;
  /** The cohort's largest. */
  largest: Decimal;
  /** The cohort's least. */
  least: Decimal;
  name: "outside_cohort";
  /** The unit's value. */
  value: Decimal;
} | {
  code: "D0301";
  /** When it was due. */
  due: Due;
  name: "late";
  /** The day it came in. */
  received: Day;
  /** The unit. */
  unit: string;
} | {
  code: "D0302";
  name: "missing_report";
  /** The unit. */
  unit: string;
} | {
  /** Where the report stands that counts. */
  by: string;
  code: "D0303";
  name: "superseded";
  /** Where the earlier report stands. */
  source: string;
  /** The unit. */
  unit: string;
} | {
  code: "D0304";
  name: "same_time";
  /** The report that counts. */
  source: string;
  /** The unit. */
  unit: string;
} | {
  code: "D0305";
  name: "unknown_unit";
  /** A unit like it. */
  nearest: string | null;
  /** Where the report stands. */
  source: string;
  /** The unit. */
  unit: string;
} | {
  code: "D0306";
  /** The form it should be on. */
  form: string;
  /** The form it is on. */
  found: string;
  name: "wrong_form";
  /** Where the report stands. */
  source: string;
  /** The unit. */
  unit: string;
} | {
  code: "D0307";
  name: "undated";
  /** Where the report stands. */
  source: string;
  /** The unit. */
  unit: string;
} | {
  code: "D0308";
  /** The criterion. */
  criterion: string;
  /** The date. */
  date: Day;
  /** First day of the period. */
  from: Day;
  name: "evidence_outside_period";
  /** Last day of the period. */
  to: Day;
} | {
  code: "D0309";
  name: "no_unit";
  /** Where the report stands. */
  source: string;
} | {
  code: "D0310";
  /** The form. */
  form: string;
  name: "unknown_form";
  /** The unit. */
  unit: string;
} | {
  code: "D0311";
  /** How many faults it has. */
  faults: number;
  name: "unreadable";
  /** The file. */
  source: string;
});

/** When reports are due (D23). */
export type Due = {
  by: Day;
} | {
  before: Day;
};

/** What a value should have been. */
export type Expected = {
  kind: "text";
} | {
  kind: "true_or_false";
} | {
  kind: "yes_no";
} | {
  kind: "number";
} | {
  kind: "whole";
  /** The least allowed. */
  least: number;
  /** The most allowed. */
  most: number;
} | {
  kind: "number_in";
  /** The least allowed. */
  least: Decimal;
  /** The most allowed. */
  most: Decimal;
  /** Decimal places allowed. */
  places: number;
} | {
  kind: "points";
  /** The most allowed. */
  max: Decimal;
  /** The step. */
  step: Decimal;
} | {
  kind: "share";
} | {
  kind: "date";
} | {
  kind: "moment";
} | {
  kind: "id";
} | {
  kind: "set_id";
} | {
  kind: "column";
} | {
  kind: "list";
} | {
  kind: "table";
} | {
  kind: "version";
} | {
  kind: "one_of";
  /** The words. */
  words: string[];
} | {
  kind: "some_of";
  /** The words. */
  words: string[];
} | {
  kind: "applicable";
} | {
  kind: "reason";
};

export type GroupItem = {
  applicable_max: Decimal;
  excluded: boolean;
  id: string;
  max: Decimal;
  points: Decimal;
  share: Decimal | null;
  sum: Decimal;
};

export type TotalItem = {
  applicable_max: Decimal;
  before_rescale: Decimal;
  bonus_excess: Decimal;
  max: Decimal;
  points: Decimal;
  share: Decimal | null;
};

/** A trace beside its rule: kind, facts, the numbers put in, branches. */
export type TraceItem = {
  answer?: boolean | null;
  because?: string[];
  branches?: TraceItem[];
  facts: string[];
  held?: boolean | null;
  keys?: string[] | null;
  kind: "yes_no" | "choice" | "proportional" | "tiers" | "per_item" | "stepwise" | "checklist" | "cohort_max" | "cohort_min_max" | "given" | "best_of" | "sum" | "gate" | "deduct";
  largest?: Decimal | null;
  least?: Decimal | null;
  max: Decimal;
  of?: Decimal | null;
  over?: Decimal | null;
  points: Decimal;
  status: Status;
  step?: number | null;
  sum?: Decimal | null;
  taken?: number | null;
  value?: Decimal | null;
  zero_denominator?: boolean;
};

/** Changes as they are serialised: what changed as it is now, in the shape that it has in a report. */
export type LiveChange = {
  /** The band, changed or not. */
  band: string | null;
  /** Whether no answer is missing. */
  complete: boolean;
  /** Criteria that changed. */
  criteria: CriterionItem[];
  /** All diagnostics, where any of them changed. */
  diagnostics: Diagnostic[] | null;
  /** Groups that changed. */
  groups: GroupItem[];
  /** The total, changed or not. */
  total: TotalItem;
};

/** One unit's place in a ranking. */
export type RankedRow = {
  /** The maximum less what isn't applicable. */
  applicable_max: Decimal;
  /** The band reached. */
  band: string | null;
  /** The total in per mille of the declared maximum, for a bar. */
  bar: number;
  /** Whether no answer is missing. */
  complete: boolean;
  /** How many diagnostics the report has. */
  diagnostics: number;
  /** Points by group. */
  groups: Record<string, Decimal>;
  /** The total. */
  points: Decimal;
  /** The rank; none where there is nothing to rank by. */
  rank: number | null;
  /** The exact share of it. */
  share: Decimal | null;
  /** The figure that ranks, with the places that tables show. */
  shown: string | null;
  /** The unit, where the submission names one. */
  unit: string | null;
};

/** Which answers are scored. */
export type Layer = "self" | "verified";

/** Which set scored, so that anyone can recompute the report. */
export type SetReference = {
  document: string;
  fingerprint: string;
  id: string;
  status: BasisStatus;
  version: string;
};

/** A report as it is serialised. Fields stand in the order of canonical JSON here and below, which spares sorting them. */
export type Report = {
  band: string | null;
  complete: boolean;
  criteria: CriterionItem[];
  diagnostics: Diagnostic[];
  format: number;
  groups: GroupItem[];
  layer: Layer;
  set: SetReference;
  total: TotalItem;
  unit: string | null;
};

/** How weights were drawn. */
export type Drawing = {
  /** What the parameters add up to. */
  concentration: number;
  kind: "dirichlet";
} | {
  kind: "uniform";
  /** Within so many percent. */
  percent: number;
};

/** The same of one group's weight. */
export type GroupInfluenceItem = {
  /** By itself. */
  first: number;
  /** Standard error of `first`. */
  first_error: number;
  /** The group's id. */
  group: string;
  /** Together with all others. */
  total: number;
  /** Standard error of `total`. */
  total_error: number;
};

/** How much of the variance of the mean rank shift something brings about, 0 to 1. */
export type InfluenceItem = {
  /** By itself. */
  first: number;
  /** Standard error of `first`. */
  first_error: number;
  /** Together with all others. */
  total: number;
  /** Standard error of `total`. */
  total_error: number;
};

/** Two units, and how often one ranks before the other. */
export type RobustPair = {
  /** Share of the draws, 0 to 1, in which the first ranks before the second. */
  before: number;
  /** The one. */
  first: string;
  /** The other. */
  second: string;
};

/** One ranking. */
export type RobustRanking = {
  /** The set's fingerprint. */
  fingerprint: string;
  /** The line to show with it while the set is not official. */
  notice: string | null;
  /** Pairs asked for. */
  pairs: RobustPair[];
  /** The unit above, where units are ranked among those below one; else empty. */
  parent: string;
  /** What moves the ranks. Left out where that wasn't asked for. */
  sensitivity?: SensitivityItem | null;
  /** Id of the criteria set. */
  set: string;
  /** Whether the set is official. */
  status: BasisStatus;
  /** Units in the order of their published ranks. */
  units: RobustUnit[];
  /** The set's version. */
  version: string;
};

/** What moves the ranks: Sobol' indices of the mean rank shift. */
export type SensitivityItem = {
  /** Standard deviation of the mean rank shift, over draws. */
  deviation: number;
  /** The choice of the group that is left out, where one is. */
  dropped: InfluenceItem | null;
  /** The errors of all facts together, where there are some. */
  errors: InfluenceItem | null;
  /** By group; empty where nothing that is drawn moves any rank. */
  groups: GroupInfluenceItem[];
  /** How far ranks lie from the published ones: the mean over units and draws. */
  mean_shift: number;
  /** How often all units were ranked. */
  rankings: number;
  /** Samples of each half. */
  samples: number;
};

/** The ranks of one unit. */
export type RobustUnit = {
  /** Share of the draws, 0 to 1, in which it has its published rank. */
  at_rank: number;
  /** The rank that 95 % of the draws don't exceed. */
  high: number;
  /** The rank that 5 % of the draws don't exceed. */
  low: number;
  /** Mean rank. */
  mean: number;
  /** The rank that half of the draws don't exceed. */
  median: number;
  /** The rank under the decided weights. */
  rank: number;
  /** Its id. */
  unit: string;
};

/** All rankings of a round, and how their weights were drawn. */
export type Robustness = {
  /** How weights were drawn. */
  drawing: Drawing;
  /** How many draws each ranking had. */
  draws: number;
  /** Whether each draw left out one group. */
  drop_one_group: boolean;
  /** By fact, how far answers were drawn from what was given: `3`, or `2%`. Left out where they weren't. */
  errors?: Record<string, string>;
  /** The format's number: 1. */
  format: number;
  /** Each ranking by itself. */
  rankings: RobustRanking[];
  /** The seed, in decimal digits: it may be larger than numbers that JSON carries safely. */
  seed: string;
};

/** One unit's result, without its criteria. */
export type ScoreRow = {
  /** The maximum less what isn't applicable. */
  applicable_max: Decimal;
  /** The band reached. */
  band: string | null;
  /** Whether no answer is missing. */
  complete: boolean;
  /** How many diagnostics the report has. */
  diagnostics: number;
  /** Points by group. */
  groups: Record<string, Decimal>;
  /** The total. */
  points: Decimal;
  /** The exact share of it. */
  share: Decimal | null;
  /** The unit, where the submission names one. */
  unit: string | null;
};

/** What an answer changed, in words. */
export type SpokenChange = {
  /** All findings, where any of them changed. */
  findings: Finding[] | null;
  /** Groups whose line reads differently now, in order; without their criteria. */
  groups: GroupExplanation[];
  /** Criteria whose line reads differently now, in order. */
  lines: LineExplanation[];
  /** The total as it is now. */
  total: TotalExplanation;
};

/** An answer; which kinds fit depends on the fact's type. */
export type AnswerItem = null | boolean | number | string | string[] | {
  not_applicable: string;
} | {
  unreadable: string;
} | {
  numbers: "plain" | "point" | "comma" | "unstated";
  text: string;
};

/** What backs an answer (*tài liệu kiểm chứng*). */
export type Evidence = {
  /** Its date. */
  date?: Day | null;
  /** Its address. */
  link?: string | null;
  /** A remark. */
  note?: string | null;
  /** Number of the document. */
  number?: string | null;
};

export type Moment = string;

/** A submission as it is serialised. */
export type Submission = {
  evidence?: Record<string, Evidence[]>;
  facts: Record<string, AnswerItem>;
  format?: number;
  reasons?: Record<string, string>;
  received?: Moment | null;
  set?: string | null;
  unit?: string | null;
  verified?: Record<string, AnswerItem>;
};

/** One criterion that verification changed. */
export type Change = {
  /** The criterion. */
  criterion: string;
  /** Verified less self-assessed. */
  delta: Decimal;
  /** Self-assessed points. */
  own: Decimal;
  /** The verifier's reasons, for the facts that the criterion reads. */
  reasons: string[];
  /** Verified points. */
  verified: Decimal;
};

/** Both layers of a submission. */
export type Verification = {
  /** Criteria that verification changed. */
  changes: Change[];
  /** Verified total less self-assessed total. */
  delta: Decimal;
  /** The self-assessed layer. */
  own: Report;
  /** The verified layer. */
  verified: Report;
};

/** A band (*mức độ, xếp loại*). */
export type BandInput = {
  /** Its id. */
  id: string;
  /** Percent of the applicable maximum needed in every criterion. */
  min_criterion_share?: DecimalInput | null;
  /** Percent of the applicable maximum needed in named groups. */
  min_group_share?: Record<string, DecimalInput>;
  /** What its threshold is compared with. */
  on: BandScale;
  /** Its name. */
  title: Text;
} & ({
  at_least: DecimalInput;
} | {
  more_than: DecimalInput;
} | {});

/** A condition on one fact. */
export type ConditionInput = {
  /** The fact. */
  fact: string;
} & ({
  is: boolean;
} | {
  any_of: string[];
} | {
  includes: string;
} | {
  at_least: DecimalInput;
} | {
  more_than: DecimalInput;
} | {
  at_most: DecimalInput;
} | {
  less_than: DecimalInput;
});

/** A criterion (*tiêu chí*): one scored line. */
export type CriterionInput = {
  /** Where it was taken from. */
  basis: Basis;
  /** Whether its maximum stands outside the declared maxima (*điểm thưởng*). */
  bonus?: boolean;
  /** Whether its points need evidence (*tài liệu kiểm chứng*). */
  evidence?: boolean;
  /** How to fill it in. */
  help?: Text | null;
  /** Its id. */
  id: string;
  /** The most points it yields. */
  max: DecimalInput;
  /** The least points it yields; below 0 for penalties. */
  min?: DecimalInput;
  /** Its number in the group. */
  number: string;
  /** How it is scored. */
  rule: RuleKindInput;
  /** Its title. */
  title: Text;
};

/** A fact (*số liệu*): one typed answer. */
export type FactInput = {
  /** How to fill it in. */
  help?: Text | null;
  /** Its id: a column of a table, a field of a form. */
  id: string;
  /** Whether "not applicable, because …" is an answer. */
  not_applicable?: boolean;
  /** What is asked. */
  title: Text;
  /** What it is counted in. */
  unit?: Text | null;
} & ({
  type: "yes_no";
} | {
  /** The most allowed. */
  max?: DecimalInput;
  /** The least allowed. */
  min?: DecimalInput;
  type: "count";
} | {
  /** The most allowed. */
  max?: DecimalInput;
  /** The least allowed. */
  min?: DecimalInput;
  type: "amount";
} | {
  /** The most allowed. */
  max?: DecimalInput;
  /** The least allowed. */
  min?: DecimalInput;
  type: "percent";
} | {
  /** The keys. */
  keys: Choice[];
  type: "choice";
} | {
  /** The keys. */
  keys: Choice[];
  type: "items";
} | {
  /** The most that can be given. */
  max?: DecimalInput;
  /** Given in steps of this. */
  step: DecimalInput;
  type: "points";
} | {
  /** The band, for the share of children at or above one. */
  band?: string | null;
  /** Agency group of the children. */
  children: string;
  type: "rollup";
  /** What is taken from them. */
  value: RollupValue;
});

/** A group of criteria (*nhóm tiêu chí*). */
export type GroupInput = {
  /** Its criteria in order. */
  criteria: CriterionInput[];
  /** What its points never fall under. */
  floor?: DecimalInput;
  /** Its id. */
  id: string;
  /** Its maximum in points, bonus aside. */
  max: DecimalInput;
  /** Its number in the decision: `I`. */
  number: string;
  /** The heading above it. */
  part?: Text | null;
  /** Its title. */
  title: Text;
};

/** A number of at most 6 decimals; as a number or as a text. */
export type DecimalInput = number | string;

/** Policies of a set. */
export type PoliciesInput = {
  /** The most bonus points that count. */
  bonus_cap?: DecimalInput | null;
  /** What becomes of points without the evidence they need. */
  missing_evidence?: MissingEvidence;
  /** What a criterion that is not applicable counts. */
  not_applicable?: NotApplicable;
  /** What is scaled back to its declared maximum. */
  rescale?: Rescale;
  /** Where, to how many places and which way points are rounded. */
  rounding?: RoundingInput;
};

/** How units are ranked. */
export type RankingInput = {
  /** By which figure. */
  by?: RankBy;
  /** Places shown in published tables; never fed back into a figure. */
  display_places?: number;
  /** The group, where ranked by one. */
  group?: string | null;
  /** Groups whose points part ties, in order. */
  tie_breakers?: string[];
  /** What follows a shared rank. */
  ties?: Ties;
  /** Among whom. */
  within?: Within;
};

/** `rounding = { stage, places, mode }` of a criteria set. */
export type RoundingInput = {
  /** Which way. */
  mode?: RoundingMode;
  /** Decimal places, 0 to 6. */
  places?: number;
  /** Where it rounds. */
  stage?: Stage;
};

/** A rule inside another, with its own maximum. */
export type RuleInput = {
  /** The most points it yields. */
  max: DecimalInput;
} & ({
  /** The fact. */
  fact: string;
  kind: "yes_no";
  /** Points for no. */
  no?: DecimalInput;
  /** Points for yes. */
  yes?: DecimalInput;
} | {
  /** The fact. */
  fact: string;
  kind: "choice";
  /** Points by key. */
  points: Record<string, DecimalInput>;
} | {
  kind: "proportional";
} & ({
  /** The fact. */
  fact: string;
} | {
  /** Whether the numerator may exceed the denominator. */
  allow_over?: boolean;
  /** The numerator. */
  of: string;
  /** The denominator. */
  over: string;
  /** What counts where the denominator is 0; invalid where it doesn't say. */
  zero_denominator?: ZeroDenominator | null;
}) | {
  kind: "tiers";
  /** Points where no step is met. */
  otherwise?: DecimalInput;
  /** Steps from the highest threshold down. */
  steps: StepInput[];
} & ({
  /** The fact. */
  fact: string;
} | {
  /** Whether the numerator may exceed the denominator. */
  allow_over?: boolean;
  /** The numerator. */
  of: string;
  /** The denominator. */
  over: string;
  /** What counts where the denominator is 0; invalid where it doesn't say. */
  zero_denominator?: ZeroDenominator | null;
}) | {
  /** The most points. */
  cap?: DecimalInput;
  /** Points for each. */
  each: DecimalInput;
  /** A count, or items whose ticked keys are counted. */
  fact: string;
  kind: "per_item";
} | {
  /** Points of the base. */
  base: DecimalInput;
  /** Up to here the base counts. */
  base_at: DecimalInput;
  /** The most points. */
  cap?: DecimalInput;
  /** Points for each full step. */
  each: DecimalInput;
  kind: "stepwise";
  /** The width of a step. */
  per: DecimalInput;
} & ({
  /** The fact. */
  fact: string;
} | {
  /** Whether the numerator may exceed the denominator. */
  allow_over?: boolean;
  /** The numerator. */
  of: string;
  /** The denominator. */
  over: string;
  /** What counts where the denominator is 0; invalid where it doesn't say. */
  zero_denominator?: ZeroDenominator | null;
}) | {
  /** The most points. */
  cap?: DecimalInput;
  /** The items. */
  fact: string;
  kind: "checklist";
  /** Points by key. */
  points: Record<string, DecimalInput>;
} | {
  kind: "cohort_max";
} & ({
  /** The fact. */
  fact: string;
} | {
  /** Whether the numerator may exceed the denominator. */
  allow_over?: boolean;
  /** The numerator. */
  of: string;
  /** The denominator. */
  over: string;
  /** What counts where the denominator is 0; invalid where it doesn't say. */
  zero_denominator?: ZeroDenominator | null;
}) | {
  kind: "cohort_min_max";
} & ({
  /** The fact. */
  fact: string;
} | {
  /** Whether the numerator may exceed the denominator. */
  allow_over?: boolean;
  /** The numerator. */
  of: string;
  /** The denominator. */
  over: string;
  /** What counts where the denominator is 0; invalid where it doesn't say. */
  zero_denominator?: ZeroDenominator | null;
}) | {
  /** The points fact. */
  fact: string;
  kind: "given";
} | {
  kind: "best_of";
  /** The branches. */
  rules: RuleInput[];
} | {
  /** The most points. */
  cap?: DecimalInput;
  kind: "sum";
  /** The branches. */
  rules: RuleInput[];
} | {
  kind: "gate";
  /** Points where it doesn't. */
  otherwise?: DecimalInput;
  /** The rule where it holds. */
  rule: RuleInput;
  /** The condition. */
  when: ConditionInput;
} | {
  kind: "deduct";
  /** The rule. */
  rule: RuleInput;
});

/** The closed algebra of rules. */
export type RuleKindInput = {
  /** The fact. */
  fact: string;
  kind: "yes_no";
  /** Points for no. */
  no?: DecimalInput;
  /** Points for yes. */
  yes?: DecimalInput;
} | {
  /** The fact. */
  fact: string;
  kind: "choice";
  /** Points by key. */
  points: Record<string, DecimalInput>;
} | {
  kind: "proportional";
} & ({
  /** The fact. */
  fact: string;
} | {
  /** Whether the numerator may exceed the denominator. */
  allow_over?: boolean;
  /** The numerator. */
  of: string;
  /** The denominator. */
  over: string;
  /** What counts where the denominator is 0; invalid where it doesn't say. */
  zero_denominator?: ZeroDenominator | null;
}) | {
  kind: "tiers";
  /** Points where no step is met. */
  otherwise?: DecimalInput;
  /** Steps from the highest threshold down. */
  steps: StepInput[];
} & ({
  /** The fact. */
  fact: string;
} | {
  /** Whether the numerator may exceed the denominator. */
  allow_over?: boolean;
  /** The numerator. */
  of: string;
  /** The denominator. */
  over: string;
  /** What counts where the denominator is 0; invalid where it doesn't say. */
  zero_denominator?: ZeroDenominator | null;
}) | {
  /** The most points. */
  cap?: DecimalInput;
  /** Points for each. */
  each: DecimalInput;
  /** A count, or items whose ticked keys are counted. */
  fact: string;
  kind: "per_item";
} | {
  /** Points of the base. */
  base: DecimalInput;
  /** Up to here the base counts. */
  base_at: DecimalInput;
  /** The most points. */
  cap?: DecimalInput;
  /** Points for each full step. */
  each: DecimalInput;
  kind: "stepwise";
  /** The width of a step. */
  per: DecimalInput;
} & ({
  /** The fact. */
  fact: string;
} | {
  /** Whether the numerator may exceed the denominator. */
  allow_over?: boolean;
  /** The numerator. */
  of: string;
  /** The denominator. */
  over: string;
  /** What counts where the denominator is 0; invalid where it doesn't say. */
  zero_denominator?: ZeroDenominator | null;
}) | {
  /** The most points. */
  cap?: DecimalInput;
  /** The items. */
  fact: string;
  kind: "checklist";
  /** Points by key. */
  points: Record<string, DecimalInput>;
} | {
  kind: "cohort_max";
} & ({
  /** The fact. */
  fact: string;
} | {
  /** Whether the numerator may exceed the denominator. */
  allow_over?: boolean;
  /** The numerator. */
  of: string;
  /** The denominator. */
  over: string;
  /** What counts where the denominator is 0; invalid where it doesn't say. */
  zero_denominator?: ZeroDenominator | null;
}) | {
  kind: "cohort_min_max";
} & ({
  /** The fact. */
  fact: string;
} | {
  /** Whether the numerator may exceed the denominator. */
  allow_over?: boolean;
  /** The numerator. */
  of: string;
  /** The denominator. */
  over: string;
  /** What counts where the denominator is 0; invalid where it doesn't say. */
  zero_denominator?: ZeroDenominator | null;
}) | {
  /** The points fact. */
  fact: string;
  kind: "given";
} | {
  kind: "best_of";
  /** The branches. */
  rules: RuleInput[];
} | {
  /** The most points. */
  cap?: DecimalInput;
  kind: "sum";
  /** The branches. */
  rules: RuleInput[];
} | {
  kind: "gate";
  /** Points where it doesn't. */
  otherwise?: DecimalInput;
  /** The rule where it holds. */
  rule: RuleInput;
  /** The condition. */
  when: ConditionInput;
} | {
  kind: "deduct";
  /** The rule. */
  rule: RuleInput;
};

/** A step of `tiers`. */
export type StepInput = {
  /** Its points. */
  points: DecimalInput;
} & ({
  at_least: DecimalInput;
} | {
  more_than: DecimalInput;
});

/** A criteria set as people and programs write it: what has a default may be left out, and numbers may be numbers. */
export type CriteriaSetInput = {
  /** Units of one agency group are ranked against each other (*sở ban ngành, cấp huyện, cấp xã*). */
  agency_group: string;
  /** Bands (*mức độ, xếp loại*) from the top down. */
  bands?: BandInput[];
  /** The decision it models. */
  document: DocumentRef;
  /** Facts (*số liệu*) that units report. */
  facts: FactInput[];
  /** Version of the file format: 1. */
  format: number;
  /** Groups (*nhóm tiêu chí*) in order. */
  groups: GroupInput[];
  /** `folder/file`, as users call it. */
  id: string;
  /** Declared maximum in points. */
  max: DecimalInput;
  /** How cases are treated that rules leave to the set. */
  policies?: PoliciesInput;
  /** How units are ranked. */
  ranking?: RankingInput;
  /** What criteria rest on, by key. */
  sources: Record<string, Source>;
  /** Whether the set is the official one or reconstructed. */
  status: BasisStatus;
  /** Name of the set. */
  title: Text;
  /** Semantic version; a released version never changes. */
  version: string;
};
