//! From a provider's words to a [`Code`].

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use http_core::text::{ascii_digit, fold, folded};

use crate::contract::Code;

struct Known {
    /// The document's text.
    text: &'static str,
    /// What is left of it, folded, whatever the spelling around: all of one of these. A word that an order which
    /// was placed may be answered with, such as «تعداد», is no mark by itself.
    marks: &'static [&'static [&'static str]],
    code: fn(&str) -> Code,
}

const KNOWN: [Known; 5] = [
    Known {
        text: "token invalid",
        marks: &[&["tokeninvalid"], &["invalidtoken"]],
        code: |_| Code::InvalidToken,
    },
    Known {
        text: "invalid request",
        marks: &[&["invalidrequest"], &["requestinvalid"]],
        code: |_| Code::InvalidRequest,
    },
    Known {
        text: "ارگومان وارد شده اشتباه است",
        marks: &[&["ارگومان", "اشتباه"]],
        code: |_| Code::InvalidParameters,
    },
    Known {
        text: "تعداد سفارش داده شده از مقدار حساب شما بیشتر است . لطفا حساب خود را شارژ کنید",
        marks: &[&["تعداد", "ازمقدارحساب", "بیشتر"], &["تعداد", "بیشتراست", "شارژ"]],
        code: |_| Code::BalanceExceeded,
    },
    Known {
        text: "تعداد وارد شده غیر مجاز است لطفا در بازه 50 تا 7000 وارد کنید",
        marks: &[&["تعداد", "غیرمجاز"], &["تعداد", "دربازه", "واردکنید"]],
        code: |text| Code::CountOutOfRange { allowed: range(text) },
    },
];

/// The code of a message that stands in a refusal.
pub(crate) fn code_of(message: &str) -> Option<Code> {
    known(&fold(message)).map(|known| (known.code)(message))
}

/// The code of a text that says one of the document's errors and hardly anything else: the words of a refusal even
/// where nothing around them says that it is one. A gateway, too, may write of an "invalid request".
pub(crate) fn code_of_bare_text(text: &str) -> Option<Code> {
    if text.contains(['<', '{']) {
        return None;
    }
    let folded = fold(text);
    known(&folded)
        .filter(|known| folded.len() * 2 <= fold(known.text).len() * 3)
        .map(|known| (known.code)(text))
}

/// Whether a message says word for word what one of the document's errors says.
pub(crate) fn is_documented_error(message: &str) -> bool {
    static DOCUMENTED: LazyLock<Vec<String>> = LazyLock::new(|| {
        let phrases = KNOWN.iter().flat_map(|known| {
            let phrases = known.marks.iter().filter_map(|all| match all {
                [phrase] => Some(*phrase),
                _ => None,
            });
            phrases.chain([known.text])
        });
        phrases.map(|text| words(text).collect()).collect()
    });
    // Nearly every message is none of them by its first letter.
    let first = words(message).next();
    let may_be = |text: &&String| text.chars().next() == first;
    DOCUMENTED
        .iter()
        .filter(may_be)
        .any(|text| words(message).eq(text.chars()))
}

/// A text folded, without its numbers. The document itself writes «لظفا» for «لطفا», so these letters count as one.
fn words(text: &str) -> impl Iterator<Item = char> {
    let letters = folded(text).filter(|c| !c.is_ascii_digit());
    letters.map(|c| if c == 'ظ' { 'ط' } else { c })
}

fn known(folded: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.marks_are_in(folded))
}

impl Known {
    fn marks_are_in(&self, folded: &str) -> bool {
        self.marks
            .iter()
            .any(|all| all.iter().all(|mark| folded.contains(mark)))
    }
}

/// The two numbers of «در بازه 50 تا 7000»: the last two of the text, since the refused count may stand before.
fn range(text: &str) -> Option<RangeInclusive<u32>> {
    let numbers = numbers(text);
    let [.., least, most] = numbers[..] else {
        return None;
    };
    let (least, most) = (u32::try_from(least).ok()?, u32::try_from(most).ok()?);
    (least < most).then_some(least..=most)
}

