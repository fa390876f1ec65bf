//! One callout.

use bytes::Bytes;
use people_protect_api::{SecretText, types};

use crate::{
    Answer, CalloutId, CalloutView, Error, ErrorKind, PeopleProtect, Position, SafeCode, Watch,
};

/// A callout by id.
#[derive(Debug, Clone)]
pub struct Callout {
    aura: PeopleProtect,
    id: CalloutId,
}

impl Callout {
    pub(crate) fn new(aura: PeopleProtect, id: CalloutId) -> Self {
        Self { aura, id }
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> CalloutId {
        self.id
    }

    /// Reads the callout as it stands.
    ///
    /// # Errors
    ///
    /// [`NotFound`](ErrorKind::NotFound) if there is none (R63).
    pub async fn get(&self) -> Result<CalloutView, Error> {
        let id = self.id.get();
        let answer = self
            .aura
            .call(|raw| async move { raw.get_callout(id).await })
            .await?;
        view(answer, "get_callout", |read| read.callout.as_ref())
    }

    /// Tells AURA where the customer is now, and reads the callout back.
    ///
    /// Leave 5 to 20 seconds between calls (R61).
    ///
    /// # Errors
    ///
    /// [`CalloutClosed`](ErrorKind::CalloutClosed) if it takes no more positions: stop, and find
    /// the final state in [`Error::callout`] (R33).
    pub async fn update_location(&self, position: Position) -> Result<CalloutView, Error> {
        let id = self.id.get();
        let request = position.to_update_and_return();
        let body = &request;
        let answer = self
            .aura
            .call(|raw| async move { raw.update_callout_location_and_return(id, body).await })
            .await?;
        view(answer, "update_callout_location_and_return", |read| {
            read.callout.as_ref()
        })
    }

    /// Tells AURA where the customer is now, without reading the callout back (R32).
    ///
    /// # Errors
    ///
    /// As [`update_location`](Self::update_location).
    pub async fn send_location(&self, position: Position) -> Result<(), Error> {
        let id = self.id.get();
        let request = position.to_update();
        let body = &request;
        self.aura
            .call(|raw| async move { raw.update_callout_location(id, body).await })
            .await
            .map(drop)
    }

    /// Cancels the callout (R34).
    ///
    /// With the code the customer typed, AURA verifies it and watches for duress: pass it on as
    /// it was typed. Without one the cancellation is unconditional: yours, not the customer's.
    ///
    /// # Errors
    ///
    /// [`NotFound`](ErrorKind::NotFound) if there is none (R63). What a wrong code or a closed
    /// callout is answered with is not documented publicly.
    pub async fn cancel(
        &self,
        safe_code: Option<SafeCode>,
    ) -> Result<Answer<types::CalloutCancelled>, Error> {
        let id = self.id.get();
        let mut request = types::CancelCalloutRequest::default();
        request.safe_code = safe_code.map(|code| SecretText::from(code.reveal()));
        let body = &request;
        self.aura
            .call(|raw| async move { raw.cancel_callout(id, body).await })
            .await
    }

    /// Follows the callout to its end, as a stream of changes.
    ///
    /// Nothing is sent until the stream is read.
    ///
    /// ```no_run
    /// # use people_protect::{CalloutId, PeopleProtect};
    /// # async fn example(aura: PeopleProtect, id: CalloutId) -> Result<(), people_protect::Error> {
    /// let mut changes = aura.callout(id).watch();
    /// while let Some(view) = changes.try_next().await? {
    ///     println!("{}", view.stage());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn watch(&self) -> Watch {
        Watch::new(self.clone())
    }

    pub(crate) fn aura(&self) -> &PeopleProtect {
        &self.aura
    }
}

/// The callout of an answer, or the error that there is none in it.
fn view<T>(
    answer: Answer<T>,
    operation: &'static str,
    wrapped: impl Fn(&T) -> Option<&types::CalloutView>,
) -> Result<CalloutView, Error> {
    if let Some(view) = CalloutView::from_answer(wrapped(&answer), answer.body()) {
        return Ok(view);
    }
    let body: Bytes = answer.body;
    Err(Error::new(ErrorKind::UndecodableAnswer)
        .with_operation(Some(operation))
        .with_attempts(answer.attempts)
        .with_answer(answer.status, answer.headers, body)
        .with_reached(true)
        .with_retryable(true)
        .with_detail("the answer has no callout")
        .with_hint("check the address and any proxy between; `body()` has what was sent"))
}
