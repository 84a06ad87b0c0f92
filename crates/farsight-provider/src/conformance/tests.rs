//! The suite finds what it is meant to find, on a shelf in memory with chosen defects.

use super::*;
use crate::{
    BoxFuture, Error, Fault, Id, Identity, Owner, Policy, Reading, Result, Scope, Settle, Stray, VirtualClock, mins,
    secs,
};
use farsight_model::{Change, Field, Kind, Literal, Marks, OutputField, RustType, Schema};
use std::collections::BTreeMap;
use std::sync::Mutex;

const fn field(name: &'static str, kind: Kind, marks: Marks) -> Field {
    Field { name, kind, required: false, marks, doc: "A property.", setter: name, rust: None }
}

const SCHEMA: Schema = Schema {
    token: "test:index:Box",
    import_id: "box id",
    doc: "",
    fields: &[
        field("name", Kind::String, Marks { replace: true, auto_name: Some(20), ..Marks::NONE }),
        field("size", Kind::Integer, Marks { default: Some(Literal::Integer(1)), ..Marks::NONE }),
        field("note", Kind::String, Marks::NONE),
        field("load", Kind::Integer, Marks { ambient: true, ..Marks::NONE }),
        field("force", Kind::Bool, Marks { local: true, default: Some(Literal::Bool(false)), ..Marks::NONE }),
        field("tags", Kind::Map(&Kind::String), Marks { default: Some(Literal::EmptyMap), ..Marks::NONE }),
    ],
    outputs: &[OutputField { name: "arn", stable: true, secret: false, doc: "" }],
    rules: &[],
    rust: RustType::NONE,
};

#[derive(Clone, Copy, PartialEq)]
enum Defect {
    None,
    /// A create does not look whether the object is there.
    CreatesTwice,
    /// An update forgets one property.
    ForgetsNote,
    /// A read invents a value.
    LiesAboutSize,
    /// A lookup does not ask whose object it is.
    FindsStrangers,
    /// A batched read leaves the order.
    ShufflesReads,
    /// A repeated update adds once more.
    UpdatesAdd,
    /// Nothing is deleted.
    KeepsDeleted,
}

struct Shelf {
    defect: Defect,
    policy: Policy,
    boxes: Mutex<BTreeMap<Id, (Owner, Value, u32)>>,
}

impl Shelf {
    fn new(defect: Defect, identity: Identity) -> Arc<Self> {
        let policy = Policy {
            identity,
            unique_key: &["name"],
            serialize_by: None,
            read_batch: 10,
            settle: Settle { every: secs(1), within: mins(1) },
            faults: &[],
            permissions: &["test:Everything"],
        };
        Arc::new(Self { defect, policy, boxes: Mutex::default() })
    }

    fn make(&self, owner: &Owner, inputs: &Value) -> Result<Id> {
        let mut boxes = self.boxes.lock().unwrap();
        let name = inputs.get("name");
        if self.defect != Defect::CreatesTwice {
            let same = boxes.iter().find(|(_, (_, has, _))| has.get("name") == name);
            match (same, self.policy.identity) {
                (Some((id, (of, ..))), Identity::ClientToken) if of == owner => return Ok(id.clone()),
                (Some((id, _)), Identity::Upsert) => return Ok(id.clone()),
                (Some(_), _) => return Err(Error::new(Fault::Exists, "a box of this name exists")),
                (None, _) => {}
            }
        }
        let id = format!("box-{}", boxes.len());
        // The smallest thing: everything but the name is left to the update.
        let mut smallest = Value::map([("size", Value::from(1))]);
        smallest.set("name", name.cloned().unwrap_or_default());
        boxes.insert(id.clone(), (owner.clone(), smallest, 3));
        Ok(id)
    }

    fn look(&self, id: &Id) -> Reading {
        let mut boxes = self.boxes.lock().unwrap();
        let Some((_, value, settling)) = boxes.get_mut(id) else { return Reading::Absent };
        if *settling > 0 {
            *settling -= 1;
            return if *settling == 2 { Reading::Absent } else { Reading::Settling("folding".into()) };
        }
        let mut value = value.clone();
        value.set("arn", Value::String(format!("arn:{id}")));
        if self.defect == Defect::LiesAboutSize {
            value.set("size", Value::from(7));
        }
        Reading::Ready(value)
    }
}

impl ErasedHandler for Shelf {
    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn policy(&self) -> &Policy {
        &self.policy
    }

