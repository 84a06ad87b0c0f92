//! Nested blocks: a builder that is an input.

use crate::builder::Parts;
use crate::table::Table;
use proc_macro2::TokenStream;
use quote::quote;

/// The builder of a block, and the conversions of block and builder into an input.
pub fn expand(table: &Table) -> TokenStream {
    let ident = &table.ident;
    let Parts { builder, states, traits, traits_code, setters, given, missing } = Parts::of(table, ident);
    let vis = &table.vis;
    let doc = format!("Builds a [`{ident}`] whose parts may be outputs; it is given to a setter as it is.");
    quote! {
        #traits_code
        #[doc = #doc]
        #[must_use = "a block does nothing until it is given to a setter"]
        #[derive(Debug, Clone)]
        #vis struct #builder<#(#states = #given),*> {
            draft: ::farsight::__private::BlockDraft,
            state: ::core::marker::PhantomData<(#(#states,)*)>,
        }
        #[allow(clippy::pedantic, clippy::new_ret_no_self, clippy::new_without_default)]
        impl #ident {
            /// Begins a block whose parts may be outputs.
            pub fn new() -> #builder<#(#missing),*> {
                #builder { draft: ::core::default::Default::default(), state: ::core::marker::PhantomData }
            }
        }
        #[allow(clippy::pedantic, clippy::should_implement_trait)]
        impl<#(#states),*> #builder<#(#states),*> {
            #setters
        }
        #[automatically_derived]
        impl ::core::convert::From<#ident> for ::farsight::Input<#ident> {
            fn from(block: #ident) -> Self {
                ::farsight::Input::known(block)
            }
        }
        #[automatically_derived]
        impl<#(#states: #traits),*> ::core::convert::From<#builder<#(#states),*>> for ::farsight::Input<#ident> {
            fn from(builder: #builder<#(#states),*>) -> Self {
                ::farsight::Input::from_value(builder.draft.into_value())
            }
        }
    }
}
