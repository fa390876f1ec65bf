//! Cancelling a callout.

use people_protect_api::{SecretText, types};

use crate::{Answer, Callout, CalloutView, Error, SafeCode, Stage};

impl Callout {
    /// Cancels the callout (R34).
    ///
    /// With the code the customer typed, AURA verifies it and watches for duress: pass it on as
    /// it was typed. Without one the cancellation is unconditional: yours, not the customer's.
    ///
    /// Success means that AURA took the request, not that the callout is over: see
    /// [`Cancellation`].
    ///
    /// ```no_run
    /// # use people_protect::{CalloutId, PeopleProtect, SafeCode};
    /// # async fn example(aura: PeopleProtect, id: CalloutId, typed: String) -> Result<(), people_protect::Error> {
    /// let cancellation = aura.callout(id).cancel(Some(SafeCode::new(&typed)?)).await?;
    /// // The same words whatever the stage: somebody may be reading over the customer's shoulder.
    /// println!("Your request was passed on.");
    /// # let _ = cancellation;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) if there is none (R63). What a wrong code or a
    /// closed callout is answered with is not documented publicly. A repeat does no harm.
    pub async fn cancel(&self, safe_code: Option<SafeCode>) -> Result<Cancellation, Error> {
        let id = self.id().get();
        let mut request = types::CancelCalloutRequest::default();
        request.safe_code = safe_code.map(|code| SecretText::from(code.reveal()));
        let body = &request;
        self.aura()
            .call(|raw| async move { raw.cancel_callout(id, body).await })
            .await
            .map(Cancellation::new)
    }
}

/// What AURA answered to a cancellation.
///
/// That AURA answered is no proof that the callout is over. What a wrong safe code is answered
/// with is not documented publicly; a callout under duress may go on and look cancelled. So show
/// nobody beside the customer more than that the request was passed on, and take the end from
/// [`watch`](Callout::watch) or a webhook.
#[derive(Debug)]
pub struct Cancellation {
    callout: Option<CalloutView>,
    answer: Answer<types::CalloutCancelled>,
}

impl Cancellation {
    fn new(answer: Answer<types::CalloutCancelled>) -> Self {
        Self {
            callout: CalloutView::from_answer(answer.callout.clone(), answer.body()),
            answer,
        }
    }

    /// The callout as the answer has it, wrapped or flat, nested or not (C16); none if the answer
    /// names no callout.
    #[must_use]
    pub fn callout(&self) -> Option<&CalloutView> {
        self.callout.as_ref()
    }

    /// How far the callout has come by this answer.
    #[must_use]
    pub fn stage(&self) -> Option<Stage> {
        self.callout().map(CalloutView::stage)
    }

    /// The whole answer.
    #[must_use]
    pub fn answer(&self) -> &Answer<types::CalloutCancelled> {
        &self.answer
    }
}
