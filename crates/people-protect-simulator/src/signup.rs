//! Hosted sign-ups: sessions that end in a customer, or do not.

use jiff::Timestamp;
use people_protect_api::{PersonalText, SecretText, types};
use serde::{Deserialize, Serialize};

use crate::body::malformed;
use crate::error::{Error, ErrorKind};
use crate::problem::Problem;
use crate::seed::Seed;
use crate::source::Source;
use crate::state::{Next, State};
use crate::subscription::Plan;
use crate::switch::people::SIGNUP_WITHOUT_IDENTITY_STATUS;

/// A hosted sign-up as the simulator keeps it. `Debug` shows no id of a session and no address.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct SignupSession {
    /// The session's id.
    pub id: SecretText,
    /// The customer source it belongs to.
    pub source: i64,
    /// Where the browser is sent in the end.
    pub return_url: SecretText,
    /// The person's e-mail address, if it was given.
    pub email: Option<PersonalText>,
    /// The integrator's reference, if it was given.
    pub customer_reference_id: Option<PersonalText>,
    /// The site to prefill, if one was given.
    pub site_details: Option<types::SiteDetailsInput>,
    /// How it ended last; none as long as the person is in the flow.
    pub outcome: Option<SignupOutcome>,
    /// The customer, once there is one.
    pub customer_id: Option<i64>,
    /// The site, once there is one.
    pub site_id: Option<i64>,
    /// When it was opened.
    pub created_at: Timestamp,
}

/// How a person leaves the hosted sign-up (R53).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[non_exhaustive]
pub enum SignupOutcome {
    /// To the end: there is a customer, covered by a subscription.
    Completed,
    /// A step failed, such as the payment; no customer was created.
    Failed {
        /// What the redirect says as `error_code`.
        error_code: String,
    },
    /// The person gave up; the redirect says `cancelled`.
    Abandoned,
}

/// What a person enters on the hosted page.
pub(crate) struct Entered {
    pub(crate) person: types::CustomerInput,
    /// One of the source's subscription types.
    pub(crate) type_id: i64,
}

impl SignupSession {
    /// Where the browser was sent last; nowhere as long as the person is in the flow.
    pub(crate) fn last_redirect(&self, with_status: bool) -> Option<SecretText> {
        let outcome = self.outcome.as_ref()?;
        Some(self.redirect(outcome, with_status))
    }

    /// R53: `status` and `signupSessionId` always, `error_code` on failure, `customerId` and
    /// `siteId` once they exist (documented earlier, and in sample code). They are put behind
    /// what the return URL has, before its fragment.
    fn redirect(&self, outcome: &SignupOutcome, with_status: bool) -> SecretText {
        let mut query = form_urlencoded::Serializer::new(String::new());
        match outcome {
            _ if !with_status => &mut query,
            SignupOutcome::Completed => query.append_pair("status", "completed"),
            SignupOutcome::Failed { error_code } => query
                .append_pair("status", "failed")
                .append_pair("error_code", error_code),
            SignupOutcome::Abandoned => query.append_pair("status", "cancelled"),
        };
        query.append_pair("signupSessionId", self.id.reveal());
        for (name, id) in [("customerId", self.customer_id), ("siteId", self.site_id)] {
            if let Some(id) = id {
                query.append_pair(name, &id.to_string());
            }
        }
        let url = self.return_url.reveal();
        let (url, fragment) = match url.split_once('#') {
            Some((url, fragment)) => (url, format!("#{fragment}")),
            None => (url, String::new()),
        };
        let mark = if url.contains('?') { '&' } else { '?' };
        format!("{url}{mark}{}{fragment}", query.finish()).into()
    }
}

