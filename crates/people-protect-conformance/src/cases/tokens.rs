//! Tokens and who may do what with them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::{Value, json};

use crate::call::Who;
use crate::case::{Case, Need, Outcome, Stop, against, expect};
use crate::grade::Grade;
use crate::session::Session;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("R01", "Credentials buy a token")
            .steps("exchange the credentials")
            .expects("a 2xx whose `accessToken` has three parts divided by dots")
            .run(credentials_buy_a_token),
        Case::new("R02", "Every other call needs the token")
            .steps("list the response types with and without `Authorization`")
            .expects("a 2xx, then 401")
            .run(every_other_call_needs_it),
        Case::new("R03", "The lifetime cannot be asked for")
            .steps("exchange the credentials without and with `expiresIn: 1`")
            .expects("the same `expiresIn` both times")
            .run(the_lifetime_cannot_be_asked_for),
        Case::new("R05", "No callout token for nobody")
            .steps("ask for a callout token for a customer that never was")
            .expects("404")
            .run(no_callout_token_for_nobody),
        Case::new("R06", "A callout token is for callouts only")
            .steps("list a customer's subscriptions with its callout token")
            .expects("401")
            .run(a_callout_token_is_for_callouts),
        Case::new("R07", "A server token is of no customer")
            .steps("open a subscription-management session with a server token")
            .expects("400, `No valid customerId found`")
            .run(a_server_token_is_of_no_customer),
        Case::new("R08", "A customer's token says whose it is")
            .steps("read the claims of a customer's access token")
            .expects("`customerId` and `sub`")
            .needs(&[Need::Control])
            .run(a_customers_token_says_whose),
        Case::new("R09", "What is wrong buys nothing")
            .steps("exchange a wrong secret; call with a token that is none")
            .expects("401 both times")
            .run(what_is_wrong_buys_nothing),
        Case::new("R57", "A callout token serves one customer")
            .steps("read and cancel one customer's callout with another's callout token")
            .expects("a refusal (401 is an assumption), and the callout untouched")
            .run(a_callout_token_serves_one),
        Case::new("R58", "Both credentials are needed")
            .steps("exchange without `clientId`, then without `clientSecret`")
            .expects("400 both times")
            .run(both_are_needed),
    ]
}

async fn credentials_buy_a_token(s: Session) -> Outcome {
    let call = s
        .call("create_oauth_token")
        .by(Who::Nobody)
        .json(s.credentials());
    let answer = call.send().await?.expect_ok()?;
    let parts = answer.text_at("/accessToken").split('.').count();
    expect(parts == 3, || {
        format!("`accessToken` has {parts} parts instead of 3")
    })
}

async fn every_other_call_needs_it(s: Session) -> Outcome {
    s.call("list_response_types").send().await?.or_not_run()?;
    let without = s.call("list_response_types").by(Who::Nobody).send().await?;
    without.expect_status(401)?;
    Ok(())
}

async fn the_lifetime_cannot_be_asked_for(s: Session) -> Outcome {
    let mut body = s.credentials();
    let ask = async |body: Value| {
        let call = s.call("create_oauth_token").by(Who::Nobody).json(body);
        call.send().await?.or_not_run()
    };
    let usual = ask(body.clone()).await?;
    body["expiresIn"] = 1.into();
    let asked = ask(body).await?;
    let one = |answer: &crate::answer::Answer| answer.at("/expiresIn").clone();
    expect(one(&usual) == one(&asked), || {
        "`expiresIn` changed when it was asked for".to_owned()
    })
}

async fn no_callout_token_for_nobody(s: Session) -> Outcome {
    // An id a customer can have only after as many others.
    let call = s
        .call("create_callout_token")
        .json(json!({ "customerId": 2_147_483_000 }));
    call.send().await?.expect_status(404)?;
    Ok(())
}

async fn a_callout_token_is_for_callouts(s: Session) -> Outcome {
    let customer = s.uncovered().await?;
    let token = s.callout_token(customer).await?;
    let call = s
        .call("list_customer_subscriptions")
        .with("customerId", customer);
    call.by(token).send().await?.expect_status(401)?;
    Ok(())
}

async fn a_server_token_is_of_no_customer(s: Session) -> Outcome {
    let call = s.call("create_subscription_management_session");
    let call = call.json(json!({ "returnUrl": "https://example.com/done" }));
    let answer = call.send().await?.expect_status(400)?;
    let said = answer
        .text_at("/message")
        .contains("No valid customerId found");
    expect(said, || {
        "400, with another `message` than `No valid customerId found`".to_owned()
    })
}

async fn a_customers_token_says_whose(s: Session) -> Outcome {
    let customer = s.uncovered().await?;
    let path = format!("/customers/{customer}/token");
    let minted = s.control(Method::POST, &path, Some(json!({}))).await?;
    let token = minted["accessToken"].as_str().unwrap_or_default();
    let claims = claims(token)
        .ok_or_else(|| Stop::Against("the token has no claims that are JSON".to_owned()))?;
    for claim in ["customerId", "sub"] {
        if claims.get(claim).is_none_or(Value::is_null) {
            return against(format!("the token has no claim `{claim}`"));
        }
    }
    expect(claims["customerId"] == customer, || {
        "`customerId` is another's".to_owned()
    })
}

/// What a JWT says. Its signature is for the server.
pub(crate) fn claims(token: &str) -> Option<Value> {
    let middle = token.split('.').nth(1)?;
    let bytes = URL_SAFE_NO_PAD.decode(middle.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&bytes).ok()
}

async fn what_is_wrong_buys_nothing(s: Session) -> Outcome {
    let mut body = s.credentials();
    body["clientSecret"] = "not-the-secret".into();
    let call = s.call("create_oauth_token").by(Who::Nobody).json(body);
    call.send().await?.expect_status(401)?;
    let garbage = Who::Token("a.b.c".to_owned());
    let call = s.call("list_response_types").by(garbage);
    call.send().await?.expect_status(401)?;
    Ok(())
}

async fn a_callout_token_serves_one(s: Session) -> Outcome {
    let (_, callout) = s.raised().await?;
    let (other, _) = s.covered().await?;
    let token = s.callout_token(other).await?;
    let read = s
        .call("get_callout")
        .with("calloutId", callout)
        .by(token.clone());
    let read = read.send().await?.expect_refused()?;
    s.assume_status(&read, Grade::I, 401);
    let cancel = s
        .call("cancel_callout")
        .with("calloutId", callout)
        .json(json!({}));
    cancel.by(token).send().await?.expect_refused()?;
    Ok(())
}

async fn both_are_needed(s: Session) -> Outcome {
    for field in ["clientId", "clientSecret"] {
        let mut body = s.credentials();
        if let Some(fields) = body.as_object_mut() {
            fields.remove(field);
        }
        let call = s.call("create_oauth_token").by(Who::Nobody).json(body);
        call.send().await?.expect_status(400)?;
    }
    Ok(())
}
