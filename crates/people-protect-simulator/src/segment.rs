//! Text in a path, and ids that are text.

use crate::call::Call;
use crate::problem::Problem;
use crate::seed::Seed;

impl Call<'_> {
    /// A text from the path.
    pub(crate) fn segment(&self, name: &str) -> Result<&str, Problem> {
        self.path
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .ok_or_else(Problem::defect)
    }
}

impl Seed {
    /// The UUID that belongs to `purpose` and `number` under this seed, marked as a random one.
    pub(crate) fn uuid(self, purpose: &str, number: i64) -> String {
        let text = self.text(purpose, number);
        format!(
            "{}-{}-4{}-8{}-{}",
            &text[..8],
            &text[8..12],
            &text[13..16],
            &text[17..20],
            &text[20..]
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::seed::Seed;

    #[test]
    fn a_uuid_has_its_form_and_follows_from_the_seed() {
        let uuid = Seed(1).uuid("lead", 501);
        let parts: Vec<usize> = uuid.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
        assert_eq!((&uuid[14..15], &uuid[19..20]), ("4", "8"));
        assert_eq!(uuid, Seed(1).uuid("lead", 501));
        assert_ne!(uuid, Seed(1).uuid("lead", 502));
        assert_ne!(uuid, Seed(2).uuid("lead", 501));
    }
}
