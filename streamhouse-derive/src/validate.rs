//! Rules for values, as straight code: a comparison for each.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use streamhouse_schema::compile::{Compiled, Field, Rules};
use streamhouse_schema::schema::{Rule, Validation};
use streamhouse_schema::types::Type;
use streamhouse_schema::value::{Integer, ordinal};
use syn::Ident;
use syn::spanned::Spanned;

use crate::column::marker;

/// The method `validate`, where the event has a rule.
pub(crate) fn method(compiled: &Compiled, private: &TokenStream) -> Option<TokenStream> {
    let declaration = &compiled.declaration;
    let mut body = fields(&declaration.fields, marker, private);
    if let Some(function) = &declaration.validate {
        let path = &function.value;
        let rule = format!("validate = {}", streamhouse_schema::compile::path_text(path));
        body.push(quote_spanned! { path.span() =>
            if let ::core::result::Result::Err(error) = #path(self) {
                return ::core::result::Result::Err(#private::ValidationError::custom(
                    "",
                    #rule,
                    ::core::option::Option::Some(#private::ToString::to_string(&error)),
                ));
            }
        });
    }
    (!body.is_empty()).then(|| {
        quote! {
            fn validate(&self) -> ::core::result::Result<(), #private::ValidationError> {
                #(#body)*
                ::core::result::Result::Ok(())
            }
        }
    })
}

