//! Takes the building of a request out of each generated method, and leaves its way to the raw
//! crate.
//!
//! The generated body goes from the arguments to the typed answer in one future, which a call then
//! carries about whole, and by way of a `reqwest::Response`, for which status, headers and body are
//! copied and an address is made up. Here it becomes a plain function that builds the request;
//! `answered.rs` of the raw crate does the rest, once for all operations. Two more things that each
//! request paid for go: the header `api-version`, which AURA does not document, and parsing the
//! base address.

use std::collections::BTreeSet;

use quote::{ToTokens, format_ident, quote};
use syn::visit_mut::VisitMut;
use syn::{Expr, ImplItem, ImplItemFn, Item, Stmt, parse_quote};

/// The suffix of a method that does the work of a public one.
const INNER: &str = "_unredacted";

/// Does so in a polished client.
///
/// # Errors
///
/// If a method is not made as expected: the generator has changed.
pub(crate) fn apart(file: &mut syn::File) -> syn::Result<()> {
    file.items.retain(|item| {
        // The raw crate has its own hook, and no need of the generator's.
        !matches!(item, Item::Const(_) if text(item).contains("assert_client_hooks"))
    });
    for item in &mut file.items {
        match item {
            Item::Struct(item) if item.ident == "Client" => {
                for field in &mut item.fields {
                    if field.ident.as_ref().is_some_and(|name| name == "baseurl") {
                        field.ty = parse_quote!(crate::base_url::BaseUrl);
                    }
                }
            }
            Item::Impl(item) if item.trait_.is_none() => {
                let mut inner = BTreeSet::new();
                for method in item.items.iter_mut().filter_map(function) {
                    BaseOnce.visit_block_mut(&mut method.block);
                    let name = method.sig.ident.to_string();
                    if let Some(name) = name.strip_suffix(INNER) {
                        inner.insert(name.to_owned());
                        method.sig.ident = format_ident!("{name}_request");
                        request(method)?;
                    }
                }
                for method in item.items.iter_mut().filter_map(function) {
                    if inner.contains(&method.sig.ident.to_string()) {
                        way(method);
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn function(item: &mut ImplItem) -> Option<&mut ImplItemFn> {
    match item {
        ImplItem::Fn(method) => Some(method),
        _ => None,
    }
}

fn text(tokens: &impl ToTokens) -> String {
    tokens.to_token_stream().to_string()
}

/// Keeps of a method what builds the request.
fn request(method: &mut ImplItemFn) -> syn::Result<()> {
    let changed = |what: &str| {
        let name = &method.sig.ident;
        syn::Error::new_spanned(name, format!("{name}: {what}; has the generator changed?"))
    };
    let whole = &method.block.stmts;
    let end = whole
        .iter()
        .position(|statement| text(statement).starts_with("let info = OperationInfo"))
        .ok_or_else(|| changed("no end of the request"))?;
    let mut kept: Vec<Stmt> = whole[..end]
        .iter()
        .filter(|statement| !text(statement).contains("\"api-version\""))
        .cloned()
        .collect();
    if kept.len() + 1 != end {
        return Err(changed("no header `api-version`"));
    }
    // The version was the only header, unless the contract has some.
    let headers = kept.iter().filter(|kept| text(kept).contains("header_map"));
    if headers.count() == 2 {
        kept.retain(|kept| !text(kept).starts_with("let mut header_map"));
        for statement in &mut kept {
            WithoutHeaders.visit_stmt_mut(statement);
        }
    }
    let address = kept
        .iter_mut()
        .find_map(address)
        .ok_or_else(|| changed("no address"))?;
    Appended.visit_expr_mut(address);
    let last = kept.last_mut().ok_or_else(|| changed("no request"))?;
    let Stmt::Local(local) = last else {
        return Err(changed("no request at the end"));
    };
    local.attrs.clear();
    local.pat = parse_quote!(request);
    kept.push(Stmt::Expr(parse_quote!(Ok(request)), None));
    method.sig.asyncness = None;
    let error = syn::parse_str::<syn::ReturnType>(&text(&method.sig.output).replacen(
        "ResponseValue",
        "Built",
        1,
    ))?;
    method.sig.output = error;
    Built.visit_return_type_mut(&mut method.sig.output);
    method.block.stmts = kept;
    Ok(())
}

/// `Built<T>` becomes a request.
struct Built;

impl VisitMut for Built {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        match path.segments.first() {
            Some(first) if first.ident == "Built" => *path = parse_quote!(::reqwest::Request),
            _ => syn::visit_mut::visit_path_mut(self, path),
        }
    }
}

/// Lets a public method send what the other one builds.
fn way(method: &mut ImplItemFn) {
    let build = format_ident!("{}_request", method.sig.ident);
    let operation = method.sig.ident.to_string();
    let arguments = method.sig.inputs.iter().filter_map(|input| match input {
        syn::FnArg::Typed(typed) => Some(&typed.pat),
        syn::FnArg::Receiver(_) => None,
    });
    method.block = parse_quote!({
        // Nothing of the request is left here while the answer is waited for.
        let answered = self.send(self.#build(#(#arguments),*)?, #operation);
        crate::answered::json(self, answered.await)
    });
}

fn address(statement: &mut Stmt) -> Option<&mut Expr> {
    match statement {
        Stmt::Local(local) if text(&local.pat) == "url" => {
            local.init.as_mut().map(|init| &mut *init.expr)
        }
        _ => None,
    }
}

/// `format!("{}/path", self.baseurl)` appends to the base address instead.
struct Appended;

impl VisitMut for Appended {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        let Expr::Macro(invocation) = &expression else {
            return;
        };
        let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
        let Ok(arguments) = invocation.mac.parse_body_with(parser) else {
            return;
        };
        let mut arguments = arguments.into_iter();
        let (Some(Expr::Lit(template)), Some(base)) = (arguments.next(), arguments.next()) else {
            return;
        };
        let syn::Lit::Str(template) = &template.lit else {
            return;
        };
        let template = template.value();
        let path = template.trim_start_matches("{}");
        let rest: Vec<Expr> = arguments.collect();
        let path = quote!(#path #(, #rest)*);
        *expression = parse_quote!(#base.at(&self.client, format_args!(#path))?);
    }
}

/// The base address is parsed when the client is made.
struct BaseOnce;

impl VisitMut for BaseOnce {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        if text(expression) == "baseurl . to_string ()" {
            *expression = parse_quote!(baseurl.into());
            return;
        }
        syn::visit_mut::visit_expr_mut(self, expression);
    }
}

/// Drops `.headers(header_map)` from a chain of calls.
struct WithoutHeaders;

impl VisitMut for WithoutHeaders {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        if let Expr::MethodCall(call) = expression
            && call.method == "headers"
        {
            *expression = (*call.receiver).clone();
        }
        syn::visit_mut::visit_expr_mut(self, expression);
    }
}
