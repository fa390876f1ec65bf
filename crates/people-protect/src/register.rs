//! Registering a customer.

use std::fmt;
use std::future::IntoFuture;

use people_protect_api::types;

use crate::clock::BoxFuture;
use crate::lacking::lacks;
use crate::{Answer, Cover, CustomerId, Error, ErrorKind, Mobile, PeopleProtect, SubscriptionId};

/// A person to register: name, surname and mobile are the essentials (R10).
///
/// ```
/// use people_protect::NewCustomer;
///
/// let jane = NewCustomer::new("Jane", "Doe", "+27821234567".parse()?)
///     .external_reference_id("user-17")
///     .with_profile(|profile| profile.bloodtype = Some("O+".into()));
/// assert_eq!(format!("{jane:?}"), "NewCustomer(REDACTED)");
/// # Ok::<(), people_protect::Error>(())
/// ```
#[derive(Clone)]
pub struct NewCustomer(types::CustomerInput);

impl NewCustomer {
    /// A person by name, surname and mobile number. The number identifies the customer (R11).
    pub fn new(name: impl Into<String>, surname: impl Into<String>, mobile: Mobile) -> Self {
        // Set by name: the constructor's order of three texts is easily mistaken.
        let mut input = types::CustomerInput::new("", "", "");
        input.name = name.into().into();
        input.surname = surname.into().into();
        input.mobile = mobile.reveal().into();
        Self(input)
    }

    /// The e-mail address.
    #[must_use]
    pub fn email(mut self, address: impl Into<String>) -> Self {
        self.0.email = Some(address.into().into());
        self
    }

    /// Your own stable reference for this customer.
    #[must_use]
    pub fn external_reference_id(mut self, reference: impl Into<String>) -> Self {
        self.0.external_reference_id = Some(reference.into().into());
        self
    }

    /// Sets any other field of the profile: medical data, vehicle, next of kin.
    #[must_use]
    pub fn with_profile(mut self, change: impl FnOnce(&mut types::CustomerInput)) -> Self {
        change(&mut self.0);
        self
    }

    pub(crate) fn into_input(self) -> types::CustomerInput {
        self.0
    }
}

/// R10, R12: what a profile cannot be without. Found here, it costs no request.
pub(crate) fn check_essentials(profile: &types::CustomerInput) -> Result<(), Error> {
    for (field, text) in [
        ("the name is blank", &profile.name),
        ("the surname is blank", &profile.surname),
        ("the mobile number is blank", &profile.mobile),
    ] {
        if text.reveal().trim().is_empty() {
            return Err(Error::invalid(
                field,
                "name, surname and mobile are essential: ask the person for it (R10)",
            ));
        }
    }
    Ok(())
}

impl fmt::Debug for NewCustomer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewCustomer(REDACTED)")
    }
}

/// A registration that does not say yet what covers the customer.
///
/// Nobody registers a person without cover by forgetting it: this type cannot be awaited.
#[derive(Debug)]
#[must_use = "say what covers the customer, then await it"]
pub struct Register {
    aura: PeopleProtect,
    customer: NewCustomer,
}

impl Register {
    pub(crate) fn new(aura: PeopleProtect, customer: NewCustomer) -> Self {
        Self { aura, customer }
    }

    /// Activates a subscription in the same call (R71).
    pub fn with_subscription(self, cover: Cover) -> Registration {
        self.covered_by(Covering::New(cover))
    }

    /// Links a subscription that exists. Where AURA wants its id in the request is an assumption.
    pub fn with_existing_subscription(self, id: impl Into<SubscriptionId>) -> Registration {
        self.covered_by(Covering::Existing(id.into()))
    }

    /// Registers without cover: the customer cannot raise a live callout (R14).
    pub fn without_subscription(self) -> Registration {
        self.covered_by(Covering::None)
    }

    fn covered_by(self, covering: Covering) -> Registration {
        Registration {
            aura: self.aura,
            customer: self.customer,
            covering,
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Covering {
    New(Cover),
    Existing(SubscriptionId),
    None,
}

/// A registration ready to be awaited.
///
/// # Errors
///
/// [`AlreadyRegistered`](ErrorKind::AlreadyRegistered) if the number has a customer (R11);
/// [`InvalidRequest`](ErrorKind::InvalidRequest) if name, surname or mobile is blank (R10), with
/// nothing sent. After a failure on the way back the kind is
/// [`RegistrationUnknown`](ErrorKind::RegistrationUnknown): the customer may exist. Registering is
/// not repeated by itself then; a second registration answers `AlreadyRegistered` if the first
/// worked.
#[derive(Debug)]
#[must_use = "a registration does nothing until it is awaited"]
pub struct Registration {
    aura: PeopleProtect,
    customer: NewCustomer,
    covering: Covering,
}

impl IntoFuture for Registration {
    type Output = Result<Registered, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            check_essentials(&self.customer.0)?;
            let mut request = types::CreateCustomerRequest::new(self.customer.0);
            // R13: one or the other, never both.
            match self.covering {
                Covering::New(cover) => request.subscription = Some(cover.to_request()),
                Covering::Existing(id) => request.subscription_id = Some(id.get()),
                Covering::None => {}
            }
            let body = &request;
            let covered = !matches!(self.covering, Covering::None);
            let read = |answer| match customer_id(&answer) {
                Some(id) => Ok(Registered {
                    id,
                    covered,
                    answer,
                }),
                None => Err(lacks(
                    answer,
                    "create_customer",
                    "the answer has no customer id",
                    "the customer may exist; registering again tells (R11)",
                )
                .with_kind(ErrorKind::RegistrationUnknown)),
            };
            self.aura
                .call_and_read(|raw| async move { raw.create_customer(body).await }, read)
                .await
                .map_err(unless_known)
        })
    }
}

/// Whether the customer exists now is unknown after a failure on the way back: that is a kind of
/// its own, because neither "failed" nor "try again" is the right thing to do.
fn unless_known(error: Error) -> Error {
    if !error.outcome_is_unknown() {
        return error;
    }
    error.with_kind(ErrorKind::RegistrationUnknown).with_hint_if_unknown(
        "register the same customer again: \"already registered\" then means that the first time \
         worked (R11)",
    )
}

/// `customer.id`, `customer.customerId`, or either at top level (C04, C05).
fn customer_id(answer: &Answer<types::CustomerResponse>) -> Option<CustomerId> {
    // Some back ends write 0 for none.
    let of = |customer: &types::Customer| {
        let ids = [customer.id, customer.customer_id];
        ids.into_iter().flatten().find(|id| *id > 0)
    };
    answer
        .customer
        .as_ref()
        .and_then(of)
        .or_else(|| of(&serde_json::from_slice(answer.body()).ok()?))
        .map(CustomerId::new)
}

/// A customer AURA has registered.
#[derive(Debug)]
pub struct Registered {
    id: CustomerId,
    covered: bool,
    answer: Answer<types::CustomerResponse>,
}

impl Registered {
    /// The customer's id. Store it: no documented operation finds a customer by number.
    #[must_use]
    pub fn id(&self) -> CustomerId {
        self.id
    }

    /// Whether a subscription was part of the registration. Without one a live callout is
    /// refused (R14).
    #[must_use]
    pub fn has_subscription(&self) -> bool {
        self.covered
    }

    /// The whole answer.
    #[must_use]
    pub fn answer(&self) -> &Answer<types::CustomerResponse> {
        &self.answer
    }
}

impl From<&Registered> for CustomerId {
    fn from(registered: &Registered) -> Self {
        registered.id
    }
}
