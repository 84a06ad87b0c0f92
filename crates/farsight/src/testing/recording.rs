//! What a tested program declared.

use crate::policy::{Level, Violation};
use crate::session::Session;
use farsight_model::{FromValue, Location, PropertyPath, Resolver, Resource, Schema, TypeToken, Urn, Value, evaluate};
use farsight_protocol::{Declaration, FromProgram, PolicyDeclaration, ProgramError};
use std::collections::BTreeMap;

/// What a tested program declared, exported and got wrong.
pub struct Recording {
    declarations: Vec<Declaration>,
    exports: BTreeMap<String, Value>,
    components: BTreeMap<Urn, Value>,
    errors: Vec<ProgramError>,
    session: Session,
    schemas: BTreeMap<String, &'static Schema>,
    log: Vec<String>,
    used: Vec<String>,
    outputs: BTreeMap<(String, String), Value>,
    policies: Vec<PolicyDeclaration>,
}

/// What a policy of a tested program found wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Violated {
    /// The policy.
    pub policy: String,
    /// Whether it would stop the run.
    pub level: Level,
    /// What is wrong.
    pub violation: Violation,
}

/// One declared resource, with everything in it resolved.
pub struct Recorded<'a> {
    declaration: &'a Declaration,
    inputs: Value,
}

impl Recording {
    pub(super) fn new(
        messages: Vec<FromProgram>,
        errors: Vec<ProgramError>,
        session: Session,
        schemas: BTreeMap<String, &'static Schema>,
        (log, used): (Vec<String>, Vec<String>),
        outputs: BTreeMap<(String, String), Value>,
    ) -> Self {
        let (mut declarations, mut exports, mut components) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        let mut policies = Vec::new();
        for message in messages {
            match message {
                FromProgram::Declare(declaration) => declarations.push(*declaration),
                FromProgram::Export { name, value } => {
                    exports.insert(name, value);
                }
                FromProgram::ComponentOutputs { urn, outputs } => {
                    components.insert(urn, outputs);
                }
                FromProgram::Policy(policy) => policies.push(*policy),
                _ => {}
            }
        }
        Self { declarations, exports, components, errors, session, schemas, log, used, outputs, policies }
    }

    /// Everything declared, in order, with expressions as they travel.
    pub fn declarations(&self) -> &[Declaration] {
        &self.declarations
    }

    /// What the program got wrong.
    pub fn errors(&self) -> &[ProgramError] {
        &self.errors
    }

    /// What the program wrote with [`Context::log`](crate::Context::log).
    pub fn log(&self) -> &[String] {
        &self.log
    }

    /// The configuration keys that the program asked for.
    pub fn config_used(&self) -> &[String] {
        &self.used
    }

