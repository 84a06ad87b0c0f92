//! The struct as data: fields, marks, rules.

use crate::table::{Resource, Table};
use proc_macro2::TokenStream;
use quote::quote;

/// The table of the struct's fields.
pub fn expand_fields(table: &Table) -> TokenStream {
    let ident = &table.ident;
    let fields = table.fields.iter().map(|field| {
        let (wire, ty, doc, required) = (&field.wire, &field.ty, &field.doc, field.required());
        let setter = field.ident.to_string();
        let marks = field.marks.expand(&field.shape);
        quote! {
            ::farsight::model::Field {
                name: #wire,
                kind: <#ty as ::farsight::model::IntoValue>::KIND,
                required: #required,
                marks: #marks,
                doc: #doc,
                setter: #setter,
                rust: <#ty as ::farsight::model::IntoValue>::RUST,
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl ::farsight::__private::Table for #ident {
            const FIELDS: &'static [::farsight::model::Field] = &[#(#fields),*];
        }
    }
}

/// The schema of a resource type, on its handle.
pub fn expand_resource(table: &Table, resource: &Resource) -> TokenStream {
    let (args, doc) = (&table.ident, &table.doc);
    let Resource { ident, token, import_id, outputs, rules } = resource;
    let rules = rules.iter().map(|(variant, names)| {
        if variant == "Requires" {
            quote!(::farsight::model::Rule::Requires(#(#names),*))
        } else {
            quote!(::farsight::model::Rule::#variant(&[#(#names),*]))
        }
    });
    quote! {
        #[automatically_derived]
        impl ::farsight::model::Resource for #ident {
            const SCHEMA: ::farsight::model::Schema = ::farsight::model::Schema {
                token: #token,
                import_id: #import_id,
                doc: #doc,
                fields: <#args as ::farsight::__private::Table>::FIELDS,
                outputs: <#outputs as ::farsight::__private::OutputTable>::FIELDS,
                rules: &[#(#rules),*],
                rust: ::farsight::model::RustType {
                    module: ::core::module_path!(),
                    name: ::core::stringify!(#ident),
                    variants: &[],
                },
            };
            type Args = #args;
            type Outputs = #outputs;
        }
    }
}
