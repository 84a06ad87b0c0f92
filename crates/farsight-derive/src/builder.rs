//! Builders: setters that take values or outputs, and a type state that knows which required arguments were given.

use crate::names;
use crate::table::{Field, Resource, Table};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

/// The builder of a resource type.
pub fn expand(table: &Table, resource: &Resource) -> TokenStream {
    let ident = &resource.ident;
    let parts = Parts::of(table, ident);
    let Parts { builder, states, traits, traits_code, setters, given, .. } = &parts;
    let vis = &table.vis;
    let doc = format!(
        "Declares a [`{ident}`]: set its properties and options, then `.add(cx)`.\n\nThe type parameters say which \
         required arguments were given; the name alone is the type of a builder that lacks none."
    );
    let message = format!("a `{ident}` is declared only by `.add(cx)`");
    quote! {
        #traits_code
        #[doc = #doc]
        #[must_use = #message]
        #[derive(Debug)]
        #vis struct #builder<#(#states = #given),*> {
            draft: ::farsight::Draft,
            state: ::core::marker::PhantomData<(#(#states,)*)>,
        }
        #[allow(clippy::pedantic, clippy::should_implement_trait)]
        impl<#(#states),*> #builder<#(#states),*> {
            #setters
            /// Declares the resource. Every required argument must have been given.
            #[track_caller]
            pub fn add(self, cx: &::farsight::Context) -> #ident
            where #(#states: #traits),*
            {
                #ident { refs: ::core::convert::From::from(cx.declare(self.draft)) }
            }
        }
        #[automatically_derived]
        impl<#(#states),*> ::farsight::Options for #builder<#(#states),*> {
            fn draft(&mut self) -> &mut ::farsight::Draft {
                &mut self.draft
            }
        }
    }
}

/// What the builders of resource types and of blocks share.
pub struct Parts {
    /// The builder's name.
    pub builder: Ident,
    /// A type parameter for each required field.
    pub states: Vec<Ident>,
    /// The trait that each of them has once the field is given.
    pub traits: Vec<Ident>,
    /// These traits.
    pub traits_code: TokenStream,
    /// A setter for each field.
    pub setters: TokenStream,
    /// The state of a field that was given, once for each type parameter: the default, so that the builder's name alone
    /// is the type of one that lacks nothing.
    pub given: Vec<TokenStream>,
    /// The state of a field that was not given, once for each type parameter.
    pub missing: Vec<TokenStream>,
}

impl Parts {
    /// The parts for a struct whose builder makes an `owner`.
    pub fn of(table: &Table, owner: &Ident) -> Self {
        let builder = format_ident!("{owner}Builder");
        let required: Vec<&Field> = table.required().collect();
        let states: Vec<Ident> = required.iter().map(|field| field.state()).collect();
        let traits: Vec<Ident> = states.iter().map(|state| format_ident!("{owner}{state}")).collect();
        let vis = &table.vis;
        let traits_code = required.iter().zip(&traits).map(|(field, name)| {
            let field = names::plain(&field.ident);
            let message = format!("required argument `{field}` of `{owner}` is missing");
            let label = format!("`.{field}(..)` must come before this");
            quote! {
                #[doc(hidden)]
                #[diagnostic::on_unimplemented(message = #message, label = #label)]
                #vis trait #name {}
                impl #name for ::farsight::__private::Given {}
            }
        });
        let setters = table.fields.iter().map(|field| setter(field, &builder, &states));
        Self {
            traits_code: quote!(#(#traits_code)*),
            setters: quote!(#(#setters)*),
            given: states.iter().map(|_| quote!(::farsight::__private::Given)).collect(),
            missing: states.iter().map(|_| quote!(::farsight::__private::Missing)).collect(),
            builder,
            states,
            traits,
        }
    }
}

fn setter(field: &Field, builder: &Ident, states: &[Ident]) -> TokenStream {
    let (name, wire, doc, inner) = (&field.ident, &field.wire, &field.doc, &field.shape.inner);
    let value = quote!(value: impl ::core::convert::Into<::farsight::Input<#inner>>);
    let set =
        quote!(self.draft.set(#wire, ::core::convert::Into::<::farsight::Input<#inner>>::into(value).into_value()););
    if field.required() {
        let own = field.state();
        let given = states
            .iter()
            .map(|state| if *state == own { quote!(::farsight::__private::Given) } else { quote!(#state) });
        quote! {
            #[doc = #doc]
            #[track_caller]
            pub fn #name(mut self, #value) -> #builder<#(#given),*> {
                #set
                #builder { draft: self.draft, state: ::core::marker::PhantomData }
            }
        }
    } else {
        quote! {
            #[doc = #doc]
            #[track_caller]
            pub fn #name(mut self, #value) -> Self {
                #set
                self
            }
        }
    }
}