    /// The resource of a type with a name.
    ///
    /// # Panics
    /// If the program declared none; the message lists what there is.
    pub fn get<R: Resource>(&self, name: &str) -> Recorded<'_> {
        self.named(R::SCHEMA.token, name)
    }

    /// The resource or component of a type, given by its token in full or short form, with a name.
    ///
    /// # Panics
    /// If the program declared none; the message lists what there is.
    pub fn named(&self, token: &str, name: &str) -> Recorded<'_> {
        let found = self.declarations.iter().find(|known| known.name == name && known.token.matches(token));
        found.map_or_else(|| self.fail_without(token, name), |declaration| self.recorded(declaration))
    }

    fn fail_without(&self, token: &str, name: &str) -> ! {
        let known = self.declarations.iter().map(|known| format!("{} {}", known.token.short(), known.name));
        let known = known.collect::<Vec<_>>().join(", ");
        fail(&format!("no {} {name} was declared, only: {known}", TypeToken::new(token).short()))
    }

    /// All resources of a type, in order of declaration.
    pub fn all<R: Resource>(&self) -> Vec<Recorded<'_>> {
        let of_type = self.declarations.iter().filter(|known| known.token.as_str() == R::SCHEMA.token);
        of_type.map(|declaration| self.recorded(declaration)).collect()
    }

    /// A stack output, resolved; null if there is none.
    pub fn export(&self, name: &str) -> Value {
        self.exports.get(name).map_or(Value::Null, |value| self.resolve(value))
    }

    /// The names of the stack outputs.
    pub fn export_names(&self) -> Vec<&str> {
        self.exports.keys().map(String::as_str).collect()
    }

    /// What the schemas say against the declared inputs, as `urn: path: message`.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for declaration in &self.declarations {
            if let Some(schema) = self.schemas.get(declaration.token.as_str()) {
                let (_, found) = schema.check(&self.resolve(&declaration.inputs));
                problems.extend(found.iter().map(|p| format!("{}: {}: {}", declaration.urn, p.path, p.message)));
            }
        }
        problems
    }

    /// What the program's policies find wrong with what it declares, taken for the first `up` of its stack.
    ///
    /// # Panics
    /// If a policy panics.
    pub fn violations(&self) -> Vec<Violated> {
        let planned = self.declarations.iter().map(|declaration| {
            let inputs = self.inputs(declaration);
            let changed = inputs.as_map().into_iter().flatten().map(|(name, _)| Value::from(name.as_str()));
            Value::map([
                ("urn", Value::from(declaration.urn.as_str())),
                ("op", Value::from("create")),
                ("changed", Value::List(changed.collect())),
                ("inputs", inputs),
            ])
        });
        let planned = Value::List(planned.collect());
        let mut all = Vec::new();
        for policy in &self.policies {
            let answer = Answers { recording: self }.call(policy.callback, &planned);
            let found = Vec::<Violation>::from_value(&answer).unwrap_or_else(|error| fail(&error.to_string()));
            all.extend(found.into_iter().map(|violation| Violated {
                policy: policy.name.clone(),
                level: policy.level,
                violation,
            }));
        }
        all
    }

    fn recorded<'a>(&self, declaration: &'a Declaration) -> Recorded<'a> {
        Recorded { declaration, inputs: self.inputs(declaration) }
    }

    /// The inputs as the engine would have them before it creates: resolved, with defaults and an auto-name.
    fn inputs(&self, declaration: &Declaration) -> Value {
        let inputs = self.resolve(&declaration.inputs);
        let Some(schema) = self.schemas.get(declaration.token.as_str()) else { return inputs };
        let mut inputs = schema.check(&inputs).0;
        if let Some((property, _)) = schema.auto_name()
            && inputs.get(property).is_none()
        {
            inputs.set(property, Value::String(format!("{}-0000000", declaration.name)));
        }
        inputs
    }

    fn resolve(&self, value: &Value) -> Value {
        evaluate(value, &mut Answers { recording: self }).unwrap_or_else(|error| fail(&error.to_string()))
    }
}

impl<'a> Recorded<'a> {
    /// The declaration as it travels: options, location, expressions.
    pub fn declaration(&self) -> &'a Declaration {
        self.declaration
    }

    /// All inputs, resolved, with defaults; an auto-name ends in `-0000000`.
    pub fn inputs(&self) -> &Value {
        &self.inputs
    }

    /// The inputs as the type's struct.
    ///
    /// # Panics
    /// If the inputs do not fit `R`.
    pub fn args<R: Resource>(&self) -> R::Args {
        R::Args::from_value(&self.inputs).unwrap_or_else(|error| fail(&format!("{}: {error}", self.declaration.urn)))
    }

    /// An input by its path on the wire; null if absent.
    pub fn input(&self, path: &str) -> Value {
        let path = PropertyPath::parse(path).unwrap_or_else(|error| fail(&error.to_string()));
        self.inputs.part(&path)
    }

    /// The URN.
    pub fn urn(&self) -> &'a Urn {
        &self.declaration.urn
    }

    /// Where the program declares it.
    pub fn location(&self) -> &'a Location {
        &self.declaration.location
    }
}

/// Answers references from what was declared; the rest is a text that says what it stands for.
struct Answers<'a> {
    recording: &'a Recording,
}

impl Resolver for Answers<'_> {
    fn reference(&mut self, urn: &Urn, path: &PropertyPath) -> Value {
        let head = path.head().unwrap_or_default();
        if let Some(value) = self.recording.outputs.get(&(urn.name().to_owned(), head.to_owned())) {
            return Value::map([(head, value.clone())]).part(path);
        }
        let declared = self.recording.declarations.iter().find(|known| known.urn == *urn);
        let declared = declared.map(|known| self.recording.inputs(known));
        let component = self.recording.components.get(urn).map(|outputs| self.recording.resolve(outputs));
        for known in [declared, component].into_iter().flatten() {
            let part = known.part(path);
            if !part.is_null() {
                return part;
            }
        }
        let short = urn.token().short();
        Value::String(format!("<{} {}.{path}>", short.rsplit(':').next().unwrap_or(&short), urn.name()))
    }

    fn call(&mut self, callback: u64, input: &Value) -> Value {
        match self.recording.session.closure(callback).map(|closure| closure(input)) {
            Some(Ok(value)) => value,
            Some(Err(error)) => fail(&format!("{}: {}", error.location, error.message)),
            None => fail(&format!("no closure number {callback}")),
        }
    }
}

/// Ends a test that asks for what is not there.
fn fail(message: &str) -> ! {
    #[allow(clippy::panic, reason = "this is code of tests, whose way to fail is to panic")]
    {
        panic!("{message}")
    }
}
