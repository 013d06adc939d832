//! An account to open, or what is to change about one that exists.

/// Why it is neither.
pub(crate) enum Refused {
    Unknown,
    /// Without the password, or the password without this.
    HalfGiven(&'static str),
}

/// A password and what belongs to it, or neither, where the account is there already.
pub(crate) fn both(
    password: Option<String>,
    other: Option<String>,
    is_there: bool,
    name: &'static str,
) -> Result<Option<(String, String)>, Refused> {
    match (password, other) {
        (Some(password), Some(other)) => Ok(Some((password, other))),
        (None, None) if is_there => Ok(None),
        (None, None) => Err(Refused::Unknown),
        _ => Err(Refused::HalfGiven(name)),
    }
}
