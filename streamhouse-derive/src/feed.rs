//! What a view writes, compared by rustc with the struct that declares the table that it is written into.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use streamhouse_schema::compile::{Fed, Feed, Yield, cores};
use streamhouse_schema::sql;

/// An assertion for a view that names the struct.
pub(crate) fn assertion(feed: &Feed, private: &TokenStream) -> Option<TokenStream> {
    let path = feed.declared.as_ref()?;
    let struct_name = path.segments.last()?.ident.to_string();
    let columns = feed.yields.columns.iter().filter_map(|one| column(feed, one, &struct_name, private));
    let fed = fed(feed, private);
    let table = &feed.table;
    let elsewhere = format!(
        "the view `{}` writes into `{table}`, and that is not the table of `{struct_name}` [SH0744]\n\nhelp: write the name \
         of its table, or the struct whose table it is",
        feed.view
    );
    Some(quote_spanned! { feed.target =>
        const _: () = {
            const WRONG: ::core::option::Option<&str> = match <#path as #private::StreamSchema>::CREATE {
                _ if !#private::feed::same(<#path as #private::StreamSchema>::TABLE, #table) => {
                    ::core::option::Option::Some(#elsewhere)
                }
                [create, ..] => match #private::feed::wrong(create, &[#(#columns),*]) {
                    ::core::option::Option::None => #fed,
                    wrong => wrong,
                },
                // A declaration with errors: those are told.
                [] => ::core::option::Option::None,
            };
            const TEXT: &str = match WRONG {
                ::core::option::Option::Some(text) => text,
                ::core::option::Option::None => "",
            };
            ::core::assert!(WRONG.is_none(), "{}", TEXT);
        };
    })
}

/// Whether view and target say the same of what the target was fed.
fn fed(feed: &Feed, private: &TokenStream) -> TokenStream {
    let by = match &feed.fed {
        Fed::ByHand => return quote!(::core::option::Option::None),
        Fed::Not => quote!(::core::option::Option::None),
        Fed::Partitions(by) => quote!(::core::option::Option::Some(#by)),
    };
    let [missing, unsaid, other] =
        feed.unfed_messages().map(|(message, help)| format!("{message} [SH0749]\n\nhelp: {help}"));
    // `create` is the one of the assertion, which has this place.
    quote_spanned!(feed.target => #private::feed::unfed(create, #by, [#missing, #unsaid, #other]))
}

fn column(feed: &Feed, one: &Yield, struct_name: &str, private: &TokenStream) -> Option<TokenStream> {
    let own = one.name.as_deref()?;
    let name = sql::name(own);
    let (cores, nullable) = one.ty.as_ref().map(cores).unwrap_or_default();
    // What a literal fits is not known by its type alone.
    let cores = if one.literal.is_some() { Vec::new() } else { cores };
    let ty = one.ty.as_ref().map(|ty| format!(" ({ty})")).unwrap_or_default();
    let missing = format!(
        "the view `{}` writes `{own}`, and the table of `{struct_name}` has no such column, or computes it itself \
         [SH0744]\n\nhelp: name one of its columns: `… AS name`",
        feed.view
    );
    let misfit = format!(
        "the view `{}` writes `{own}`{ty}, and the column of `{struct_name}` does not hold all of its values [SH0746]\n\n\
         help: give the column the type of the value, or convert the value: `toUInt32(…)`, `toDate(…)`, `ifNull(…, …)`",
        feed.view
    );
    Some(quote! {
        #private::feed::Column {
            name: #name,
            cores: &[#(#cores),*],
            nullable: #nullable,
            missing: #missing,
            misfit: #misfit,
        }
    })
}
