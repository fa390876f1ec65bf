//! One callout.

use people_protect_api::types;

use crate::{
    Answer, CalloutId, CalloutView, Error, ErrorKind, PeopleProtect, Position, Retries, Watch,
};

/// A callout by id: everything that a token for a customer's callouts may do.
///
/// What needs the server token, such as ratings and reports, is on
/// [`CalloutRecord`](crate::CalloutRecord).
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
    /// [`NotFound`](ErrorKind::NotFound) if there is none (R63);
    /// [`UndecodableAnswer`](ErrorKind::UndecodableAnswer) if the answer has no callout, an empty
    /// one, or one with another id. An answer without an id is taken for this callout's.
    pub async fn get(&self) -> Result<CalloutView, Error> {
        let id = self.id.get();
        let answer = self
            .aura
            .call(|raw| async move { raw.get_callout(id).await })
            .await?;
        self.view(answer, "get_callout", |read| read.callout.take())
    }

    /// Tells AURA where the customer is now, and reads the callout back.
    ///
    /// Leave 5 to 20 seconds between calls (R61).
    /// [`stream_locations`](Self::stream_locations) does, for positions that keep coming.
    ///
    /// # Errors
    ///
    /// [`CalloutClosed`](ErrorKind::CalloutClosed) if it takes no more positions: stop, and find
    /// the final state in [`Error::callout`] (R33).
    /// [`UndecodableAnswer`](ErrorKind::UndecodableAnswer) as for [`get`](Self::get); the position
    /// may have arrived.
    pub async fn update_location(&self, position: Position) -> Result<CalloutView, Error> {
        let id = self.id.get();
        let request = position.to_update_and_return();
        let body = &request;
        let answer = self
            .aura
            .call(|raw| async move { raw.update_callout_location_and_return(id, body).await })
            .await?;
        self.view(answer, "update_callout_location_and_return", |read| {
            read.callout.take()
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
        Watch::new(self.sent_once())
    }

    /// The same callout, for those whose own pace is the pace of their repeats (R61).
    pub(crate) fn sent_once(&self) -> Self {
        Self::new(self.aura.with_retries(Retries::none()), self.id)
    }

    pub(crate) fn aura(&self) -> &PeopleProtect {
        &self.aura
    }

    /// The state in a refusal as closed (R33), unless it is another callout's.
    pub(crate) fn closed_state(&self, error: &Error) -> Option<CalloutView> {
        error.callout().filter(|view| view.may_be_of(self.id))
    }

    /// This callout as an answer has it, or the error that it is not in it.
    fn view<T>(
        &self,
        mut answer: Answer<T>,
        operation: &'static str,
        wrapped: impl FnOnce(&mut T) -> Option<types::CalloutView>,
    ) -> Result<CalloutView, Error> {
        let wrapped = wrapped(&mut answer.value);
        let detail = match CalloutView::from_answer(wrapped, answer.body()) {
            None => "the answer has no callout",
            Some(view) if view.is_empty() => "the callout in the answer is empty",
            Some(view) if !view.may_be_of(self.id) => "the answer is about another callout",
            Some(view) => return Ok(view),
        };
        Err(Error::new(ErrorKind::UndecodableAnswer)
            .with_operation(Some(operation))
            .with_attempts(answer.attempts)
            .with_answer(answer.answered)
            .with_reached(true)
            .with_retryable(true)
            .with_detail(detail)
            .with_hint("check the address and any proxy between; `body()` has what was sent"))
    }
}
