/// The codes of a provider's calls: one of its login means the same there. Those without a number are named.
#[macro_export]
#[doc(hidden)]
macro_rules! codes_of_calls {
    ($login:ident => $code:ident $(, $unnumbered:ident)*) => {
        impl ::http_core::Code for $code {
            type Details = $login::Details;

            fn describe(&self, language: ::http_core::Language) -> ::std::borrow::Cow<'static, str> {
                Self::describe(self, language)
            }
        }

        impl From<$login::Code> for $code {
            fn from(code: $login::Code) -> Self {
                match (code.number(), code) {
                    $((_, $login::Code::$unnumbered) => Self::$unnumbered,)*
                    (_, $login::Code::Unknown(word)) => Self::of(&word),
                    (Some(number), _) => Self::of(&number.to_string()),
                    (None, other) => Self::Unknown(format!("{other:?}")),
                }
            }
        }
    };
}
