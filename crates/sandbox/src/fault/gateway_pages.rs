//! Error pages that look like those of the CDNs that stand before Iranian services. The words are our own: what they
//! share with the real ones is that they are HTML, who sends them, and that no provider ever saw the request.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};

/// A CDN common in Iran.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Cdn {
    /// ArvanCloud (ابر آروان).
    ArvanCloud,
    /// Derak.cloud (ابر دراک).
    Derak,
    /// Cloudflare.
    Cloudflare,
}

impl Cdn {
    pub(crate) fn headers(self) -> HeaderMap {
        let (server, trace) = match self {
            Self::ArvanCloud => ("ArvanCloud", "ar-sid"),
            Self::Derak => ("Derak.cloud", "x-request-id"),
            Self::Cloudflare => ("cloudflare", "cf-ray"),
        };
        HeaderMap::from_iter([
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/html; charset=utf-8"),
            ),
            (header::SERVER, HeaderValue::from_static(server)),
            (
                HeaderName::from_static(trace),
                HeaderValue::from_static("0000sandbox0000"),
            ),
        ])
    }

    pub(crate) fn page(self, status: StatusCode) -> String {
        let (code, reason) = (status.as_u16(), status.canonical_reason().unwrap_or("Error"));
        match self {
            Self::ArvanCloud => format!(
                "<!DOCTYPE html>\n<html lang=\"fa\" dir=\"rtl\"><head><meta charset=\"utf-8\"><title>خطای {code}</title>\
                 </head><body>\n<h1>{code}</h1><p>{}</p>\n<footer>ابر آروان (ArvanCloud)</footer></body></html>\n",
                in_persian(code)
            ),
            Self::Derak => format!(
                "<html lang=\"fa\"><head><title>{code} {reason}</title><style>body {{ direction: rtl }}</style></head>\n\
                 <body><div class=\"error\">{}<br>کد خطا: {code}</div><small>Derak.cloud</small></body></html>\n",
                in_persian(code)
            ),
            Self::Cloudflare => format!(
                "<!DOCTYPE html>\n<html lang=\"en-US\"><head><title>{code}: {reason}</title></head>\n<body><h1>Error {code}\
                 </h1><h2>{reason}</h2><span>Ray ID: 0000sandbox0000</span><script>var s = {{\"status\": {code}}};\
                 </script></body></html>\n"
            ),
        }
    }
}

fn in_persian(code: u16) -> &'static str {
    match code {
        403 => "اجازهٔ دیدن این نشانی را ندارید.",
        429 => "درخواست‌های شما از اندازه گذشته است؛ کمی دیرتر دوباره بیایید.",
        502 => "سرور اصلی پاسخ درستی نداد.",
        503 => "این سرویس اکنون در دسترس نیست.",
        504 => "سرور اصلی به‌موقع پاسخ نداد.",
        _ => "درخواست شما به سرور اصلی نرسید.",
    }
}
