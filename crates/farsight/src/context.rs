//! What a program declares things on.

use crate::link::Link;
use crate::transform::Transform;
use crate::{Config, Data, Declaring, Draft, Error, Handle, Result, StackReference};
use farsight_model::{Location, Schema, Urn, Value};
use farsight_protocol::{FromProgram, Welcome};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::Write;
use std::rc::Rc;

/// Schemas by type token.
pub(crate) type SchemaTable = Rc<RefCell<BTreeMap<String, &'static Schema>>>;

/// What a program declares things on: the stack, its configuration, and the way to the engine.
///
/// [`Component::scope`](crate::Component::scope) gives one on which everything is declared as part of a component.
pub struct Context {
    run: Rc<Run>,
    /// The component that declarations without a parent of their own become part of.
    parent: Option<Urn>,
}

/// One run of a program.
struct Run {
    stack: String,
    project: String,
    preview: bool,
    config: Config,
    link: RefCell<Box<dyn Link>>,
    /// Schemas of the types that were declared, by token.
    schemas: SchemaTable,
    silent: Cell<bool>,
    /// What changes declarations, in order: for parts of a component, or for everything.
    transforms: RefCell<Vec<(Option<Urn>, Transform)>>,
    /// The parent of everything that was declared and has one.
    parents: RefCell<BTreeMap<Urn, Urn>>,
    /// The lines of the log, where a test wants them instead of stdout.
    log: Option<RefCell<Vec<String>>>,
}

impl Context {
    pub(crate) fn new(welcome: Welcome, link: Box<dyn Link>) -> Self {
        Self::with_log(welcome, link, None)
    }

    /// A run whose log is kept.
    pub(crate) fn tested(welcome: Welcome, link: Box<dyn Link>) -> Self {
        Self::with_log(welcome, link, Some(RefCell::default()))
    }

    fn with_log(welcome: Welcome, link: Box<dyn Link>, log: Option<RefCell<Vec<String>>>) -> Self {
        let run = Run {
            stack: welcome.stack,
            project: welcome.project,
            preview: welcome.preview,
            config: Config::new(welcome.config),
            link: RefCell::new(link),
            schemas: SchemaTable::default(),
            silent: Cell::new(false),
            transforms: RefCell::default(),
            parents: RefCell::default(),
            log,
        };
        Self { run: Rc::new(run), parent: None }
    }

    /// The same run, where declarations become part of a component.
    pub(crate) fn inside(&self, parent: Urn) -> Self {
        Self { run: Rc::clone(&self.run), parent: Some(parent) }
    }

    /// The stack's name.
    pub fn stack(&self) -> &str {
        &self.run.stack
    }

    /// The project's name.
    pub fn project(&self) -> &str {
        &self.run.project
    }

    /// Whether nothing will be changed after this run of the program.
    pub fn is_preview(&self) -> bool {
        self.run.preview
    }

    /// The stack's configuration.
    pub fn config(&self) -> &Config {
        &self.run.config
    }

    /// Makes `value` an output of the stack.
    pub fn export(&self, name: impl Into<String>, value: impl Data) {
        self.tell(FromProgram::Export { name: name.into(), value: value.into_data() });
    }

    /// Asks a data source, such as `aws:index/getAvailabilityZones:getAvailabilityZones`, and waits for the answer.
    ///
    /// The arguments must be known while the program declares.
    #[track_caller]
    pub fn invoke(&self, token: &str, args: impl Data) -> Result<Value> {
        let args = args.into_data();
        if args.has_unknown() {
            return Err(Error::new(format!("{token}: a data source cannot take outputs that are not known yet")));
        }
        let answer = self.run.link.borrow_mut().ask(token, args, Location::caller());
        // Not `map_err` with a closure: that would hide the caller's line.
        match answer {
            Ok(value) => Ok(value),
            Err(reason) => Err(Error::new(format!("{token}: {reason}"))),
        }
    }

    /// The outputs of another stack: `stack` of this project, or `project/stack`.
    #[track_caller]
    pub fn stack_reference(&self, name: impl Into<String>) -> Result<StackReference> {
        let name = name.into();
        let outputs = self.invoke(StackReference::TOKEN, Value::map([("name", Value::from(name.as_str()))]))?;
        Ok(StackReference { name, outputs })
    }

    /// Writes a line to stdout, which the engine shows as a line of the log.
    pub fn log(&self, message: impl Display) {
        if let Some(log) = &self.run.log {
            log.borrow_mut().push(message.to_string());
            return;
        }
        // A closed stdout is no reason to fail: the line is for people.
        if !self.run.silent.get() && writeln!(std::io::stdout(), "{message}").is_err() {
            self.run.silent.set(true);
        }
    }

    /// Declares what a builder has built.
    pub fn declare(&self, mut draft: Draft) -> Handle {
        if draft.parent.is_none() {
            draft.parent.clone_from(&self.parent);
        }
        self.apply_transforms(&mut draft);
        if let Some(schema) = draft.schema {
            self.run.schemas.borrow_mut().insert(schema.token.to_owned(), schema);
        }
        let declaration = draft.declare(&self.run.stack, &self.run.project);
        let handle = Handle::new(declaration.urn.clone());
        if let Some(parent) = &declaration.parent {
            self.run.parents.borrow_mut().insert(declaration.urn.clone(), parent.clone());
        }
        self.tell(FromProgram::Declare(Box::new(declaration)));
        handle
    }

    /// Calls a function with everything that is declared from now on, before it reaches the engine: it sees type, name,
    /// inputs and options, and may change inputs and options.
    ///
    /// ```
    /// # let _ = farsight::testing::record([("k", "v")], |cx| {
    /// cx.transform(|resource| {
    ///     if resource.has("tags") {
    ///         resource.set("tags.owner", "core");
    ///     }
    /// });
    /// # Ok(()) });
    /// ```
    ///
    /// Functions of the components that a resource is part of come first, the innermost before the others.
    pub fn transform(&self, change: impl Fn(&mut Declaring<'_>) + 'static) {
        self.transform_part(None, Rc::new(change));
    }

    pub(crate) fn transform_part(&self, part: Option<Urn>, change: Transform) {
        self.run.transforms.borrow_mut().push((part, change));
    }

    fn apply_transforms(&self, draft: &mut Draft) {
        // Taken out first: a function may itself declare something.
        let transforms = self.run.transforms.borrow().clone();
        let mut scope = draft.parent.clone();
        loop {
            for (_, change) in transforms.iter().filter(|(part, _)| *part == scope) {
                change(&mut Declaring::new(draft));
            }
            let Some(urn) = scope else { return };
            scope = self.run.parents.borrow().get(&urn).cloned();
        }
    }

    /// The lines of the log of a tested program.
    pub(crate) fn take_log(&self) -> Vec<String> {
        self.run.log.as_ref().map(RefCell::take).unwrap_or_default()
    }

    pub(crate) fn component_outputs(&self, urn: Urn, outputs: Value) {
        self.tell(FromProgram::ComponentOutputs { urn, outputs });
    }

    pub(crate) fn tell(&self, message: FromProgram) {
        self.run.link.borrow_mut().tell(message);
    }

    /// The same table, as it grows.
    pub(crate) fn schema_table(&self) -> SchemaTable {
        Rc::clone(&self.run.schemas)
    }

    pub(crate) fn schemas(&self) -> BTreeMap<String, &'static Schema> {
        self.run.schemas.borrow().clone()
    }
}
