//! What a sequence is made of.

use proptest::prelude::*;

/// One step. People, subscriptions, callouts and places are picked by a number, modulo how many
/// there are, so that a sequence still means something when a part of it is taken out.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Register {
        mobile: u8,
        covered: bool,
        other: bool,
    },
    Retire(u8),
    Activate {
        person: u8,
        days: u8,
        member: Option<u8>,
    },
    Renew {
        subscription: u8,
        days: u8,
        members: Option<Vec<u8>>,
    },
    End(u8),
    Raise {
        person: u8,
        legacy: bool,
    },
    Move {
        callout: u8,
        returning: bool,
        north: u8,
    },
    Cancel {
        callout: u8,
        code: Code,
    },
    Stage {
        callout: u8,
        stage: u8,
    },
    Say(u8),
    Rate {
        callout: u8,
        stars: u8,
    },
    Report(u8),
    Foreign(u8),
    Advance {
        hours: u16,
    },
    Hook {
        number: u8,
        secure: bool,
    },
    Settle(u8),
    Clear(u8),
    RaiseAt(u8),
    Reset,
    Reimport,
}

/// What is given with a cancellation (R34).
#[derive(Debug, Clone, Copy)]
pub(crate) enum Code {
    None,
    Right,
    Wrong,
}

/// Sequences of so many steps at most.
pub(crate) fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 1..most)
}

fn step() -> impl Strategy<Value = Step> {
    let which = any::<u8>;
    let code = prop_oneof![Just(Code::None), Just(Code::Right), Just(Code::Wrong)];
    prop_oneof![
        8 => (0..6_u8, any::<bool>(), prop::bool::weighted(0.2))
            .prop_map(|(mobile, covered, other)| Step::Register { mobile, covered, other }),
        2 => which().prop_map(Step::Retire),
        5 => (which(), 1..60_u8, prop::option::of(which()))
            .prop_map(|(person, days, member)| Step::Activate { person, days, member }),
        4 => (which(), 1..60_u8, prop::option::of(prop::collection::vec(which(), 0..3)))
            .prop_map(|(subscription, days, members)| Step::Renew { subscription, days, members }),
        2 => which().prop_map(Step::End),
        12 => (which(), any::<bool>()).prop_map(|(person, legacy)| Step::Raise { person, legacy }),
        6 => (which(), any::<bool>(), which())
            .prop_map(|(callout, returning, north)| Step::Move { callout, returning, north }),
        4 => (which(), code).prop_map(|(callout, code)| Step::Cancel { callout, code }),
        6 => (which(), 1..5_u8).prop_map(|(callout, stage)| Step::Stage { callout, stage }),
        3 => which().prop_map(Step::Say),
        3 => (which(), 0..7_u8).prop_map(|(callout, stars)| Step::Rate { callout, stars }),
        2 => which().prop_map(Step::Report),
        2 => which().prop_map(Step::Foreign),
        4 => (1..400_u16).prop_map(|hours| Step::Advance { hours }),
        2 => (which(), prop::bool::weighted(0.7)).prop_map(|(number, secure)| Step::Hook { number, secure }),
        2 => (0..4_u8).prop_map(Step::Settle),
        1 => which().prop_map(Step::Clear),
        3 => (0..4_u8).prop_map(Step::RaiseAt),
        1 => Just(Step::Reset),
        2 => Just(Step::Reimport),
    ]
}
