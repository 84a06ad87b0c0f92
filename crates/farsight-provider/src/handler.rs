//! The lifecycle of one resource type.

use crate::{Id, Policy, Result, Seen};
use farsight_model::{Change as Difference, Resource, Urn, Value};

/// The lifecycle of one resource type. Each function makes its calls and returns: no waiting, retrying or comparing.
pub trait Handler: Send + Sync + 'static {
    /// The type.
    type Of: Resource;

    /// How the engine treats the type.
    const POLICY: Policy;

    /// Makes the smallest object that exists, marked with its owner where the service can, and returns its id at once.
    /// What one call cannot set is left to [`Handler::update`]: the engine reads, diffs and updates after each create.
    fn create(&self, owner: &Owner, args: &Args<Self>) -> impl Future<Output = Result<Id>> + Send;

    /// Reads objects, in the order of `ids`, one answer for each. Missing objects are [`Seen::Absent`], not errors.
    fn read(&self, ids: &[Id]) -> impl Future<Output = Result<Vec<Seen<Self::Of>>>> + Send;

    /// Makes the object what is wanted, as far as `change` names differences. Must be safe to repeat. Without differences
    /// the object is [`Seen::Stuck`] and to be set going again, if there is a way.
    /// Returns the new id in the rare case that the service gives one.
    fn update(&self, id: &Id, change: Change<'_, Args<Self>>) -> impl Future<Output = Result<Option<Id>>> + Send;

    /// Deletes the object. An object that is not there is [`crate::Fault::Gone`], which the engine takes as done.
    ///
    /// `args` are the last known inputs, from state, for what only the program knows (`skipDestroy`).
    fn delete(&self, id: &Id, args: &Args<Self>) -> impl Future<Output = Result<()>> + Send;

    /// The objects that the journaled create of `owner` may have made: by tag, name, key or token.
    ///
    /// Only what surely belongs to `owner` counts: of an object with foreign tags, nothing is returned.
    fn find(&self, owner: &Owner, args: &Args<Self>) -> impl Future<Output = Result<Vec<Id>>> + Send;

    /// The id under which state keeps an object, where it is not what `create`, `read` and `farsight import` call it: of
    /// a type that lives in the state ([`crate::Identity::State`]) that is the value itself, and ids are no secrets.
    fn kept_id(&self, id: &Id) -> Id {
        id.clone()
    }

    /// What an earlier run left in the cloud for a create of `owner` to take back, for plans: the same as
    /// [`Handler::find`], and what `create` revives.
    fn left_behind(&self, owner: &Owner, args: &Args<Self>) -> impl Future<Output = Result<Vec<Id>>> + Send {
        self.find(owner, args)
    }

    /// What stays in the cloud after an object was deleted, such as a last snapshot. `known` is all that state knows of
    /// the object.
    fn leaves(&self, id: &Id, known: &Value) -> Option<Leftover> {
        let _ = (id, known);
        None
    }

    /// The command line of the AWS CLI that deletes an object which was left in the cloud, for people.
    fn delete_command(&self, id: &Id) -> Option<String> {
        let _ = id;
        None
    }

    /// Objects of this type that carry the stack's tags or live inside objects of the stack, for drift. Those that the
    /// cloud itself puts beside an object (a network's main route table) are left out.
    fn strays(&self, scope: &Scope) -> impl Future<Output = Result<Vec<Stray>>> + Send {
        let _ = scope;
        async { Ok(Vec::new()) }
    }
}

/// The plain inputs of a handler's type.
pub type Args<H> = <<H as Handler>::Of as Resource>::Args;

/// Who owns an object: what a create puts on it, and what a lookup after a crash asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// `<project>/<stack>`.
    pub stack: String,
    /// The resource.
    pub urn: Urn,
    /// The journaled operation: 32 lower-case hex digits. Also the idempotency token of the create, a form that
    /// satisfies the token rules of every AWS service (aws catalogue, section 2).
    pub op: String,
}

/// What an update is asked to do.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a, A> {
    /// The inputs as they shall be.
    pub wanted: &'a A,
    /// The inputs as they are.
    pub observed: &'a A,
    /// What differs.
    pub differences: &'a [Difference],
}

impl<A> Change<'_, A> {
    /// Whether the top-level property `name` differs.
    pub fn touches(&self, name: &str) -> bool {
        self.differences.iter().any(|difference| difference.path.head() == Some(name))
    }

    /// Whether any of the properties differs.
    pub fn touches_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.touches(name))
    }
}

/// What is left in the cloud when an object goes from a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// What it is and how long it stays, for people.
    pub what: String,
    /// The command line that deletes it, if there is one.
    pub delete: Option<String>,
}

/// Where strays of a stack may be.
#[derive(Debug, Clone)]
pub struct Scope {
    /// `<project>/<stack>`, as in the owner tags.
    pub stack: String,
    /// The stack's objects: type token, id and last reading.
    pub known: Vec<(String, Id, Value)>,
}

impl Scope {
    /// The ids of the stack's objects of one type.
    pub fn ids_of(&self, token: &str) -> Vec<&str> {
        self.known.iter().filter(|(t, ..)| t == token).map(|(_, id, _)| id.as_str()).collect()
    }

    /// Whether the stack knows an object of a type.
    pub fn knows(&self, token: &str, id: &str) -> bool {
        self.known.iter().any(|(t, known, _)| t == token && known == id)
    }
}

/// An object that belongs to a stack, or lives inside it, without being in its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    /// Its id, as `farsight import` takes it.
    pub id: Id,
    /// What it is, for people.
    pub what: String,
}
