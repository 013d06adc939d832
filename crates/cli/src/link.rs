use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use payvand_persian::JalaliDate;
use podlink_api::{
    AddLinkCall, ClickStats, Client, Content, Interval, Link, LinkKind, ListLinksCall, OrderBy, Timestamp,
};
use serde_json::{Value, json};

use crate::arguments::whole;
use crate::bulk::rows::Record;
use crate::bulk::{Bulk, Job, Survey, one_by_one};
use crate::chart::bars;
use crate::clients;
use crate::context::Context;
use crate::days::{self, Days};
use crate::failure::{Exit, Failure};
use crate::screen::Screen;
use crate::table::{Table, pairs};
use crate::words::words;

/// As many bars as a reader may look at, and as many questions to the provider.
const MOST_BARS: usize = 400;

/// The rows of a list of names.
const MOST_NAMES: usize = 5;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Makes a short link.
    Add(Add),

    /// Shows links, the latest first.
    List {
        #[command(flatten)]
        which: Which,

        /// How many.
        #[arg(long, value_name = "NUMBER", default_value = "20", value_parser = whole::<u64>)]
        count: u64,

        /// How many to pass over.
        #[arg(long, value_name = "NUMBER", default_value = "0", value_parser = whole::<u64>)]
        offset: u64,
    },

    /// Writes all links to standard output, as CSV or as lines of JSON.
    Export {
        #[command(flatten)]
        which: Which,
    },

    /// Shows the clicks of a link.
    Stats {
        hash: String,

        #[command(flatten)]
        days: Days,

        /// What a bar stands for; days and months are those of the Jalali calendar.
        #[arg(long, value_name = "INTERVAL", default_value = "day")]
        by: Interval,
    },

    /// Lets a link work again.
    On { hash: String },

    /// Stops a link.
    Off { hash: String },
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    /// The address; with --text a text.
    #[arg(required_unless_present = "from", conflicts_with = "from")]
    content: Option<String>,

    /// Makes a link of each row of a file, once: CSV or lines of JSON, with a column content, and if you like kind, hash
    /// and tags.
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,

    #[command(flatten)]
    bulk: Bulk,

    /// The content is a text that visitors read.
    #[arg(long, conflicts_with = "file")]
    text: bool,

    /// The content is the address of a file.
    #[arg(long)]
    file: bool,

    /// The hash that you want.
    #[arg(long)]
    hash: Option<String>,

    /// A tag; can be repeated.
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Only links with this in them.
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,

    /// Only links with this tag; can be repeated.
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,

    /// Only link, content or file.
    #[arg(long)]
    kind: Option<LinkKind>,

    /// hash, createTime, expireTime or visitCount
    #[arg(long, value_name = "ORDER")]
    order: Option<OrderBy>,

    /// Smallest or oldest first.
    #[arg(long)]
    ascending: bool,

    #[command(flatten)]
    days: Days,
}

impl Which {
    fn call(self, pod: &Client) -> Result<ListLinksCall, Failure> {
        let mut call = pod.list_links().filter_tags(self.tag);
        if let Some(text) = self.search {
            call = call.search(text);
        }
        if let Some(kind) = self.kind {
            call = call.kind(kind);
        }
        if let Some(order) = self.order {
            call = call.order_by(order);
        }
        if self.ascending {
            call = call.ascending();
        }
        if let Some(first) = self.days.since {
            call = call.date_from(days::millis(first, first)?.0);
        }
        if let Some(last) = self.days.until {
            call = call.date_to(days::millis(last, last)?.1);
        }
        Ok(call)
    }
}

pub(crate) async fn run(command: Command, context: &Context) -> Result<Exit, Failure> {
    let pod = clients::podlink(context)?;
    match command {
        Command::Add(it) => return add(it, &pod, context).await,
        Command::List { which, count, offset } => {
            list(which.call(&pod)?.count(count).offset(offset), context).await?;
        }
        Command::Export { which } => context.ask(export(which.call(&pod)?, &context.screen)).await?,
        Command::Stats { hash, days, by } => stats(&hash, days, by, &pod, context).await?,
        Command::On { hash } => return switch(&hash, true, &pod, context).await,
        Command::Off { hash } => return switch(&hash, false, &pod, context).await,
    }
    Ok(Exit::Done)
}

