//! Prints the JSON Schemas from which the package's TypeScript types are made: one object, schema by name.

use std::collections::BTreeMap;

fn main() {
    let mut schemas: BTreeMap<&str, serde_json::Value> = cqdt_wasm::schemas()
        .into_iter()
        .map(|(name, schema)| (name, schema.into()))
        .collect();
    // Submissions and sets are written by people and programs: their schemas are the authored ones.
    for (file, schema) in cqdt::schema::all() {
        match file {
            "submission.schema.json" => _ = schemas.insert("Submission", schema),
            "criteria-set.schema.json" => _ = schemas.insert("CriteriaSetInput", schema),
            _ => {}
        }
    }
    println!("{}", serde_json::json!(schemas));
}
