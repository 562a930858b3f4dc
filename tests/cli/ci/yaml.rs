//! The documents of a YAML file without anchors, every scalar as text.

use saphyr_parser::{Event, Parser};
use serde_json::{Map, Value};

pub(super) fn documents(text: &str) -> Vec<Value> {
    let events = Parser::new_from_str(text);
    let mut events = events.map(|event| event.unwrap_or_else(|e| panic!("{e} in {text}")).0);
    let mut documents = Vec::new();
    while let Some(event) = events.next() {
        if matches!(event, Event::DocumentStart(_)) {
            let first = events.next().unwrap();
            documents.push(value(first, &mut events));
        }
    }
    documents
}

fn value<'t>(first: Event<'t>, events: &mut impl Iterator<Item = Event<'t>>) -> Value {
    match first {
        Event::Scalar(text, ..) => Value::String(text.into_owned()),
        Event::SequenceStart(..) => {
            let mut list = Vec::new();
            loop {
                match events.next().unwrap() {
                    Event::SequenceEnd => return Value::Array(list),
                    event => list.push(value(event, events)),
                }
            }
        }
        Event::MappingStart(..) => {
            let mut table = Map::new();
            loop {
                let Event::Scalar(key, ..) = events.next().unwrap() else {
                    return Value::Object(table);
                };
                let first = events.next().unwrap();
                let there = table.insert(key.to_string(), value(first, events));
                assert_eq!(there, None, "{key} is there twice");
            }
        }
        other => panic!("{other:?}"),
    }
}