async fn add(it: Add, pod: &Client, context: &Context) -> Result<Exit, Failure> {
    if let Some(file) = &it.from {
        return add_all(file, &it.bulk, pod, context).await;
    }
    let content = it.content.unwrap_or_default();
    let kind = match (it.text, it.file) {
        (true, _) => "content",
        (_, true) => "file",
        _ => "link",
    };
    let call = add_call(pod, kind, content, it.hash.as_deref(), it.tag);
    let link = context.change(call).await?;
    let object = json!({ "hash": link.hash(), "short_url": link.short_url(), "content": link.content() });
    context.show_change(&object, || link.short_url())
}

fn add_call(pod: &Client, kind: &str, content: String, hash: Option<&str>, tags: Vec<String>) -> AddLinkCall {
    let call = pod.add_link(match kind {
        "content" => Content::text(content),
        "file" => Content::file(content),
        _ => Content::link(content),
    });
    let call = call.tags(tags);
    hash.map_or_else(|| call.clone(), |hash| call.clone().hash(hash))
}

async fn add_all(file: &Path, bulk: &Bulk, pod: &Client, context: &Context) -> Result<Exit, Failure> {
    let read = |row: &Record| -> Result<Job<AddLinkCall>, String> {
        let content = row.get("content,link,url,لینک,نشانی,محتوا,متن");
        let content = content.ok_or("there is no column \"content\"")?;
        let optional = |names| row.get(names).filter(|it| !it.is_empty());
        let kind = optional("kind,type,نوع").unwrap_or("link").to_lowercase();
        if !["link", "content", "text", "file"].contains(&&*kind) {
            return Err(format!("no kind of link is {kind:?}"));
        }
        let kind = if kind == "text" { "content" } else { &kind };
        let hash = optional("hash,کد");
        let tags = optional("tags,برچسب").unwrap_or_default();
        let tags: Vec<_> = tags
            .split([',', '،'])
            .map(|it| it.trim().to_owned())
            .filter(|it| !it.is_empty())
            .collect();
        let call = add_call(pod, kind, content.to_owned(), hash, tags.clone());
        call.request().map_err(|error| error.to_string())?;
        let content = [kind, content, hash.unwrap_or_default()].map(str::to_owned);
        Ok(Job {
            what: call,
            content: content.into_iter().chain(tags).collect(),
            cost: 1,
        })
    };
    let survey = Survey::of(file, &read, context)?;
    if bulk.dry_run {
        return survey.show("links", None, context);
    }
    one_by_one::run(file, bulk, &survey, &read, context).await
}

async fn switch(hash: &str, is_on: bool, pod: &Client, context: &Context) -> Result<Exit, Failure> {
    let call = if is_on {
        pod.activate(hash)
    } else {
        pod.deactivate(hash)
    };
    context.change(call).await?;
    let screen = &context.screen;
    context.show_change(&json!({ "hash": hash, "active": is_on }), || {
        let text = if is_on {
            screen.say("The link works again.")
        } else {
            screen.say("The link is stopped.")
        };
        text.to_owned()
    })
}

async fn list(call: ListLinksCall, context: &Context) -> Result<(), Failure> {
    let page = context.ask(call).await?;
    let screen = &context.screen;
    let links: Vec<_> = page.links().iter().map(object).collect();
    screen.show(&json!({ "total": page.total_count(), "links": links }), || {
        let header = ["Hash", "Content", "Visits", "Created", "Tags"];
        let mut table = Table::new(screen, header, &[2]);
        for link in page.links() {
            table.row([
                link.hash().to_owned(),
                link.content().unwrap_or_default().to_owned(),
                link.visit_count()
                    .map(|it| screen.number(&it))
                    .unwrap_or_default(),
                link.create_time().map(|it| screen.day(it)).unwrap_or_default(),
                link.tags().collect::<Vec<_>>().join(screen.say(", ")),
            ]);
        }
        let shown = screen.number(&page.links().len());
        let total = page.total_count().map_or("?".to_owned(), |it| screen.number(&it));
        let of = screen.say("of");
        format!("{}{shown} {of} {total}", table.draw(screen))
    })
}

/// As programs get it.
fn object(link: &Link) -> Value {
    let mut object = json!(link);
    object["short_url"] = link.short_url().into();
    object
}

