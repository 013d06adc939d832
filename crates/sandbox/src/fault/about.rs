//! A fault in a few words, for a list of them.

use std::fmt;

use super::cut::{Ending, Framing, Point};
use super::{Fault, Kind};

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.after_processing {
            f.write_str("processed, ")?;
        }
        let is_silent = matches!(&self.kind, Kind::Raw(bytes) if bytes.0.is_empty());
        match &self.kind {
            Kind::Usual { .. } => f.write_str("the usual answer")?,
            Kind::Answer { status, .. } => write!(f, "HTTP {}", status.as_u16())?,
            Kind::Raw(_) if is_silent => f.write_str("no answer")?,
            Kind::Raw(bytes) => write!(f, "{} raw bytes", bytes.0.len())?,
            Kind::Flood { .. } => f.write_str("a flood")?,
            Kind::CloseOnAccept => f.write_str("a connection closed before reading")?,
            Kind::Impossible(error) => write!(f, "impossible: {error}")?,
        }
        let delivery = &self.delivery;
        match delivery.framing {
            Some(Framing::Chunked) => f.write_str(" in chunks")?,
            Some(Framing::UntilClose) => f.write_str(" without a length")?,
            Some(Framing::Length) | None => {}
        }
        if delivery.pace.is_some() {
            f.write_str(", byte by byte")?;
        }
        if !delivery.before.is_empty() {
            f.write_str(", other bytes before it")?;
        }
        if !delivery.after.is_empty() {
            f.write_str(", other bytes after it")?;
        }
        if let Some((point, ending)) = delivery.cut {
            let ending = match ending {
                Ending::Stall => "stalled",
                Ending::Close => "closed",
                Ending::Reset => "reset",
            };
            write!(f, ", {ending}{}", if is_silent { "" } else { place(point) })?;
        }
        match self.delay {
            Some(delay) => write!(f, ", {delay:?} late"),
            None => Ok(()),
        }
    }
}

fn place(point: Point) -> &'static str {
    match point {
        Point::Start => " before the first byte",
        Point::StatusLine => " after the status line",
        Point::HalfHead => " among the headers",
        Point::Head => " after the headers",
        Point::HalfBody => " in the body",
        Point::LastByte => " before the last byte",
        Point::End => " after the answer",
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn says_what_goes_wrong() {
        for (fault, about) in [
            (Fault::usual(), "the usual answer"),
            (Fault::close().after_processing(), "processed, no answer, closed"),
            (Fault::stall(), "no answer, stalled"),
            (Fault::answer(503, "busy"), "HTTP 503"),
            (
                Fault::answer(42, ""),
                "impossible: Fault::answer cannot send the status 42",
            ),
            (
                Fault::delay(Duration::from_secs(60)),
                "the usual answer, 60s late",
            ),
            (Fault::raw("SSH"), "3 raw bytes"),
            (
                Fault::usual()
                    .framed(Framing::Chunked)
                    .cut(Point::HalfBody, Ending::Reset),
                "the usual answer in chunks, reset in the body",
            ),
            (
                Fault::usual()
                    .byte_by_byte(Duration::ZERO)
                    .preceded_by("a")
                    .followed_by("b"),
                "the usual answer, byte by byte, other bytes before it, other bytes after it",
            ),
        ] {
            assert_eq!(fault.to_string(), about);
        }
    }
}