/// The statements for the fields of an event, or of a part of one; `marker` says which column a field is written to.
pub(crate) fn fields(
    fields: &[Field],
    marker: impl Fn(&Type, &TokenStream) -> TokenStream,
    private: &TokenStream,
) -> Vec<TokenStream> {
    let mut body = Vec::new();
    for field in fields {
        let ident = &field.ident;
        let (value, name) =
            (quote_spanned! { field.rust.span() => &self.#ident }, streamhouse_schema::compile::plain(ident));
        body.extend(field_rules(field, &name, &value, private));
        if may_have_rules(field) {
            let (rust, marker) = (&field.rust, marker(&field.ty, private));
            let hidden = field.pii.map(|_| quote! { .hidden() });
            body.push(quote_spanned! { field.rust.span() =>
                if let ::core::result::Result::Err(error) =
                    <#rust as #private::Encode<#marker>>::check_rules(#value)
                {
                    return ::core::result::Result::Err(error.within(#name)#hidden);
                }
            });
        }
    }
    body
}

/// The statements for the rules that are declared on a field.
pub(crate) fn field_rules(
    field: &Field,
    name: &str,
    value: &TokenStream,
    private: &TokenStream,
) -> Vec<TokenStream> {
    let Some(rules) = &field.rules else { return Vec::new() };
    let place = Place { field, name, depth: 0, private };
    place.statements(rules, &rules.strip(), value, field.ty.inner(), field.ty.is_nullable())
}

/// Whether a field's type may have rules of its own: only rustc knows what a name stands for.
pub(crate) fn may_have_rules(field: &Field) -> bool {
    let named = |ty: &Type| match ty {
        Type::Tuple(elements) => elements.iter().any(|element| element.name.is_some()),
        Type::Nested(_) => true,
        _ => false,
    };
    field.own || field.ty.any(&named)
}

/// Where values stand that rules look at: in a field, or in each element of it.
struct Place<'a> {
    field: &'a Field,
    name: &'a str,
    /// In how many lists, one in the other.
    depth: usize,
    private: &'a TokenStream,
}

impl Place<'_> {
    /// A statement for each rule; `value` is a reference to what they look at.
    fn statements(
        &self,
        rules: &Rules,
        validation: &Validation,
        value: &TokenStream,
        ty: &Type,
        nullable: bool,
    ) -> Vec<TokenStream> {
        let mut all: Vec<TokenStream> =
            validation.rules(ty).map(|rule| self.statement(rule, rules, value, ty, nullable)).collect();
        if let (Some(rules), Some(validation)) = (&rules.each, &validation.each)
            && let Type::Array(element) | Type::Map(_, element) = ty
        {
            let (private, marker) = (self.private, marker(ty, self.private));
            let span = self.span();
            let inner = Place { field: self.field, name: self.name, depth: self.depth + 1, private };
            let at = counter(self.depth);
            let element_value = quote! { element };
            let statements = inner.statements(
                &rules.value,
                validation,
                &element_value,
                element.inner(),
                element.is_nullable(),
            );
            all.push(quote_spanned! { span =>
                for (#at, element) in ::core::iter::Iterator::enumerate(
                    #private::validate::Elements::<#marker>::elements(#value)
                ) {
                    #(#statements)*
                }
            });
        }
        all
    }

    fn span(&self) -> Span {
        self.field.rust.span()
    }

    fn statement(
        &self,
        rule: Rule<'_>,
        rules: &Rules,
        value: &TokenStream,
        ty: &Type,
        nullable: bool,
    ) -> TokenStream {
        let (private, span) = (self.private, self.span());
        let checks = quote! { #private::validate };
        let marker = marker(ty, private);
        let ordered = |comparison: TokenStream, bound: TokenStream| {
            quote_spanned! { span =>
                #checks::Ordered::<#marker>::is(#value, ::core::cmp::Ordering::#comparison, #bound)
            }
        };
        let shown_ordered = quote_spanned! { span => #checks::Ordered::<#marker>::shown(#value) };
        let shown_text = quote! { #checks::shown(text) };
        let text = |condition: TokenStream| {
            let error = self.broken(&rule, &shown_text);
            quote_spanned! { span =>
                if let ::core::option::Option::Some(text) = #checks::Textual::<#marker>::text(#value) {
                    if !(#condition) {
                        #error
                    }
                }
            }
        };
        let condition = match rule {
            Rule::Min { bound, .. } => ordered(quote! { is_ge }, limit(bound, ty)),
            Rule::Max { bound, .. } => ordered(quote! { is_le }, limit(bound, ty)),
            Rule::OneOf { values, .. } if !matches!(ty, Type::String) => {
                let equal = values.iter().map(|value| ordered(quote! { is_eq }, limit(value, ty)));
                quote! { #(#equal)||* }
            }
            Rule::OneOf { values, .. } => return text(quote! { ::core::matches!(text, #(#values)|*) }),
            Rule::Email => return text(quote! { #checks::is_email(text) }),
            Rule::Url => return text(quote! { #checks::is_url(text) }),
            Rule::Regex(pattern) => {
                return text(quote! {
                    {
                        static PATTERN: #checks::Pattern =
                            #checks::Pattern::new(|| #checks::pattern(#pattern));
                        #checks::matches(&PATTERN, text)
                    }
                });
            }
            Rule::Length(length) => {
                let count = Literal::u64_unsuffixed;
                let holds = match (length.min.map(count), length.max.map(count)) {
                    (Some(min), Some(_)) if length.min == length.max => quote! { length == #min },
                    (Some(min), Some(max)) => quote! { (#min..=#max).contains(&length) },
                    (Some(min), None) => quote! { length >= #min },
                    (None, Some(max)) => quote! { length <= #max },
                    (None, None) => quote! { true },
                };
                let shown = quote_spanned! { span => #checks::Measured::<#marker>::shown(#value) };
                let error = self.broken(&rule, &shown);
                return quote_spanned! { span =>
                    if let ::core::option::Option::Some(length) = #checks::Measured::<#marker>::measure(#value) {
                        if !(#holds) {
                            #error
                        }
                    }
                };
            }
            Rule::Custom(_) => return self.custom(&rule, rules, value, nullable),
        };
        let error = self.broken(&rule, &shown_ordered);
        quote_spanned! { span => if !(#condition) { #error } }
    }

    /// Returns the error; what may not be shown is not even written.
    fn broken(&self, rule: &Rule<'_>, shown: &TokenStream) -> TokenStream {
        let (private, name, rule) = (self.private, self.name, rule.to_string());
        let value = if self.field.pii.is_some() {
            quote! { ::core::option::Option::None }
        } else {
            quote! { ::core::option::Option::Some(#shown) }
        };
        let at = (0..self.depth).map(counter);
        quote! {
            return ::core::result::Result::Err(#private::ValidationError::new(#name, #rule, #value)#(.at(#at))*);
        }
    }

    /// Calls a function of the application; where there may be no value, only with one.
    fn custom(&self, rule: &Rule<'_>, rules: &Rules, value: &TokenStream, nullable: bool) -> TokenStream {
        let (private, name, rule) = (self.private, self.name, rule.to_string());
        let Some(path) = rules.custom.as_ref().map(|at| &at.value) else { return TokenStream::new() };
        let message = if self.field.pii.is_some() {
            quote! { { let _ = error; ::core::option::Option::None } }
        } else {
            quote! { ::core::option::Option::Some(#private::ToString::to_string(&error)) }
        };
        let call = |value: &TokenStream| {
            let at = (0..self.depth).map(counter);
            quote_spanned! { path.span() =>
                if let ::core::result::Result::Err(error) = #path(#value) {
                    return ::core::result::Result::Err(
                        #private::ValidationError::custom(#name, #rule, #message)#(.at(#at))*
                    );
                }
            }
        };
        if nullable && (self.field.native || self.depth > 0) {
            let call = call(&quote! { value });
            quote_spanned! { self.span() =>
                if let ::core::option::Option::Some(value) = #value { #call }
            }
        } else {
            call(value)
        }
    }
}

/// The place of an element in a list.
fn counter(depth: usize) -> Ident {
    format_ident!("at{depth}")
}

/// A limit in the form that its column compares with.
fn limit(text: &str, ty: &Type) -> TokenStream {
    // The rules of declarations have read it already; what could not be read compares as 0.
    let number = ordinal(text, ty).unwrap_or(Integer::from(0_i64));
    let small = number.to_i128().unwrap_or_default();
    let seconds_of = |nanoseconds: i128| nanoseconds.div_euclid(1_000_000_000) as i64;
    match ty {
        Type::Float64 => {
            let value = Literal::f64_suffixed(text.parse().unwrap_or_default());
            quote! { #value }
        }
        Type::Float32 | Type::BFloat16 => {
            let value = Literal::f32_suffixed(text.parse().unwrap_or_default());
            quote! { #value }
        }
        Type::UInt128 => {
            let value = Literal::u128_suffixed(number.to_u128().unwrap_or_default());
            quote! { #value }
        }
        Type::UInt256 | Type::Int256 => {
            let bytes = number.to_le_bytes(32, matches!(ty, Type::Int256)).unwrap_or_default();
            quote! { [#(#bytes),*] }
        }
        Type::DateTime(_) | Type::DateTime64 { .. } => {
            let (seconds, nanoseconds) = (seconds_of(small), small.rem_euclid(1_000_000_000) as u32);
            quote! { (#seconds, #nanoseconds) }
        }
        Type::Date | Type::Date32 | Type::Time | Type::Time64(_) => {
            let value = small as i64;
            quote! { #value }
        }
        Type::Decimal { scale, .. } => {
            let scale = u32::from(*scale);
            quote! { (#small, #scale) }
        }
        _ => quote! { #small },
    }
}