async fn export(call: ListLinksCall, screen: &Screen) -> Result<(), Failure> {
    let mut out = csv::Writer::from_writer(io::stdout().lock());
    let written = |result: csv::Result<()>| result.map_err(|error| Failure::of_output(&error.into()));
    let header = "hash,short_url,content,kind,visits,created,created_at,expires_at,tags";
    if !screen.is_json {
        written(out.write_record(header.split(',')))?;
    }
    let mut links = call.stream();
    while let Some(link) = links.next().await.transpose()? {
        if screen.is_json {
            Screen::json(&object(&link))?;
            continue;
        }
        let time = |at: Option<Timestamp>| at.map(|it| it.to_string()).unwrap_or_default();
        let day = link
            .create_time()
            .and_then(|it| JalaliDate::from_millis(it.as_millis()).ok());
        written(out.write_record([
            link.hash(),
            &link.short_url(),
            link.content().unwrap_or_default(),
            link.kind().map(LinkKind::as_str).unwrap_or_default(),
            &link.visit_count().map(|it| it.to_string()).unwrap_or_default(),
            &day.map(|it| it.to_string()).unwrap_or_default(),
            &time(link.create_time()),
            &time(link.expire_time()),
            &link.tags().collect::<Vec<_>>().join(","),
        ]))?;
    }
    written(out.flush().map_err(Into::into))
}

async fn stats(hash: &str, span: Days, by: Interval, pod: &Client, context: &Context) -> Result<(), Failure> {
    let (first, last) = span.or_last(if by == Interval::Month { 365 } else { 30 })?;
    let (from, to) = days::millis(first, last)?;
    let all = context
        .ask(pod.click_stats(hash).from(from).to(to).send_in_parts())
        .await?;
    let bars = match by {
        Interval::Day => days::each(first, last)
            .map(|day| (day.to_string(), day, day))
            .collect(),
        Interval::Month => months(first, last),
        // The provider's own intervals, which are hours and minutes in Tehran too.
        _ => {
            let parts = pod.click_stats(hash).from(from).to(to).interval(by);
            let parts = context.ask(parts.send_in_parts()).await?;
            let clicks = parts.clicks().iter();
            let counts = clicks.map(|it| (context.screen.moment(it.since), it.since, it.count));
            return show_stats(&all, &counts.collect::<Vec<_>>(), context);
        }
    };
    if bars.len() > MOST_BARS {
        return Err(Failure::usage(words!(
            "that would be {} bars, each with a call of its own: choose a shorter span or `--by month`",
            bars.len()
        )));
    }
    let mut counts = Vec::new();
    for (name, first, last) in bars {
        let (from, to) = days::millis(first, last)?;
        let part = context.ask(pod.click_stats(hash).from(from).to(to)).await?;
        counts.push((name, from, part.total_count()));
    }
    show_stats(&all, &counts, context)
}

/// Jalali months, the first and the last as far as they belong to the span.
fn months(first: JalaliDate, last: JalaliDate) -> Vec<(String, JalaliDate, JalaliDate)> {
    let mut months: Vec<(String, JalaliDate, JalaliDate)> = Vec::new();
    for day in days::each(first, last) {
        match months
            .last_mut()
            .filter(|(_, begin, _)| (begin.year(), begin.month()) == (day.year(), day.month()))
        {
            Some((_, _, end)) => *end = day,
            None => months.push((format!("{:04}/{:02}", day.year(), day.month()), day, day)),
        }
    }
    months
}

/// What the bars stand for, when they begin, and the clicks.
fn show_stats(
    all: &ClickStats,
    counts: &[(String, Timestamp, u64)],
    context: &Context,
) -> Result<(), Failure> {
    let screen = &context.screen;
    let intervals: Vec<_> = counts
        .iter()
        .map(|(name, since, count)| json!({ "name": name, "since": since.to_string(), "count": count }))
        .collect();
    let object = json!({
        "total": all.total_count(),
        "clicks": intervals,
        "countries": all.countries(),
        "referers": all.referers(),
        "browsers": all.browsers(),
        "oses": all.oses(),
    });
    screen.show(&object, || {
        let bar = |(name, _, count): &(String, Timestamp, u64)| (screen.digits(name), *count);
        let mut text = bars(screen, &counts.iter().map(bar).collect::<Vec<_>>());
        let shares = |all: &[podlink_api::Share]| -> Vec<(String, u64)> {
            all.iter().map(|it| (it.name.clone(), it.count)).collect()
        };
        let countries = all.countries().iter();
        for (title, mut names) in [
            (
                "Countries",
                countries.map(|it| (it.name.clone(), it.count)).collect(),
            ),
            ("Referers", shares(all.referers())),
            ("Browsers", shares(all.browsers())),
            ("Systems", shares(all.oses())),
        ] {
            if !names.is_empty() {
                names.sort_by_key(|it| std::cmp::Reverse(it.1));
                names.truncate(MOST_NAMES);
                text = [&*text, "\n", screen.say(title), "\n", &bars(screen, &names)].concat();
            }
        }
        let total = pairs(screen, [("Clicks", Some(screen.number(&all.total_count())))]);
        format!("{text}\n{total}")
    })
}
