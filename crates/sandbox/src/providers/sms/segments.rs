//! In how many parts a text is sent, and so what it costs.

/// The alphabet of GSM 03.38, and its characters that take two septets.
const SEPTET: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const TWO_SEPTETS: &str = "€^{}\\[~]|\u{c}";

/// How many parts a text takes: parts are filled one after the other, and no character is split between two.
pub(crate) fn segments(text: &str) -> u64 {
    let septets = |c: char| match c {
        // Most are: a look into the alphabet for each makes a long text slow.
        'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' => Some(1),
        c if SEPTET.contains(c) => Some(1),
        c => TWO_SEPTETS.contains(c).then_some(2),
    };
    let widths: Option<Vec<usize>> = text.chars().map(septets).collect();
    match widths {
        Some(widths) => fill(&widths, 160, 153),
        None => fill(&text.chars().map(char::len_utf16).collect::<Vec<_>>(), 70, 67),
    }
}

fn fill(widths: &[usize], alone: usize, in_parts: usize) -> u64 {
    if widths.iter().sum::<usize>() <= alone {
        return 1;
    }
    let (mut parts, mut used) = (1, 0);
    for width in widths {
        if used + width > in_parts {
            parts += 1;
            used = 0;
        }
        used += width;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_filled_and_not_divided() {
        let seen = |count| "س".repeat(count);
        for (text, parts) in [
            (String::new(), 1),
            ("a".repeat(160), 1),
            ("a".repeat(161), 2),
            (seen(70), 1),
            (seen(71), 2),
            (format!("{}😀{}", seen(66), seen(66)), 3),
            (format!("{}😀", seen(69)), 2),
            (format!("{0}€{0}€", "a".repeat(152)), 3),
            (format!("{}€aaaaa", "a".repeat(153)), 1),
            (format!("{}€", "a".repeat(159)), 2),
            ("[".repeat(80), 1),
            ("[".repeat(81), 2),
            ("[".repeat(160), 3),
            (format!("[{}", "a".repeat(304)), 2),
            (format!("[{}", "a".repeat(457)), 3),
            ("a\tb".repeat(24), 2),
        ] {
            assert_eq!(segments(&text), parts, "{text}");
        }
    }
}
