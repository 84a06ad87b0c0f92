//! Programs for what was adopted.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

use farsight_engine::Adopted;
use farsight_model::schema::{Field, Kind, Marks, OutputField, Schema};
use farsight_model::{Compare, Expr, PropertyPath, ResourceOptions, RustType, Timeouts, TypeToken, Urn, Value};
use farsight_render::code;

const fn rust(name: &'static str) -> RustType {
    RustType { module: "shop_types::goods::private", name, variants: &[] }
}

const fn field(name: &'static str, setter: &'static str, kind: Kind, rust: Option<RustType>) -> Field {
    Field { name, kind, required: false, marks: Marks::NONE, doc: "", setter, rust }
}

const COLOR: RustType = RustType { variants: &["Red", "DarkBlue"], ..rust("Color") };
const LID: &[Field] = &[field("isOpen", "is_open", Kind::Bool, None), field("height", "height", Kind::Number, None)];

const SCHEMA: Schema = Schema {
    token: "shop:goods/box:Box",
    import_id: "box id",
    doc: "",
    fields: &[
        field("label", "label", Kind::String, None),
        field("weight", "weight", Kind::Integer, None),
        field("color", "color", Kind::Enum(&["red", "dark-blue"]), Some(COLOR)),
        field("lids", "lids", Kind::List(&Kind::Struct(LID)), Some(rust("Lid"))),
        field("within", "within", Kind::List(&Kind::String), None),
        field("tags", "tags", Kind::Map(&Kind::String), None),
        field("pin", "pin", Kind::String, None),
        Field { marks: Marks { compare: Compare::Json, ..Marks::NONE }, ..field("rules", "rules", Kind::String, None) },
        field("type", "r#type", Kind::String, None),
        field("protect", "protect", Kind::Bool, None),
        field("extra", "extra", Kind::Any, None),
    ],
    outputs: &[OutputField { name: "arn", stable: true, secret: false, doc: "" }],
    rules: &[],
    rust: rust("Box"),
};

fn urn(name: &str) -> Urn {
    Urn::new("dev", "shop", None, &TypeToken::new(SCHEMA.token), name)
}

fn a_box(name: &str, inputs: Value) -> Adopted {
    Adopted { urn: urn(name), schema: Some(SCHEMA), parent: None, options: ResourceOptions::default(), inputs }
}

fn reference(name: &str, property: &str) -> Value {
    Value::output(Expr::Ref { urn: urn(name), path: PropertyPath::key(property) })
}

/// Protects generated code: setters, enums, blocks, documents, references, secrets and options, each as Rust has it.
#[test]
fn everything_has_its_expression() {
    let component = Adopted {
        urn: Urn::new("dev", "shop", None, &TypeToken::new("app:index:Shelf"), "shelf"),
        schema: None,
        parent: None,
        options: ResourceOptions::default(),
        inputs: Value::map::<String>([]),
    };
    let lid = Value::map([("isOpen", Value::Bool(true)), ("height", Value::Number(2.0))]);
    let mut first = a_box(
        "big-box",
        Value::map([
            ("label", "say \"hi\"\n".into()),
            ("weight", Value::from(5_000_000_000)),
            ("color", "dark-blue".into()),
            ("lids", Value::List(vec![lid])),
            ("tags", Value::map([("Name", Value::from("b"))])),
            ("rules", r#"{"a":[1,{"b":null}],"c":1.5,"d":[]}"#.into()),
            ("extra", Value::map([("k", Value::List(vec![Value::from(1)]))])),
        ]),
    );
    first.parent = Some(component.urn.clone());
    first.options.timeouts = Timeouts { create: Some(60), ..Timeouts::default() };
    let mut second = a_box(
        "match",
        Value::map([
            ("within", Value::List(vec!["b-1".into(), reference("big-box", "id")])),
            ("label", reference("big-box", "arn")),
            ("pin", Value::secret("1234".into())),
            ("type", "t".into()),
            ("protect", Value::Bool(false)),
        ]),
    );
    second.options.protect = true;
    second.options.ignore_changes = vec![PropertyPath::parse("tags.Name").unwrap()];
    second.options.depends_on = vec![component.urn.clone(), urn("big-box")];
    let third = a_box("BigBox", Value::map([("pin", Value::secret(Value::Unknown))]));
    let code = code(&[component, first, second, third]);
    insta::assert_snapshot!(code.text, @r##"
    //! What `farsight import` adopted, as it was found.

    use farsight::prelude::*;
    use shop_types::{goods};

    /// Declares what was adopted.
    pub fn declare(cx: &Context) -> farsight::Result<()> {
        let shelf = farsight::Component::new("app:index:Shelf", "shelf")
            .add(cx);
        let big_box_box = goods::Box::new("big-box")
            .label("say \"hi\"\n")
            .weight(5_000_000_000_i64)
            .color(goods::Color::DarkBlue)
            .lids([goods::Lid::new().is_open(true).height(2.0)])
            .tags([("Name", "b")])
            .rules(json!({
                "a": [
                    1,
                    {
                        "b": null,
                    },
                ],
                "c": 1.5,
                "d": [],
            }))
            .extra(value!({
                "k": [1],
            }))
            .parent(&shelf)
            .timeouts(farsight::Timeouts { create: Some(60), ..farsight::Timeouts::default() })
            .add(cx);
        Options::protect(goods::Box::new("match")
            .label(big_box_box.arn())
            .within([Input::from("b-1"), Input::from(big_box_box.id())])
            .pin(cx.config().require_secret("match_box_pin")?)
            .r#type("t")
            .protect(false), true)
            .ignore_changes(["tags.Name"])
            .depends_on((&shelf, &big_box_box))
            .add(cx);
        goods::Box::new("BigBox")
            .pin(cx.config().require_secret("big_box_box_2_pin")?)
            .add(cx);
        Ok(())
    }
    "##);
    let secrets: Vec<(&str, bool)> =
        code.secrets.iter().map(|secret| (secret.key.as_str(), secret.value.is_some())).collect();
    assert_eq!(secrets, [("match_box_pin", true), ("big_box_box_2_pin", false)]);
}