    fn create<'a>(&'a self, owner: &'a Owner, inputs: &'a Value) -> BoxFuture<'a, Result<Id>> {
        Box::pin(async move { self.make(owner, inputs) })
    }

    fn read<'a>(&'a self, ids: &'a [Id]) -> BoxFuture<'a, Result<Vec<Reading>>> {
        let mut readings: Vec<Reading> = ids.iter().map(|id| self.look(id)).collect();
        if self.defect == Defect::ShufflesReads {
            readings.reverse();
        }
        Box::pin(async move { Ok(readings) })
    }

    fn update<'a>(
        &'a self,
        id: &'a Id,
        wanted: &'a Value,
        _: &'a Value,
        differences: &'a [Change],
    ) -> BoxFuture<'a, Result<Option<Id>>> {
        Box::pin(async move {
            let mut boxes = self.boxes.lock().unwrap();
            let (_, value, settling) = boxes.get_mut(id).ok_or_else(|| Error::gone(id))?;
            for name in differences.iter().filter_map(|difference| difference.path.head()) {
                let mut new = wanted.get(name).cloned().unwrap_or_default();
                if self.defect == Defect::ForgetsNote && name == "note" {
                    continue;
                }
                if self.defect == Defect::UpdatesAdd && name == "load" && value.get("load") == Some(&new) {
                    new = Value::from(99);
                }
                value.set(name, new);
            }
            *settling = 1;
            Ok(None)
        })
    }

    fn delete<'a>(&'a self, id: &'a Id, _: &'a Value) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            if self.defect == Defect::KeepsDeleted {
                return Ok(());
            }
            self.boxes.lock().unwrap().remove(id).map(|_| ()).ok_or_else(|| Error::gone(id))
        })
    }

    fn find<'a>(&'a self, owner: &'a Owner, inputs: &'a Value) -> BoxFuture<'a, Result<Vec<Id>>> {
        Box::pin(async move {
            let boxes = self.boxes.lock().unwrap();
            let ours = |of: &Owner| of == owner || self.defect == Defect::FindsStrangers;
            let same = |has: &Value| has.get("name") == inputs.get("name");
            Ok(boxes.iter().filter(|(_, (of, has, _))| ours(of) && same(has)).map(|(id, _)| id.clone()).collect())
        })
    }

    fn strays<'a>(&'a self, _: &'a Scope) -> BoxFuture<'a, Result<Vec<Stray>>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}

fn tags(value: &str) -> Value {
    Value::map([("Name", Value::from(value))])
}

fn sample() -> Sample {
    Sample::new("box", Value::map([("load", Value::from(1)), ("note", "a".into()), ("tags", tags("a"))]))
        .missing("box-none")
        .sibling(Value::map([("size", Value::from(3))]))
        .vary("name", "other")
        .vary("size", 2)
        .vary("note", Value::Null)
        .vary("load", 5)
        .vary("force", true)
        .vary("tags.Name", "b")
}

/// The checks that failed.
async fn failed(defect: Defect, identity: Identity, sample: Sample) -> Vec<String> {
    let clock = Arc::new(VirtualClock::new(1));
    match check_with(Shelf::new(defect, identity), sample, clock).await {
        Ok(()) => Vec::new(),
        Err(report) => {
            assert!(report.to_string().starts_with("test:index:Box: "), "{report}");
            report.failures.into_iter().map(|failure| failure.check).collect()
        }
    }
}

/// Protects handler authors: a right handler passes whatever its identity, with lag and settling.
#[tokio::test(start_paused = true)]
async fn a_right_handler_passes() {
    for identity in [Identity::ClientToken, Identity::Name, Identity::NaturalKey, Identity::Upsert, Identity::OwnerTag]
    {
        assert_eq!(failed(Defect::None, identity, sample()).await, Vec::<String>::new(), "{identity:?}");
    }
}

/// Protects users from handlers that are wrong: each defect is seen where it is.
#[tokio::test(start_paused = true)]
async fn each_defect_is_found() {
    for (defect, check) in [
        (Defect::CreatesTwice, "create again"),
        (Defect::ForgetsNote, "create"),
        (Defect::LiesAboutSize, "create"),
        (Defect::FindsStrangers, "find by a foreign owner"),
        (Defect::ShufflesReads, "read of many ids"),
        (Defect::UpdatesAdd, "`load` changed twice"),
        (Defect::KeepsDeleted, "read after delete"),
    ] {
        let found = failed(defect, Identity::Name, sample()).await;
        assert!(found.iter().any(|f| f == check), "{check}: {found:?}");
    }
    let found = failed(Defect::CreatesTwice, Identity::ClientToken, sample()).await;
    // The second box is there after the first is deleted.
    assert_eq!(found, ["create again", "find after delete"]);
}

/// Protects every property from being forgotten, misspelt or varied to the value that it has.
#[tokio::test(start_paused = true)]
async fn a_careless_sample_is_found() {
    let mut forgotten = sample();
    forgotten.vary.pop();
    assert_eq!(failed(Defect::None, Identity::Name, forgotten).await, ["sample"]);
    let stale = sample().exempt("nope", "a reason").exempt("size", "the emulator forgets it");
    assert_eq!(failed(Defect::None, Identity::Name, stale).await, ["sample", "sample"]);
    let mut same = sample();
    same.vary[1] = Variation::new("size", 1);
    assert_eq!(failed(Defect::None, Identity::Name, same).await, ["`size`"]);
    let mut without = sample();
    without.missing.clear();
    assert!(failed(Defect::None, Identity::Name, without).await.contains(&"missing".to_owned()));
}

/// What is waived with a reason is not checked.
#[tokio::test(start_paused = true)]
async fn waived_checks_are_left_out() {
    let strangers = sample().waive(Check::ForeignOwner, "the emulator has no tags");
    assert!(failed(Defect::FindsStrangers, Identity::OwnerTag, strangers).await.is_empty());
}

/// Values go where a path says, and null takes away.
#[test]
fn variations_are_put_in_place() {
    let base = Value::map([("tags", tags("a")), ("list", Value::List(vec![tags("x")]))]);
    let varied = Variation::new("tags.Name", Value::Null).with("list[0].Name", "y").with("new.part", true).apply(&base);
    let expected = Value::map([
        ("tags", Value::map::<String>([])),
        ("list", Value::List(vec![tags("y")])),
        ("new", Value::map([("part", Value::from(true))])),
    ]);
    assert_eq!(varied, expected);
}
