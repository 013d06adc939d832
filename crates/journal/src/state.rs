/// What is known of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// The call is being made, by a process that lives.
    Running = 0,
    /// It took effect.
    Done = 1,
    /// It surely did not take effect. Running its key again makes the call again.
    NotDone = 2,
    /// Nobody knows. The call is never made again by itself.
    InDoubt = 3,
}

http_core::string_enum!(State {
    Running = "running",
    Done = "done",
    NotDone = "not_done",
    InDoubt = "in_doubt",
});

impl State {
    /// As it is stored.
    pub(crate) fn number(self) -> i64 {
        self as i64
    }

    /// What cannot be read is in doubt.
    pub(crate) fn from_number(number: i64) -> Self {
        match number {
            0 => Self::Running,
            1 => Self::Done,
            2 => Self::NotDone,
            _ => Self::InDoubt,
        }
    }
}
