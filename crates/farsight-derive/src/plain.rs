//! The plain struct to and from a value.

use crate::table::Table;
use proc_macro2::TokenStream;
use quote::quote;

/// `IntoValue` and `FromValue` of the struct; absent parts are left out, secret parts are marked.
pub fn expand(table: &Table) -> TokenStream {
    let ident = &table.ident;
    let writes = table.fields.iter().map(|field| {
        let (name, wire) = (&field.ident, &field.wire);
        let value = quote!(::farsight::model::IntoValue::into_value(self.#name));
        let value = if field.marks.secret || field.marks.write_only {
            quote!(::farsight::__private::secret(#value))
        } else {
            value
        };
        quote!(map.set(#wire, #value);)
    });
    let reads = table.fields.iter().map(|field| {
        let (name, wire) = (&field.ident, &field.wire);
        let default = field.marks.default_literal(&field.shape);
        quote!(#name: ::farsight::__private::field(value, #wire, #default)?)
    });
    quote! {
        #[automatically_derived]
        impl ::farsight::model::IntoValue for #ident {
            const KIND: ::farsight::model::Kind =
                ::farsight::model::Kind::Struct(<Self as ::farsight::__private::Table>::FIELDS);
            const RUST: ::core::option::Option<::farsight::model::RustType> =
                ::core::option::Option::Some(::farsight::model::RustType {
                    module: ::core::module_path!(),
                    name: ::core::stringify!(#ident),
                    variants: &[],
                });
            fn into_value(self) -> ::farsight::model::Value {
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
    }
}
