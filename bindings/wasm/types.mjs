// Writes `js/types.ts` from the JSON Schemas of the Rust types: `node types.mjs [--check]`.
//
// A writer of our own: the one on the registry makes a copy of a type at every place that refers to it.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const args = ["run", "--quiet", "--locked", "-p", "cqdt-wasm", "--features", "schema,robustness", "--example", "schemas"];
const schemas = JSON.parse(execFileSync(process.env.CARGO ?? "cargo", args, { cwd: join(here, "../.."), maxBuffer: 1 << 26 }));

/** Names that would hide one of JavaScript's own, and what they are called instead. */
const CALLED = { Number: "Decimal", Date: "Day", Received: "Moment", Answer: "AnswerItem", ReportDocument: "Report", DrawingDocument: "Drawing", RankingDocument: "RobustRanking", UnitDocument: "RobustUnit", PairDocument: "RobustPair" };
/** Types of the schema at hand that are other types than those of the same name in what is given out. */
let apart = new Set();
const called = (name) => `${CALLED[name] ?? name.replace(/Document$/, "Item")}${apart.has(name) ? "Input" : ""}`;

const types = new Map();

/** Which types of an authored schema are not as the package gives them out: they leave something out, or refer to one that does. */
function differing({ $defs }, strict) {
  const differ = new Set(Object.keys($defs).filter((name) => JSON.stringify($defs[name]) !== JSON.stringify(strict.$defs[name])));
  for (let before = -1; before < differ.size;) {
    before = differ.size;
    for (const [name, definition] of Object.entries($defs)) {
      if (JSON.stringify(definition).match(/"#\/\$defs\/[^"]+"/g)?.some((reference) => differ.has(reference.slice(9, -1)))) {
        differ.add(name);
      }
    }
  }
  return differ;
}

function add(name, schema) {
  const text = `${doc(schema.description, "")}export type ${name} = ${type(schema, "")};\n`;
  const known = types.get(name);
  if (known !== undefined && known !== text) {
    throw new Error(`two types are called ${name}:\n${known}\n${text}`);
  }
  types.set(name, text);
}

function doc(description, indent) {
  if (description === undefined) {
    return "";
  }
  const lines = description.replaceAll("*/", "* /").split("\n").map((line) => line.trim());
  return lines.length === 1 ? `${indent}/** ${lines[0]} */\n` : `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join("\n")}\n${indent} */\n`;
}

const unique = (list) => [...new Set(list)];
const union = (list) => unique(list).join(" | ");
/** The text of a type as a part of another; what stands in braces is whole already. */
const atom = (text) => {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    depth += "{(<[".includes(text[at]) ? 1 : "})>]".includes(text[at]) ? -1 : 0;
    if (depth === 0 && (text[at] === "|" || text[at] === "&")) {
      return `(${text})`;
    }
  }
  return text;
};

/** The type of a schema. Every keyword that may narrow a value is known here, or is an error. */
function type(schema, indent) {
  if (schema === true) {
    return "unknown";
  }
  const KNOWN = ["description", "title", "format", "minimum", "maximum", "pattern", "minLength", "uniqueItems", "default", "$schema", "$defs",
    "$ref", "const", "enum", "type", "properties", "required", "additionalProperties", "unevaluatedProperties", "items", "anyOf", "oneOf", "allOf"];
  const strange = Object.keys(schema).filter((key) => !KNOWN.includes(key));
  if (strange.length > 0) {
    throw new Error(`what does ${strange.join(", ")} mean in ${JSON.stringify(schema)}?`);
  }
  const parts = [];
  if (schema.$ref !== undefined) {
    parts.push(called(schema.$ref.replace("#/$defs/", "")));
  }
  if (schema.const !== undefined) {
    parts.push(JSON.stringify(schema.const));
  } else if (schema.enum !== undefined) {
    parts.push(union(schema.enum.map((value) => JSON.stringify(value))));
  } else if (schema.type !== undefined) {
    const all = Array.isArray(schema.type) ? schema.type : [schema.type];
    const hasMore = schema.anyOf !== undefined || schema.oneOf !== undefined;
    const made = all.map((name) => basic(name, schema, indent)).filter((text) => !(hasMore && text === "{}"));
    if (made.length > 0) {
      parts.push(union(made));
    }
  } else if (schema.properties !== undefined) {
    parts.push(object(schema, indent));
  }
  for (const list of [schema.anyOf, schema.oneOf]) {
    if (list !== undefined) {
      // Nothing more said: an object with nothing more in it.
      parts.push(union(list.map((item) => (Object.keys(item).length === 0 ? "{}" : type(item, indent)))));
    }
  }
  for (const item of schema.allOf ?? []) {
    parts.push(type(item, indent));
  }
  return parts.length === 1 ? parts[0] : parts.length === 0 ? "unknown" : parts.map(atom).join(" & ");
}

function basic(name, schema, indent) {
  switch (name) {
    case "integer":
    case "number":
      return "number";
    case "string":
    case "boolean":
    case "null":
      return name;
    case "array":
      return `${atom(type(schema.items ?? true, indent))}[]`;
    case "object":
      return object(schema, indent);
    default:
      throw new Error(`no type ${name}`);
  }
}

function object(schema, indent) {
  const { properties = {}, required = [], additionalProperties: more } = schema;
  const names = Object.keys(properties);
  if (names.length === 0) {
    return typeof more === "object" ? `Record<string, ${type(more, indent)}>` : "{}";
  }
  const inner = `${indent}  `;
  const lines = names.map((name) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
    return `${doc(properties[name].description, inner)}${inner}${key}${required.includes(name) ? "" : "?"}: ${type(properties[name], inner)};`;
  });
  return `{\n${lines.join("\n")}\n${indent}}`;
}

// What is taken in is told apart from what is given out, which has the plain names.
const { CriteriaSetInput, ...given } = schemas;
CriteriaSetInput.description = "A criteria set as people and programs write it: what has a default may be left out, and numbers may be numbers.";
for (const [root, schema] of [...Object.entries(given), ["CriteriaSetInput", CriteriaSetInput]]) {
  apart = schema === CriteriaSetInput ? differing(schema, given.Definition) : new Set();
  for (const [name, definition] of Object.entries(schema.$defs ?? {})) {
    add(called(name), definition);
  }
  // A list is called by its item.
  if (schema.type !== "array") {
    add(root, schema);
  }
}

const text = `// Generated from the JSON Schemas of the Rust types by \`npm run types\`; do not edit.\n\n${[...types.values()].join("\n")}`;
const file = join(here, "js/types.ts");
if (!process.argv.includes("--check")) {
  writeFileSync(file, text);
} else if (readFileSync(file, "utf8") !== text) {
  console.error("error: js/types.ts is not what the Rust types say; run `npm run types`");
  process.exit(1);
}
