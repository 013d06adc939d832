//! The words that users store and print.

#![allow(clippy::unwrap_used, clippy::panic)]

use aparat_api::{OrderKind, OrderState};

#[test]
fn a_kind_goes_to_its_word_and_back() {
    for (kind, word) in [
        (OrderKind::Like, "like"),
        (OrderKind::View, "view"),
        (OrderKind::Follow, "follow"),
    ] {
        assert_eq!((kind.as_str(), kind.to_string().as_str()), (word, word));
        assert_eq!(word.parse(), Ok(kind));
        assert_eq!(word.to_uppercase().parse(), Ok(kind));
        let json = serde_json::to_value(kind).unwrap();
        assert_eq!(json, word);
        assert_eq!(serde_json::from_value::<OrderKind>(json).unwrap(), kind);
    }
    assert_eq!(
        format!("{:>5}|{:<5}|", OrderKind::Like, OrderKind::View),
        " like|view |"
    );
    for text in ["", " like", "likes", "لایک", "not-a-real-token"] {
        let error = text.parse::<OrderKind>().unwrap_err();
        assert_eq!(error.words(), ["like", "view", "follow"]);
        let sentence = "unknown word: expected one of like, view, follow";
        assert_eq!(error.to_string(), sentence);
        let error = serde_json::from_value::<OrderKind>(text.into()).unwrap_err();
        assert_eq!(error.to_string(), sentence);
    }
}

#[test]
fn a_state_goes_to_its_word_and_back() {
    for (state, word) in [
        (OrderState::Pending, "pending"),
        (OrderState::InProgress, "in_progress"),
        (OrderState::Completed, "completed"),
        (OrderState::Canceled, "canceled"),
        (OrderState::Failed, "failed"),
        (OrderState::Other("در دست بررسی".to_owned()), "در دست بررسی"),
    ] {
        assert_eq!(state.to_string(), word);
        assert_eq!(word.parse(), Ok(state.clone()));
        assert_eq!(word.to_uppercase().parse(), Ok(state.clone()));
        let json = serde_json::to_value(&state).unwrap();
        assert_eq!(json, word);
        assert_eq!(serde_json::from_value::<OrderState>(json).unwrap(), state);
    }
}
