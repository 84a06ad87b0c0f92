//! `#[derive(Outputs)]`.

use crate::marks::Marks;
use crate::names;
use crate::shape::Shape;
use crate::table::{fields_of, wire_name};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{DeriveInput, Error, Result};

/// The conversions, the table, and the accessors that a handle derefs to.
pub fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let (ident, vis) = (&input.ident, &input.vis);
    let refs = format_ident!("{ident}Refs");
    let (mut writes, mut reads, mut table, mut accessors) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for field in fields_of(input)? {
        let name = field.ident.as_ref().ok_or_else(|| Error::new_spanned(field, "a table has named fields"))?;
        let shape = Shape::of(&field.ty);
        let marks = Marks::of_output(&field.attrs)?;
        let (wire, doc, inner) = (wire_name(name, &marks), names::doc(&field.attrs), &shape.inner);
        let (stable, secret) = (marks.stable, marks.secret);
        let value = quote!(::farsight::model::IntoValue::into_value(self.#name));
        let value = if secret { quote!(::farsight::__private::secret(#value)) } else { value };
        writes.push(quote!(map.set(#wire, #value);));
        reads.push(quote!(#name: ::farsight::__private::field(value, #wire, ::core::option::Option::None)?));
        table.push(quote!(::farsight::model::OutputField {
            name: #wire, stable: #stable, secret: #secret, doc: #doc,
        }));
        let get = if secret { quote!(secret) } else { quote!(output) };
        accessors.push(quote! {
            #[doc = #doc]
            pub fn #name(&self) -> ::farsight::Output<#inner> {
                self.handle.#get(#wire)
            }
        });
    }
    let doc = format!("The outputs of a declared resource that answers [`{ident}`].");
    Ok(quote! {
        #[automatically_derived]
        impl ::farsight::model::IntoValue for #ident {
            const KIND: ::farsight::model::Kind = ::farsight::model::Kind::Map(&::farsight::model::Kind::Any);
            fn into_value(self) -> ::farsight::model::Value {
                #[allow(unused_mut)]
                let mut map = ::farsight::model::Value::map::<&str>([]);
                #(#writes)*
                map
            }
        }
        #[automatically_derived]
        impl ::farsight::model::FromValue for #ident {
            fn from_value(
                value: &::farsight::model::Value,
            ) -> ::core::result::Result<Self, ::farsight::model::Mismatch> {
                ::farsight::__private::block(value)?;
                ::core::result::Result::Ok(Self { #(#reads),* })
            }
        }
        #[doc = #doc]
        #[derive(Clone, Debug)]
        #vis struct #refs {
            handle: ::farsight::Handle,
        }
        #[allow(clippy::pedantic)]
        impl #refs {
            #(#accessors)*
        }
        #[automatically_derived]
        impl ::core::convert::From<::farsight::Handle> for #refs {
            fn from(handle: ::farsight::Handle) -> Self {
                Self { handle }
            }
        }
        #[automatically_derived]
        impl ::core::convert::AsRef<::farsight::Handle> for #refs {
            fn as_ref(&self) -> &::farsight::Handle {
                &self.handle
            }
        }
        #[automatically_derived]
        impl ::farsight::__private::OutputTable for #ident {
            const FIELDS: &'static [::farsight::model::OutputField] = &[#(#table),*];
            type Refs = #refs;
        }
    })
}