impl State {
    /// Opens a sign-up. R52: a return URL, and an email or a reference; that anything less is 400
    /// is an assumption.
    pub(crate) fn open_signup(
        &mut self,
        seed: Seed,
        source: i64,
        request: types::CreateSignupSessionRequest,
        now: Timestamp,
    ) -> Result<&SignupSession, Problem> {
        check_return_url(&request.return_url)?;
        let given =
            |text: Option<PersonalText>| text.filter(|text| !text.reveal().trim().is_empty());
        let sent = request.email.clone();
        let (email, reference) = (given(request.email), given(request.customer_reference_id));
        if email.is_none() && reference.is_none() && self.settings.keeps("R52") {
            return Err(
                Problem::bad_request("`email` or `customerReferenceId` is required")
                    .decided_by(&SIGNUP_WITHOUT_IDENTITY_STATUS),
            );
        }
        check_email(sent.as_ref(), "email")?;
        let number = Next::take(&mut self.next.signup);
        let id = SecretText::from(format!("css_{}", seed.text("signup session", number)));
        let session = SignupSession {
            id: id.clone(),
            source,
            return_url: request.return_url.into(),
            email,
            customer_reference_id: reference,
            site_details: request.site_details,
            outcome: None,
            customer_id: None,
            site_id: None,
            created_at: now,
        };
        self.by_signup.insert(id, number);
        Ok(self.signups.entry(number).or_insert(session))
    }

    /// A sign-up of this source; another's looks absent (R16).
    pub(crate) fn signup(&self, source: i64, id: &str) -> Result<&SignupSession, Problem> {
        self.any_signup(id)
            .filter(|session| session.source == source)
            .ok_or_else(|| Problem::not_found("there is no such signup session"))
    }

    /// A sign-up of any source.
    pub(crate) fn any_signup(&self, id: &str) -> Option<&SignupSession> {
        self.signups.get(self.by_signup.get(&id.into())?)
    }

    /// Does what the hosted flow would do, and gives the URL the browser would be sent to. A
    /// person who failed or gave up may try again; whether AURA lets one is not known.
    pub(crate) fn finish_signup(
        &mut self,
        sources: &[Source],
        id: &str,
        outcome: SignupOutcome,
        now: Timestamp,
    ) -> Result<SecretText, Error> {
        self.end_signup(sources, id, outcome, None, now)
    }

    /// The same with what a person entered; without it, it is the documentation's Jane Doe who
    /// takes the source's first type.
    pub(crate) fn end_signup(
        &mut self,
        sources: &[Source],
        id: &str,
        outcome: SignupOutcome,
        entered: Option<Entered>,
        now: Timestamp,
    ) -> Result<SecretText, Error> {
        let refused = |why: &str| Error::new(ErrorKind::SignupRefused, why);
        let session = self.any_signup(id).ok_or_else(|| {
            Error::new(ErrorKind::UnknownSignup, "there is no such signup session")
        })?;
        if session.outcome == Some(SignupOutcome::Completed) {
            return Err(refused("this sign-up is completed: open another session"));
        }
        let mut session = session.clone();
        if outcome == SignupOutcome::Completed {
            let source = sources.iter().find(|source| source.id == session.source);
            let source = source.ok_or_else(|| refused("its customer source is gone"))?;
            // Without anything entered it is the first type of the source: an assumption.
            let first = source.subscription_types.first().map(|kind| kind.id);
            let (person, type_id) = match entered {
                Some(entered) => (entered.person, Some(entered.type_id)),
                None => (self.person(&session), first),
            };
            let customer = self
                .register(source.id, person, now)
                .map_err(|problem| refused(&problem.message))?;
            // That the person pays for this long is an assumption.
            if let Some(type_id) = type_id {
                let plan = Plan {
                    type_id,
                    valid_from: None,
                    valid_to: None,
                    dependants: Vec::new(),
                };
                self.add_subscription(source.id, customer, plan, now);
            }
            session.customer_id = Some(customer);
            session.site_id = session
                .site_details
                .is_some()
                .then(|| Next::take(&mut self.next.site));
        }
        let redirect = session.redirect(&outcome, self.settings.keeps("R53"));
        session.outcome = Some(outcome);
        if let Some(kept) = self.by_signup.get(&session.id) {
            self.signups.insert(*kept, session);
        }
        Ok(redirect)
    }

