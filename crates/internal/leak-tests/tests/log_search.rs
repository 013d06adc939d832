//! The search through log lines. Alone in its process, whose lines it counts.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::error::Error;
use std::fmt;

use payvand_harness::error_texts;
use payvand_leak_tests::LeakSearch;

const SECRET: &str = "wY2/kQ8+zR5=mN1&";

#[derive(Debug)]
struct Outer(Inner);

#[derive(Debug)]
struct Inner;

impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("outer")
    }
}

impl fmt::Display for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "inner {SECRET}")
    }
}

impl Error for Outer {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

impl Error for Inner {}

#[test]
fn a_line_is_searched_when_it_is_written() {
    let search = LeakSearch::start([("the secret", SECRET)], ["payvand:", "somebody::"]);
    assert_eq!(search.unheard(), ["payvand:", "somebody::"]);

    tracing::trace!(target: "payvand", "nothing to see");
    log::trace!(target: "somebody::else", "nor here");
    assert!(search.unheard().is_empty());
    let (lines, bytes) = search.searched();
    assert_eq!((lines, search.leaks()), (2, Vec::new()));
    assert!(bytes > 30);

    tracing::trace!(target: "payvand", token = SECRET, "oh");
    log::trace!("url=/?token=wY2%2FkQ8%2BzR5");
    let leaks = search.leaks();
    assert_eq!(leaks.len(), 2);
    assert_eq!(
        (leaks[0].place.as_str(), leaks[0].spelling),
        ("the log", "as it is")
    );
    assert_eq!(leaks[1].spelling, "percent-encoded");

    search.saw("a text", "wY2/kQ8");
    assert_eq!(search.leaks().len(), 2, "seven characters are no secret");
    for (what, text) in error_texts(&Outer(Inner)) {
        search.saw(&what, text);
    }
    assert!(
        search
            .leaks()
            .last()
            .unwrap()
            .place
            .starts_with("source: the error")
    );

    for _ in 0..1000 {
        tracing::error!("{SECRET}");
    }
    assert!(search.leaks().len() < 50, "what is kept does not grow");
}
