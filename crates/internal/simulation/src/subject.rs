//! Whose client is under test.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    Aparat,
    Podlink,
    Sabapayamak,
    Smsafzar,
}

impl Subject {
    pub(crate) const ALL: [Self; 4] = [Self::Aparat, Self::Podlink, Self::Sabapayamak, Self::Smsafzar];
}