    /// Who signs up where nobody enters anything: the documentation's Jane Doe, with the first
    /// number that is free.
    fn person(&self, session: &SignupSession) -> types::CustomerInput {
        let taken = |mobile: &String| {
            self.by_mobile
                .contains_key(&(session.source, mobile.as_str().into()))
        };
        let mobile = (0..)
            .map(|number: u32| format!("+2782{number:07}"))
            .find(|mobile| !taken(mobile))
            .unwrap_or_default();
        let mut person = types::CustomerInput::new("Jane", "Doe", mobile);
        person.email = session.email.clone();
        person.external_reference_id = session.customer_reference_id.clone();
        person
    }
}

/// The contract says that it is an address: something, one `@`, something, and no white space.
pub(crate) fn check_email(email: Option<&PersonalText>, field: &str) -> Result<(), Problem> {
    let fits = email.is_none_or(|email| {
        email.reveal().split_once('@').is_some_and(|(name, host)| {
            let plain = |part: &str| {
                !part.is_empty()
                    && !part.contains(|c: char| c == '@' || c.is_whitespace() || c.is_control())
            };
            plain(name) && plain(host)
        })
    });
    if fits {
        return Ok(());
    }
    Err(malformed(format!("`{field}` must be an e-mail address")))
}

/// Schemes that run or show something instead of leading anywhere.
const NOWHERE: [&str; 7] = [
    "about",
    "blob",
    "data",
    "file",
    "filesystem",
    "javascript",
    "vbscript",
];

/// That an unusable return URL is 400 is an assumption. Schemes of apps pass: they use their own.
pub(crate) fn check_return_url(url: &str) -> Result<(), Problem> {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme);
    let well_formed = scheme.is_some_and(|scheme| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
            && !NOWHERE
                .iter()
                .any(|known| scheme.eq_ignore_ascii_case(known))
    });
    if well_formed && !url.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Ok(());
    }
    Err(malformed(
        "`returnUrl` must be an absolute URL that a browser or an app can be sent to",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    fn session(return_url: &str) -> (State, String) {
        let mut state = State::default();
        let mut request = types::CreateSignupSessionRequest::new(return_url);
        request.email = Some("jane.doe@example.com".into());
        let session = state
            .open_signup(Seed(0), 12, request, Clock::manual().base())
            .unwrap();
        let id = session.id.reveal().to_owned();
        (state, id)
    }

    #[test]
    fn r53_the_redirect_keeps_what_the_return_url_has() {
        for (url, begin, end) in [
            ("myapp://done", "myapp://done?status=cancelled&", ""),
            (
                "https://a.example/d?x=1",
                "https://a.example/d?x=1&status=cancelled&",
                "",
            ),
            (
                "https://a.example/d#top",
                "https://a.example/d?status=cancelled&",
                "#top",
            ),
        ] {
            let (mut state, id) = session(url);
            let now = Clock::manual().base();
            let sources = Source::built_in();
            let redirect = state
                .finish_signup(&sources, &id, SignupOutcome::Abandoned, now)
                .unwrap();
            assert_eq!(
                redirect.reveal(),
                format!("{begin}signupSessionId={id}{end}")
            );
        }
    }

    #[test]
    fn two_people_sign_up_with_two_numbers() {
        let (mut state, id) = session("myapp://done");
        let (sources, now) = (Source::built_in(), Clock::manual().base());
        state
            .finish_signup(&sources, &id, SignupOutcome::Completed, now)
            .unwrap();
        let again = state.finish_signup(&sources, &id, SignupOutcome::Completed, now);
        assert_eq!(again.unwrap_err().kind(), ErrorKind::SignupRefused);
        let mut request = types::CreateSignupSessionRequest::new("myapp://done");
        request.customer_reference_id = Some("two".into());
        let id = state
            .open_signup(Seed(0), 12, request, now)
            .unwrap()
            .id
            .clone();
        state
            .finish_signup(&sources, id.reveal(), SignupOutcome::Completed, now)
            .unwrap();
        assert_eq!(state.customers.len(), 2);
        assert_eq!(state.subscriptions.len(), 2);
    }
}
