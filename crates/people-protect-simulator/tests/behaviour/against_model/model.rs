//! The reference: what the rules say there is. Written from the rules, so it knows nothing of how
//! the simulator does it, and holds no more than answers can be compared with.

/// Seconds since the start.
pub(crate) type Time = i64;

#[derive(Debug, Default)]
pub(crate) struct Model {
    pub(crate) now: Time,
    pub(crate) people: Vec<Person>,
    pub(crate) subscriptions: Vec<Subscription>,
    pub(crate) callouts: Vec<Callout>,
    pub(crate) places: Vec<Place>,
    /// The number in the address of the one webhook (R42).
    pub(crate) hook: Option<u8>,
}

#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) id: i64,
    pub(crate) other: bool,
    pub(crate) mobile: u8,
    pub(crate) retired: bool,
}

#[derive(Debug)]
pub(crate) struct Subscription {
    pub(crate) id: i64,
    pub(crate) owner: usize,
    pub(crate) until: Time,
    pub(crate) cancelled: bool,
    pub(crate) members: Vec<usize>,
}

#[derive(Debug)]
pub(crate) struct Callout {
    pub(crate) id: i64,
    pub(crate) person: Option<usize>,
    /// 0 created, 1 dispatched, 2 arrived, 3 completed, 4 closed.
    pub(crate) stage: u8,
    pub(crate) cancelled: bool,
    pub(crate) latitude: f64,
    pub(crate) said: usize,
    pub(crate) rated: bool,
}

#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) id: i64,
    pub(crate) reference: u8,
    pub(crate) deleted: bool,
}

impl Callout {
    pub(crate) fn new(id: i64, person: Option<usize>) -> Self {
        let (stage, said) = (0, 0);
        let (cancelled, rated, latitude) = (false, false, super::HOME);
        Self {
            id,
            person,
            stage,
            cancelled,
            latitude,
            said,
            rated,
        }
    }

    /// R27, R33: until it is closed or cancelled.
    pub(crate) fn is_active(&self) -> bool {
        !self.cancelled && self.stage < 4
    }

    /// R39: compared without case.
    pub(crate) fn status(&self) -> &'static str {
        match (self.cancelled, self.stage) {
            (true, _) => "cancelled",
            (_, 0) => "created",
            (_, 1) => "responder dispatched",
            (_, 2) => "responder arrived",
            (_, 3) => "responder completed",
            _ => "closed",
        }
    }
}

impl Model {
    /// R11: the person that holds a mobile. A retired one holds none (an assumption).
    pub(crate) fn holds(&self, mobile: u8, other: bool) -> bool {
        self.people
            .iter()
            .any(|person| person.mobile == mobile && person.other == other && !person.retired)
    }

    /// R17.
    pub(crate) fn runs(&self, subscription: &Subscription) -> bool {
        !subscription.cancelled && self.now <= subscription.until
    }

    /// R23: the person's own active subscription.
    pub(crate) fn subscribed(&self, person: usize) -> bool {
        let mut own = self.subscriptions.iter().filter(|one| one.owner == person);
        own.any(|one| self.runs(one))
    }

    /// R22, R26: covered by an own one, or as a member.
    pub(crate) fn covered(&self, person: usize) -> bool {
        let mut all = self.subscriptions.iter();
        all.any(|one| (one.owner == person || one.members.contains(&person)) && self.runs(one))
    }

    /// R27.
    pub(crate) fn active_of(&self, person: usize) -> Option<i64> {
        let mut all = self.callouts.iter();
        all.find(|one| one.person == Some(person) && one.is_active())
            .map(|one| one.id)
    }

    pub(crate) fn place(&self, reference: u8) -> Option<usize> {
        let mut all = self.places.iter();
        all.position(|place| place.reference == reference && !place.deleted)
    }
}
