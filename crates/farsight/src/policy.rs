//! Policies: checks of a plan before it runs, written beside the program.

use crate::draft::on_wire;
use crate::{Context, session};
use farsight_model::{
    FromValue, IntoValue, Kind, Location, Mismatch, PropertyPath, Resource, Schema, TypeToken, Urn, Value,
};
use farsight_protocol::{FromProgram, PolicyDeclaration};
use std::collections::BTreeMap;

pub use farsight_protocol::PolicyLevel as Level;

/// A resource as a plan will have it.
#[derive(Debug, Clone)]
pub struct Planned {
    urn: Urn,
    op: String,
    inputs: Value,
    changed: Vec<String>,
    schema: Option<&'static Schema>,
}

/// What a policy finds wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The resource, if it is about one.
    pub urn: Option<Urn>,
    /// What is wrong, as a lower-case fragment.
    pub message: String,
}

impl Violation {
    /// About the plan as a whole.
    pub fn new(message: impl Into<String>) -> Self {
        Self { urn: None, message: message.into() }
    }

    /// About one resource of the plan.
    pub fn of(resource: &Planned, message: impl Into<String>) -> Self {
        Self { urn: Some(resource.urn.clone()), message: message.into() }
    }
}

impl Planned {
    /// Its identity.
    pub fn urn(&self) -> &Urn {
        &self.urn
    }

    /// The name that the program gave.
    pub fn name(&self) -> &str {
        self.urn.name()
    }

    /// Its type.
    pub fn token(&self) -> TypeToken {
        self.urn.token()
    }

    /// Whether it is of a type: `resource.is::<rds::Instance>()`.
    pub fn is<R: Resource>(&self) -> bool {
        self.token().as_str() == R::SCHEMA.token
    }

    /// What the plan does with it: `same`, `create`, `update`, `replace`, `delete`, `import` or `forget`.
    pub fn op(&self) -> &str {
        &self.op
    }

    /// The inputs that change, by path on the wire; of a create all.
    pub fn changed(&self) -> &[String] {
        &self.changed
    }

    /// All inputs, with defaults; of a delete the last ones. What is not known yet is [`Value::Unknown`], and secrets
    /// are marked: the closure may read them, and must not put them into its message.
    pub fn inputs(&self) -> &Value {
        &self.inputs
    }

    /// An input by its path, in snake case or as on the wire; null if absent, unknown if not known yet.
    pub fn input(&self, path: &str) -> Value {
        let parsed = PropertyPath::parse(path).ok();
        let path = parsed.map(|path| match self.schema {
            Some(schema) => on_wire(schema, &path).unwrap_or(path),
            None => path,
        });
        path.map_or(Value::Null, |path| self.inputs.part(&path))
    }
}

impl Context {
    /// Checks every resource of each plan before it runs, deletes included. An `Err` says what is wrong with it.
    ///
    /// A mandatory policy that is violated stops the run before anything is done; an advisory one warns.
    ///
    /// ```
    /// # use farsight::policy::Level;
    /// # let program = |cx: &farsight::Context| {
    /// cx.policy("logs-expire", Level::Mandatory, |resource| {
    ///     let keeps = resource.token().short() == "aws:cloudwatch:LogGroup" && resource.input("retention_in_days").is_null();
    ///     if keeps { Err("logs must expire: set `retention_in_days`") } else { Ok(()) }
    /// });
    /// # Ok(())
    /// # };
    /// # farsight::testing::record::<&str, &str>([], program);
    /// ```
    #[track_caller]
    pub fn policy<M: Into<String>>(
        &self,
        name: impl Into<String>,
        level: Level,
        check: impl Fn(&Planned) -> Result<(), M> + 'static,
    ) {
        self.register(name.into(), level, false, Location::caller(), move |resources| {
            let check = |one: &Planned| check(one).err().map(|message| Violation::of(one, message));
            resources.iter().filter_map(check).collect()
        });
    }

    /// Checks each plan as a whole before it runs, as [`Context::policy`] does each resource.
    #[track_caller]
    pub fn plan_policy(
        &self,
        name: impl Into<String>,
        level: Level,
        check: impl Fn(&[Planned]) -> Vec<Violation> + 'static,
    ) {
        self.register(name.into(), level, true, Location::caller(), check);
    }

    fn register(
        &self,
        name: String,
        level: Level,
        whole: bool,
        location: Location,
        check: impl Fn(&[Planned]) -> Vec<Violation> + 'static,
    ) {
        let schemas = self.schema_table();
        let callback = session::register(location.clone(), move |mut resources: Vec<Planned>| {
            let schemas: &BTreeMap<String, &'static Schema> = &schemas.borrow();
            for one in &mut resources {
                one.schema = schemas.get(one.urn.token().as_str()).copied();
            }
            Ok(check(&resources))
        });
        self.tell(FromProgram::Policy(Box::new(PolicyDeclaration { name, level, whole, callback, location })));
    }
}

impl FromValue for Planned {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        let text = |name: &str| value.get(name).and_then(Value::as_str).ok_or(Mismatch::new("a resource of a plan"));
        Ok(Self {
            urn: Urn::parse(text("urn")?).map_err(|_| Mismatch::new("a URN"))?,
            op: text("op")?.to_owned(),
            inputs: value.get("inputs").cloned().unwrap_or_default(),
            changed: Vec::from_value(value.get("changed").unwrap_or(&Value::Null))?,
            schema: None,
        })
    }
}

impl IntoValue for Violation {
    const KIND: Kind = Kind::Any;
    fn into_value(self) -> Value {
        let urn = self.urn.map_or(Value::Null, |urn| Value::from(urn.as_str()));
        Value::map([("urn", urn), ("message", Value::String(self.message))])
    }
}

impl FromValue for Violation {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        let message = value.get("message").and_then(Value::as_str).ok_or(Mismatch::new("a violation"))?;
        let urn = value.get("urn").and_then(Value::as_str).map(Urn::parse).transpose();
        Ok(Self { urn: urn.map_err(|_| Mismatch::new("a URN"))?, message: message.to_owned() })
    }
}
