//! Prints the JSON Schemas from which the package's TypeScript types are made: one object, schema by name.

use std::collections::BTreeMap;

fn main() {
    let mut schemas: BTreeMap<&str, serde_json::Value> = cqdt_wasm::schemas()
        .into_iter()
        .map(|(name, schema)| (name, schema.into()))
        .collect();
    // Submissions are written by people and programs: their schema is the authored one.
    let authored = cqdt::schema::all();
    let submission = authored
        .into_iter()
        .find(|(file, _)| *file == "submission.schema.json");
    schemas.extend(submission.map(|(_, schema)| ("Submission", schema)));
    println!("{}", serde_json::json!(schemas));
}
