//! Schemas: what a resource type's properties are and how they behave, as data.
//!
//! `farsight-derive` writes these tables from the structs in `farsight-aws`; the engine reads them for check, diff and
//! drift. No resource type has diff code of its own.

mod canonical;
mod check;
mod cidr;

pub use canonical::canonical;
pub use cidr::{canonical_cidr, subnet};

use crate::Value;

/// A resource type as data.
#[derive(Debug, Clone, Copy)]
pub struct Schema {
    /// The type token, such as `aws:ec2/vpc:Vpc`.
    pub token: &'static str,
    /// What `farsight import` takes as id, for people.
    pub import_id: &'static str,
    /// What the type is, from its doc comment.
    pub doc: &'static str,
    /// The inputs.
    pub fields: &'static [Field],
    /// The outputs that are no inputs.
    pub outputs: &'static [OutputField],
    /// Conditions over several inputs.
    pub rules: &'static [Rule],
    /// The handle's type in Rust.
    pub rust: RustType,
}

/// One input property.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The name in camel case, as Pulumi has it.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether a program must give it.
    pub required: bool,
    /// How it behaves.
    pub marks: Marks,
    /// Its doc comment.
    pub doc: &'static str,
    /// The setter's name in Rust.
    pub setter: &'static str,
    /// The block or enum that it holds, by itself or in lists and maps.
    pub rust: Option<RustType>,
}

/// A type in Rust, for whoever writes programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RustType {
    /// The module that defines it, as `module_path!()` says.
    pub module: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The variants of an enum, in the order of its texts.
    pub variants: &'static [&'static str],
}

impl RustType {
    /// No type: what only tests make by hand.
    pub const NONE: RustType = RustType { module: "", name: "", variants: &[] };

    /// The crate, as it is written in paths.
    pub fn package(self) -> &'static str {
        self.module.split("::").next().unwrap_or(self.module)
    }

    /// The module in which programs find it: tables are spread over private modules below a public one.
    pub fn public_module(self) -> Option<&'static str> {
        self.module.split("::").nth(1)
    }
}

/// One output property.
#[derive(Debug, Clone, Copy)]
pub struct OutputField {
    /// The name in camel case.
    pub name: &'static str,
    /// No update changes it, so plans may count on it; only a replacement does.
    pub stable: bool,
    /// It is always secret.
    pub secret: bool,
    /// Its doc comment.
    pub doc: &'static str,
}

/// How a property behaves.
#[derive(Debug, Clone, Copy, Default)]
pub struct Marks {
    /// A change replaces the resource.
    pub replace: bool,
    /// The value is always secret.
    pub secret: bool,
    /// The cloud never returns it; a keyed hash of the last value sent is kept to see changes.
    pub write_only: bool,
    /// The cloud does not know it, only the lifecycle uses it (`forceDetachPolicies`): never read back, so it cannot drift.
    pub local: bool,
    /// Watched only while the program gives it: otherwise its parts are resources of their own, such as the inline
    /// policies of a role. See [`Schema::opt_out`].
    pub opt_in: bool,
    /// Others may change it in normal life; only the program's own changes count.
    pub ambient: bool,
    /// The order of the list does not matter.
    pub set: bool,
    /// When two values count as the same.
    pub compare: Compare,
    /// What is meant when the program says nothing.
    pub default: Option<Literal>,
    /// Made from the resource's name and a random suffix when absent, at most this long.
    pub auto_name: Option<usize>,
    /// Whether the object that it names cannot be deleted as long as it is named here.
    pub holds: Holds,
}

impl Marks {
    /// No marks at all.
    pub const NONE: Marks = Marks {
        replace: false,
        secret: false,
        write_only: false,
        local: false,
        opt_in: false,
        ambient: false,
        set: false,
        compare: Compare::Exact,
        default: None,
        auto_name: None,
        holds: Holds::No,
    };
}

/// Whether a property keeps the object that it names from being deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Holds {
    /// No.
    #[default]
    No,
    /// Yes, until it is taken away or names something else.
    Loosely,
    /// Yes, and the service does not let it name nothing: with its last reference the whole resource must go.
    Firmly,
}

/// When two values of a property count as the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compare {
    /// When they are equal.
    #[default]
    Exact,
    /// When they are equal as JSON documents.
    Json,
    /// When they are equal as IAM policy documents: a scalar equals a list of one, order does not matter.
    Policy,
    /// When they name the same network (`10.0.0.5/16` is `10.0.0.0/16`; IPv6 in any spelling). Also checked for form.
    Cidr,
    /// When they differ only in the case of letters.
    CaseInsensitive,
    /// When the observed version begins with the declared one (`14` is satisfied by `14.9`).
    VersionPrefix,
    /// IP protocols: numbers and names, any case (`6` is `tcp`, `-1` is `all`).
    Protocol,
    /// Domain names: any case, with or without the dot at the end.
    Domain,
}

/// What a property holds.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A truth value.
    Bool,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// Text.
    String,
    /// One of these texts.
    Enum(&'static [&'static str]),
    /// Any value.
    Any,
    /// A list.
    List(&'static Kind),
    /// A map from text.
    Map(&'static Kind),
    /// A nested block.
    Struct(&'static [Field]),
}

/// A default value.
#[derive(Debug, Clone, Copy)]
pub enum Literal {
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Text.
    String(&'static str),
    /// An empty list.
    EmptyList,
    /// An empty map.
    EmptyMap,
}

impl Literal {
    /// The default as a value.
    pub fn value(self) -> Value {
        match self {
            Literal::Bool(b) => Value::Bool(b),
            Literal::Integer(n) => Value::Number(n as f64),
            Literal::String(s) => Value::from(s),
            Literal::EmptyList => Value::List(Vec::new()),
            Literal::EmptyMap => Value::map::<String>([]),
        }
    }
}

/// A condition over several inputs.
#[derive(Debug, Clone, Copy)]
pub enum Rule {
    /// Exactly one of these is given.
    ExactlyOne(&'static [&'static str]),
    /// At most one of these is given.
    AtMostOne(&'static [&'static str]),
    /// At least one of these is given.
    AtLeastOne(&'static [&'static str]),
    /// If the first is given, so is the second.
    Requires(&'static str, &'static str),
}

/// What is wrong with an input.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// Which input.
    pub path: crate::PropertyPath,
    /// What is wrong, as a lower-case fragment.
    pub message: String,
}

impl Schema {
    /// The input `name`.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Whether a dependent may count on the output `name` while this resource is updated in place.
    pub fn is_stable(&self, name: &str) -> bool {
        name == "id" || self.outputs.iter().any(|output| output.name == name && output.stable)
    }

    /// The inputs with defaults filled in, and everything that is wrong with them.
    ///
    /// Unknown parts are taken on trust; they are checked again when known.
    pub fn check(&self, inputs: &Value) -> (Value, Vec<Problem>) {
        check::check(self, inputs)
    }

    /// Takes out of a reading what the program leaves to other resources: opt-in properties absent from `inputs`.
    ///
    /// To be done to every reading of a declared object before it is compared or remembered.
    pub fn opt_out(&self, inputs: &Value, reading: &mut Value) {
        for field in self.fields.iter().filter(|field| field.marks.opt_in && inputs.get(field.name).is_none()) {
            reading.set(field.name, Value::Null);
        }
    }

    /// The property that holds an auto-name, if the type has one.
    pub fn auto_name(&self) -> Option<(&'static str, usize)> {
        self.fields.iter().find_map(|field| field.marks.auto_name.map(|length| (field.name, length)))
    }
}
