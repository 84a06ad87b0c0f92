//! Components: resources that only group others.

use crate::transform::Transform;
use crate::{Context, Data, Declaring, Dependency, Draft, Handle, Options, Output};
use farsight_model::{TypeToken, Urn};
use std::rc::Rc;

/// A declared component: it groups resources, and lives only in state.
///
/// Its parts are what is declared on its [`scope`](Component::scope), and what names it with `.parent(..)`; whatever
/// depends on it depends on all of them.
///
/// ```
/// # use farsight::prelude::*;
/// use farsight::Component;
///
/// fn network(cx: &Context) -> Component {
///     let network = Component::new("app:index:Network", "main").add(cx);
///     let cx = &network.scope(cx);
///     // What is declared on this `cx` is part of the network.
///     let inner = Component::new("app:index:Zone", "main-a").add(cx);
/// #   assert!(inner.urn().as_str().ends_with("::app:index:Network$app:index:Zone::main-a"));
///     network
/// }
/// # let recording = farsight::testing::Setup::new().record(|cx| { network(cx); Ok(()) });
/// # assert_eq!(recording.errors(), []);
/// ```
///
/// The *type* of the component is part of its parts' URNs and its name is not, so parts of two components of one type
/// need names of their own: begin them with the component's.
#[derive(Debug, Clone)]
pub struct Component {
    handle: Handle,
}

impl Component {
    /// Begins a component of a type of your own, such as `app:index:Network`.
    #[track_caller]
    #[allow(clippy::new_ret_no_self, reason = "every declaration begins with `new` and ends with `add`")]
    pub fn new(token: impl Into<String>, name: impl Into<String>) -> ComponentBuilder {
        ComponentBuilder { draft: Draft::component(TypeToken::new(token), name.into()), transforms: Vec::new() }
    }

    /// The engine's identity of the component.
    pub fn urn(&self) -> Urn {
        self.handle.urn().clone()
    }

    /// A context on which everything is declared as part of this component, unless it names another parent.
    pub fn scope(&self, cx: &Context) -> Context {
        cx.inside(self.urn())
    }

    /// Sets the component's outputs: `component.outputs(cx, value!({ "vpcId": vpc.id() }))`.
    pub fn outputs(&self, cx: &Context, outputs: impl Data) {
        cx.component_outputs(self.urn(), outputs.into_data());
    }

    /// The output `name`, as set by [`Component::outputs`].
    pub fn output<T>(&self, name: &str) -> Output<T> {
        self.handle.output(name)
    }
}

impl Dependency for Component {
    fn dependency(&self) -> Urn {
        self.urn()
    }
}

/// Declares a [`Component`].
#[must_use = "a component is declared only by `.add(cx)`"]
pub struct ComponentBuilder {
    draft: Draft,
    transforms: Vec<Transform>,
}

impl ComponentBuilder {
    /// Declares the component.
    #[allow(clippy::should_implement_trait, reason = "every declaration begins with `new` and ends with `add`")]
    pub fn add(self, cx: &Context) -> Component {
        let handle = cx.declare(self.draft);
        for transform in self.transforms {
            cx.transform_part(Some(handle.urn().clone()), transform);
        }
        Component { handle }
    }

    /// Calls a function with everything that is declared as part of this component, directly or not, before it reaches
    /// the engine. See [`Context::transform`].
    pub fn transform(mut self, change: impl Fn(&mut Declaring<'_>) + 'static) -> Self {
        self.transforms.push(Rc::new(change));
        self
    }
}

impl Options for ComponentBuilder {
    fn draft(&mut self) -> &mut Draft {
        &mut self.draft
    }
}