/// The whole numbers in a text, in any digits, with or without separators between thousands.
pub(crate) fn numbers(text: &str) -> Vec<u64> {
    let mut numbers = Vec::new();
    let mut digits = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match ascii_digit(c) {
            Some(digit) => digits.push(digit),
            None if matches!(c, ',' | '٬' | '،')
                && !digits.is_empty()
                && chars.peek().copied().and_then(ascii_digit).is_some() => {}
            None => numbers.extend(std::mem::take(&mut digits).parse::<u64>()),
        }
    }
    numbers.extend(digits.parse::<u64>());
    numbers
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DOCUMENT: [(&str, Code); 5] = [
        ("ارگومان وارد شده اشتباه است : ", Code::InvalidParameters),
        (
            "تعداد سفارش داده شده از مقدار حساب شما بیشتر است . لظفا حساب خود را شارژ کنید",
            Code::BalanceExceeded,
        ),
        (
            "تعداد وارد شده غیر مجاز است لطفا در بازه 50 تا 7000 وارد کنید",
            Code::CountOutOfRange {
                allowed: Some(50..=7000),
            },
        ),
        ("invalid request", Code::InvalidRequest),
        ("token invalid", Code::InvalidToken),
    ];

    #[test]
    fn knows_the_documents_texts_in_json_and_bare() {
        for (text, code) in DOCUMENT {
            assert_eq!(code_of(text).as_ref(), Some(&code), "{text}");
            assert_eq!(code_of_bare_text(text).as_ref(), Some(&code), "{text}");
            assert!(is_documented_error(text), "{text}");
        }
    }

    #[test]
    fn spelling_does_not_matter() {
        for (text, code) in [
            ("آرگومان وارد شده اشتباه است.", Code::InvalidParameters),
            ("Token Invalid!", Code::InvalidToken),
            ("invalid token", Code::InvalidToken),
            ("Invalid  Request.", Code::InvalidRequest),
            (
                "تعداد سفارش داده شده از مقدار حساب شما بيشتر است، لطفاً حساب خود را شارژ كنيد",
                Code::BalanceExceeded,
            ),
            (
                "تعداد وارد شده غیرمجاز است؛ لطفاً در بازه‌ی ۱۰۰ تا ۱۰٬۰۰۰ وارد کنید",
                Code::CountOutOfRange {
                    allowed: Some(100..=10_000),
                },
            ),
            (
                "تعداد 30 غیر‌مجاز است، بازه: 20-500",
                Code::CountOutOfRange {
                    allowed: Some(20..=500),
                },
            ),
            (
                "تعداد وارد شده غیر مجاز است",
                Code::CountOutOfRange { allowed: None },
            ),
            (
                "تعداد وارد شده غیر مجاز است: 50 و 50",
                Code::CountOutOfRange { allowed: None },
            ),
        ] {
            assert_eq!(code_of(text), Some(code), "{text}");
        }
    }

    #[test]
    fn other_texts_stay_unknown() {
        for text in [
            "",
            "سرویس موقتا در دسترس نیست",
            "token",
            "ok",
            "تعداد 100 لایک ثبت شد",
        ] {
            assert_eq!(code_of(text), None, "{text}");
        }
    }

    #[test]
    fn a_page_that_contains_the_words_is_no_refusal() {
        let page = "<html><title>400 Invalid Request</title><body>token invalid</body></html>";
        assert_eq!(code_of_bare_text(page), None);
        let prose = "Error: the gateway saw an invalid request from your network and has blocked it for now";
        assert_eq!(code_of_bare_text(prose), None);
        assert!(!is_documented_error("token invalid? no: order placed"));
    }

    proptest! {
        #[test]
        fn the_range_is_read_whatever_its_numbers(least in 1_u32..100_000, more in 1_u32..100_000) {
            let most = least + more;
            let text = format!("تعداد وارد شده غیر مجاز است لطفا در بازه {least} تا {most} وارد کنید");
            prop_assert_eq!(code_of(&text), Some(Code::CountOutOfRange { allowed: Some(least..=most) }));
        }

        #[test]
        fn any_text_is_taken(text in ".{0,200}") {
            let _ = (code_of(&text), code_of_bare_text(&text), is_documented_error(&text));
        }
    }
}
