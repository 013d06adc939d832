/// The name of an argument, as sentences about it have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argument {
    pub(crate) english: &'static str,
    pub(crate) persian: &'static str,
}

impl Argument {
    /// The address of a request, with its query.
    pub const ADDRESS: Self = Self::new("address", "نشانی درخواست");
    /// The body of a request.
    pub const BODY: Self = Self::new("body", "بدنهٔ درخواست");

    /// Its English name, which [`Kind::InvalidInput`](crate::Kind::InvalidInput) has too, and its Persian one.
    pub const fn new(english: &'static str, persian: &'static str) -> Self {
        Self { english, persian }
    }
}
