//! The handle of a declared resource: what a program holds after `.add(cx)`.

use crate::table::{Resource, Table};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The handle, its accessors, and its conversions.
pub fn expand(table: &Table, resource: &Resource) -> TokenStream {
    let Resource { ident, outputs, .. } = resource;
    let (vis, doc) = (&table.vis, &table.doc);
    let builder = format_ident!("{ident}Builder");
    let missing = table.required().map(|_| quote!(::farsight::__private::Missing));
    let accessors = table.fields.iter().map(|field| {
        let (name, wire, doc, inner) = (&field.ident, &field.wire, &field.doc, &field.shape.inner);
        let get = if field.marks.secret || field.marks.write_only { quote!(secret) } else { quote!(output) };
        quote! {
            #[doc = #doc]
            pub fn #name(&self) -> ::farsight::Output<#inner> {
                ::core::convert::AsRef::<::farsight::Handle>::as_ref(&self.refs).#get(#wire)
            }
        }
    });
    let new_doc = format!("Begins to declare a resource of this type; `name` is its name in the stack. {END}");
    quote! {
        #[doc = #doc]
        #[derive(Clone, Debug)]
        #vis struct #ident {
            refs: <#outputs as ::farsight::__private::OutputTable>::Refs,
        }
        #[allow(clippy::pedantic, clippy::new_ret_no_self)]
        impl #ident {
            #[doc = #new_doc]
            #[track_caller]
            pub fn new(name: impl ::core::convert::Into<::std::string::String>) -> #builder<#(#missing),*> {
                #builder {
                    draft: ::farsight::Draft::new(
                        const { &<Self as ::farsight::model::Resource>::SCHEMA },
                        name.into(),
                    ),
                    state: ::core::marker::PhantomData,
                }
            }
            /// The provider's identity of the object.
            pub fn id(&self) -> ::farsight::Output<::std::string::String> {
                ::core::convert::AsRef::<::farsight::Handle>::as_ref(&self.refs).id()
            }
            /// The engine's identity of the resource.
            pub fn urn(&self) -> ::farsight::model::Urn {
                ::core::convert::AsRef::<::farsight::Handle>::as_ref(&self.refs).urn().clone()
            }
            #(#accessors)*
        }
        #[automatically_derived]
        impl ::farsight::Dependency for #ident {
            fn dependency(&self) -> ::farsight::model::Urn {
                self.urn()
            }
        }
        #[automatically_derived]
        impl ::core::ops::Deref for #ident {
            type Target = <#outputs as ::farsight::__private::OutputTable>::Refs;
            fn deref(&self) -> &Self::Target {
                &self.refs
            }
        }
    }
}

const END: &str = "Nothing is declared until `.add(cx)`.";
