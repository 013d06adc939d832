//! TinyLink: a short link, three browsers that open it, the list, the statistics as a chart, and its end.

use std::time::{Duration, SystemTime};

use payvand_sandbox::Sandbox;
use payvand_sandbox::podlink::Podlink;
use podlink_api::{Clicks, Client, Content, Interval, Language, Share, Visit};

use crate::{Arguments, Outcome, show};

const SOURCE: &str = include_str!("podlink.rs");
const HASH: &str = "نوروز";

const BROWSERS: [(&str, &str); 3] = [
    (
        "Chrome on Windows",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36",
    ),
    (
        "Firefox on Linux",
        "Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0",
    ),
    (
        "Safari on an iPhone",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1",
    ),
];

pub(crate) async fn run(sandbox: &Sandbox, arguments: &Arguments) -> Outcome {
    if std::env::var_os("PAYVAND_POD_TOKEN").is_some() {
        return live(arguments).await;
    }
    show::title("POD TinyLink", &format!("sandbox at {}", sandbox.url()));
    let pod = Client::builder(Podlink::TOKEN)
        .api_key(Podlink::API_KEY)
        .base_url(sandbox.url())
        .short_domain(sandbox.url())
        .build()?;

    let address = shorten(&pod).await?;
    open(&address, sandbox).await?;
    list(&pod).await?;
    statistics(&pod, sandbox).await?;
    end(&pod).await
}

async fn live(arguments: &Arguments) -> Outcome {
    show::title("POD TinyLink", "live service");
    let pod = Client::from_env()?;
    list(&pod).await?;
    if arguments.live_write {
        let link = pod.add_link(Content::text("سلام از پیوند")).await?;
        show::result(link.short_url());
        pod.deactivate(link.hash()).await?;
        show::note("and switched off again");
    } else {
        show::note("A link is added, and switched off again, only with --live-write.");
    }
    Ok(())
}

async fn shorten(pod: &Client) -> Result<String, Box<dyn std::error::Error>> {
    show::code(
        SOURCE,
        "shorten",
        "A short link with a hash of our own, in Persian, and two tags:",
    );
    // [shorten]
    let link = pod
        .add_link(Content::link("https://example.com/offers/1404?utm_source=sms"))
        .hash(HASH)
        .tags(["فروش", "sms"])
        .await?;
    // [end]
    show::result(link.short_url());

    show::code(
        SOURCE,
        "texts",
        "A text can be shortened too, and the provider chooses the hash:",
    );
    // [texts]
    let text = pod.add_link(Content::text("کد تخفیف شما: ۱۴۰۴")).await?;
    let read = pod.visit(text.hash()).await?;
    // [end]
    match read {
        Visit::Content(text) => show::result(text),
        Visit::Redirect(url) => show::result(format!("leads to {url}")),
        other => show::result(format_args!("{other:?}")),
    }

    let Err(error) = pod.add_link(Content::text("x")).hash(HASH).await else {
        return Err("the hash should be taken".into());
    };
    show::result(format!(
        "the same hash again: {:?}, {}",
        error.code(),
        error.describe(Language::Persian)
    ));
    Ok(link.short_url())
}

/// What the readers of an SMS do: no client of ours, but browsers.
async fn open(address: &str, sandbox: &Sandbox) -> Outcome {
    show::note("Three readers open the short address; the last one comes back three days in a row:");
    let browser = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()?;
    let three_days = BROWSERS.into_iter().chain([BROWSERS[2]; 3]);
    for (number, (name, agent)) in three_days.enumerate() {
        if number >= BROWSERS.len() {
            sandbox.advance(Duration::from_secs(24 * 60 * 60));
        }
        let answer = browser
            .get(address)
            .header("user-agent", agent)
            .header("referer", "https://web.example.com/inbox")
            .send()
            .await?;
        let target = answer
            .headers()
            .get("location")
            .and_then(|value| value.to_str().ok());
        show::result(format!(
            "{name}: {} to {}",
            answer.status().as_u16(),
            target.unwrap_or("nowhere")
        ));
    }
    Ok(())
}

async fn list(pod: &Client) -> Outcome {
    show::code(
        SOURCE,
        "list",
        "The links of the account, page by page as they are needed:",
    );
    // [list]
    let mut links = pod.list_links().stream();
    let mut shown = 0;
    while let Some(link) = links.next().await {
        let link = link?;
        let visits = link.visit_count().unwrap_or_default();
        show::result(format!("{visits} visits: {}", link.short_url()));
        shown += 1;
        if shown == 10 {
            break;
        }
    }
    // [end]
    Ok(())
}

async fn statistics(pod: &Client, sandbox: &Sandbox) -> Outcome {
    show::code(
        SOURCE,
        "statistics",
        "Who clicked, and when? By the day, over the last week:",
    );
    let now = sandbox.now();
    // [statistics]
    let week_ago = now - Duration::from_secs(7 * 24 * 60 * 60);
    let stats = pod
        .click_stats(HASH)
        .interval(Interval::Day)
        .from(week_ago)
        .to(now)
        .await?;
    // [end]
    show::result(format!("{} clicks", stats.total_count()));
    for Clicks { since, count, .. } in stats.clicks() {
        let day = since.to_string();
        bar(day.get(..10).unwrap_or_default(), *count);
    }
    for shares in [stats.browsers(), stats.oses(), stats.referers()] {
        println!();
        for Share { name, count, .. } in shares {
            bar(name, *count);
        }
    }
    show::note("The days are Gregorian, in UTC.");

    let too_long = pod
        .click_stats(HASH)
        .interval(Interval::Minute)
        .from(week_ago)
        .to(SystemTime::now());
    let Err(error) = too_long.await else {
        return Err("a week by the minute should be refused".into());
    };
    show::result(format!("{error}"));
    Ok(())
}

fn bar(name: &str, count: u64) {
    let length = usize::try_from(count).unwrap_or(usize::MAX).min(40);
    println!("    {name:<20} {} {count}", "█".repeat(length));
}

async fn end(pod: &Client) -> Outcome {
    show::code(
        SOURCE,
        "deactivate",
        "The offer is over: the link is switched off, and leads nowhere.",
    );
    // [deactivate]
    pod.deactivate(HASH).await?;
    let Err(error) = pod.visit(HASH).await else {
        return Err("a link that is switched off should lead nowhere".into());
    };
    // [end]
    show::result(format!("{error}"));
    show::note(format!("code {:?}, effect {:?}", error.code(), error.effect()));
    show::note(format!("for an end user: {}", error.describe(Language::Persian)));
    Ok(())
}
