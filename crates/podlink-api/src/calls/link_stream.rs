use std::collections::HashSet;
use std::fmt;
use std::future::poll_fn;
use std::hash::{BuildHasher, RandomState};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use http_core::CallFuture;

use crate::calls::list_links::{Link, LinkPage, ListLinksCall};
use crate::contract::Service;
use crate::error::{Error, ErrorBuilder};

impl ListLinksCall {
    /// All links that match, from `offset` on, asking for one page after the other as they are needed. `count` is the
    /// size of a page, and `timeout` holds for each page.
    ///
    /// ```
    /// # use podlink_api::testing::{ScriptedTransport, Step};
    /// # use podlink_api::Client;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), podlink_api::Error> {
    /// # let page = |links: &str| Step::answer(200, format!(r#"{{"hasError":false,"result":{{"result":{{"error":false,"code":200,"result":{{"totalCount":3,"linkVos":[{links}]}}}}}}}}"#));
    /// # let script = ScriptedTransport::new([page(r#"{"hash":"a"},{"hash":"b"}"#), page(r#"{"hash":"c"}"#)]);
    /// # let pod = Client::builder("not-a-real-token").api_key("not-a-real-key").transport(script.clone()).build()?;
    /// let mut links = pod.list_links().count(2).stream();
    /// let mut hashes = Vec::new();
    /// while let Some(link) = links.next().await {
    ///     hashes.push(link?.hash().to_owned());
    /// }
    /// assert_eq!(hashes, ["a", "b", "c"]);
    /// # assert_eq!(script.requests().len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream(self) -> LinkStream {
        LinkStream::new(self)
    }
}

/// Larger pages than the provider's default of 10, without asking for more than anyone would mind.
const PAGE: u64 = 100;

/// How often the list may change under the reader's feet in a way that needs going back or passing over what was
/// seen. A list that changes more often is given up, with an error.
const PATIENCE: u32 = 64;

/// All links of a list, page by page; made by [`ListLinksCall::stream`].
///
/// It advances by what it received, so a provider that sends shorter pages than asked for is no trouble. It ends when
/// a page is empty, when `totalCount` is reached, or when a page comes again (a provider that ignores `offset`).
///
/// A list may change while it is read. When its total shrinks, the stream steps back by as many, so that no link is
/// passed over, and leaves out those that it has just given; when it grows, it leaves out what has moved down into
/// the next page. Changes that leave the total as it was cannot be seen. If the list shrinks by more than a page at
/// once, some links may come twice; if it goes on shrinking for ever, the stream ends in an error rather than
/// losing links silently.
///
/// After an error it ends. [`offset`](Self::offset) says where to go on.
#[must_use = "a stream asks for nothing until it is read"]
pub struct LinkStream {
    call: ListLinksCall,
    pager: Pager,
    asking: Option<CallFuture<LinkPage, Error>>,
    links: std::vec::IntoIter<Link>,
}

impl LinkStream {
    pub(crate) fn new(call: ListLinksCall) -> Self {
        Self {
            pager: Pager::new(call.first()),
            call: match call.page_size() {
                Some(_) => call,
                None => call.count(PAGE),
            },
            asking: None,
            links: Vec::new().into_iter(),
        }
    }

    /// The next link; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Link, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// How many links match in all, by the last page that said so; `None` before the first one.
    pub fn total_count(&self) -> Option<u64> {
        self.pager.total
    }

    /// The links one after the other, without async code.
    ///
    /// # Errors
    /// [`Kind::Configuration`](crate::Kind::Configuration): the system gives no thread to make calls on.
    #[cfg(feature = "blocking")]
    #[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
    pub fn wait(self) -> Result<http_core::BlockingIter<Self>, Error> {
        let operation = Service::ListLinks.operation();
        http_core::BlockingIter::new(self).map_err(|error| error.before_sending(operation))
    }

    /// Where in the list the next page begins. To go on after an error, give it to
    /// [`ListLinksCall::offset`] (links of the current page that were not taken are before it).
    pub fn offset(&self) -> u64 {
        self.pager.offset
    }
}

impl Stream for LinkStream {
    type Item = Result<Link, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(link) = self.links.next() {
                return Poll::Ready(Some(Ok(link)));
            }
            if self.pager.is_over {
                return Poll::Ready(None);
            }
            let asked = self.pager.offset;
            let mut asking = if let Some(asking) = self.asking.take() {
                asking
            } else {
                // The page that is used up goes before the next one comes.
                self.links = Vec::new().into_iter();
                self.call.clone().offset(asked).send()
            };
            let answer = match asking.as_mut().poll(context) {
                Poll::Ready(answer) => answer,
                Poll::Pending => {
                    self.asking = Some(asking);
                    return Poll::Pending;
                }
            };
            let outcome = answer.and_then(|page| {
                let (total, received) = (page.total_count(), page.received);
                self.pager
                    .take(total, received, page.into_links())
                    .map_err(|failure| failure.before_sending(Service::ListLinks.operation()))
            });
            match outcome {
                Ok(links) => self.links = links.into_iter(),
                Err(error) => {
                    self.pager.is_over = true;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}

impl fmt::Debug for LinkStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkStream")
            .field("call", &self.call)
            .field("offset", &self.pager.offset)
            .field("is_over", &self.pager.is_over)
            .finish_non_exhaustive()
    }
}

/// What a page is recognised by when it comes again.
#[derive(Clone, Copy)]
struct Print {
    names: u64,
    /// In a list that has grown since, a page may come again further down.
    growths: u64,
}

/// Where the stream is, and what it must remember to lose nothing and to come to an end. Knows no HTTP.
struct Pager {
    start: u64,
    offset: u64,
    total: Option<u64>,
    /// How often the total has become larger.
    growths: u64,
    /// The links just given, by a hash of their hash.
    recent: HashSet<u64>,
    /// Before this offset links may come again that were given already.
    settled_from: u64,
    previous: Option<Print>,
    /// A page to compare later ones with, moved on at powers of two: it finds a circle of any length.
    milestone: Option<Print>,
    pages: u64,
    patience: u32,
    keys: RandomState,
    is_over: bool,
}

impl Pager {
    fn new(start: u64) -> Self {
        Self {
            start,
            offset: start,
            total: None,
            growths: 0,
            recent: HashSet::new(),
            settled_from: start,
            previous: None,
            milestone: None,
            pages: 0,
            patience: PATIENCE,
            keys: RandomState::new(),
            is_over: false,
        }
    }

    /// Takes the page at `offset`, which had `received` items and these links among them, and moves on. Gives
    /// those that are new.
    fn take(
        &mut self,
        total: Option<u64>,
        received: usize,
        mut links: Vec<Link>,
    ) -> Result<Vec<Link>, ErrorBuilder> {
        let asked = self.offset;
        let before = self.total;
        self.total = total.or(before);
        match (before, total) {
            (Some(before), Some(now)) if now < before && asked > self.start => {
                // What came after the links that are gone has moved up, some of it to before this page.
                self.lose_patience()?;
                self.settled_from = self.settled_from.max(asked);
                self.offset = asked.saturating_sub(before - now).max(self.start);
                return Ok(Vec::new());
            }
            (Some(before), Some(now)) if now > before => {
                self.growths += 1;
                self.settled_from = self.settled_from.max(asked.saturating_add(now - before));
            }
            _ => {}
        }
        if received == 0 {
            self.is_over = true;
            return Ok(links);
        }

        let names: Vec<u64> = links.iter().map(|link| self.keys.hash_one(link.hash())).collect();
        let is_settled = asked >= self.settled_from;
        let print = Print {
            names: self.keys.hash_one(&names),
            growths: self.growths,
        };
        let before = [self.previous, self.milestone].into_iter().flatten();
        let mut same = before.filter(|page| page.names == print.names).peekable();
        if !names.is_empty() && same.peek().is_some() {
            if is_settled && same.any(|page| page.growths == print.growths) {
                self.is_over = true;
                return Ok(Vec::new());
            }
            self.lose_patience()?;
        }
        self.remember(print);

        self.offset = asked.saturating_add(received as u64);
        if is_settled {
            self.recent.clear();
            self.recent.extend(names);
        } else {
            let mut names = names.into_iter();
            links.retain(|_| names.next().is_some_and(|name| self.recent.insert(name)));
        }
        self.is_over = self.total.is_some_and(|total| self.offset >= total);
        Ok(links)
    }

    fn remember(&mut self, print: Print) {
        self.pages += 1;
        self.previous = Some(print);
        if self.pages.is_power_of_two() {
            self.milestone = Some(print);
        }
    }

    fn lose_patience(&mut self) -> Result<(), ErrorBuilder> {
        self.patience = self.patience.checked_sub(1).ok_or_else(|| {
            let detail = "the list kept changing while it was read; some links may be missing";
            ErrorBuilder::decode("$.totalCount", detail)
        })?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use http_core::Redactor;
    use http_core::decode::Raw;
    use proptest::prelude::*;

    use super::*;
    use crate::details::SupportReference;
    use crate::envelope::Context;
    use crate::short_domain::ShortDomain;

    fn link(name: &str) -> Link {
        let json = format!("{{\"hash\":{name:?}}}");
        let mut object = Raw::parse(&json).and_then(Raw::object).unwrap();
        let context = Context {
            depth: 0,
            support_reference: SupportReference::default(),
            domain: &ShortDomain::default(),
            redactor: &Redactor::default(),
        };
        Link::read(&mut object, &context).unwrap()
    }

    struct Taken {
        links: Vec<Link>,
        is_last: bool,
    }

    fn take(pager: &mut Pager, total: Option<u64>, links: Vec<Link>) -> Result<Taken, ErrorBuilder> {
        let links = pager.take(total, links.len(), links)?;
        let is_last = pager.is_over;
        Ok(Taken { links, is_last })
    }

    /// Reads a list that `change` may alter before each request; the hashes and the number of requests.
    fn read_all(
        start: u64,
        page: usize,
        show_total: bool,
        list: &mut Vec<String>,
        mut change: impl FnMut(usize, &mut Vec<String>),
    ) -> Result<(Vec<String>, usize), usize> {
        let mut pager = Pager::new(start);
        let mut read = Vec::new();
        for request in 1..10_000 {
            change(request, list);
            let links = list
                .iter()
                .skip(usize::try_from(pager.offset).unwrap())
                .take(page)
                .map(|name| link(name))
                .collect();
            let total = show_total.then_some(list.len() as u64);
            let Ok(taken) = take(&mut pager, total, links) else {
                return Err(request);
            };
            read.extend(taken.links.iter().map(|link| link.hash().to_owned()));
            if taken.is_last {
                return Ok((read, request));
            }
        }
        panic!("it loops for ever");
    }

    fn names(range: std::ops::Range<usize>) -> Vec<String> {
        range.map(|n| format!("h{n}")).collect()
    }

    #[test]
    fn a_list_that_stays_is_read_once_in_as_few_requests_as_there_are_pages() {
        for (length, page, requests) in [
            (0, 10, 1),
            (1, 10, 1),
            (10, 10, 1),
            (11, 10, 2),
            (100, 10, 10),
            (95, 7, 14),
        ] {
            let mut list = names(0..length);
            let read = read_all(0, page, true, &mut list, |_, _| {}).unwrap();
            assert_eq!(read, (names(0..length), requests));
        }
    }

    #[test]
    fn without_a_total_it_ends_on_an_empty_page() {
        let read = read_all(0, 10, false, &mut names(0..30), |_, _| {}).unwrap();
        assert_eq!(read, (names(0..30), 4));
        let read = read_all(5, 10, false, &mut names(0..8), |_, _| {}).unwrap();
        assert_eq!(read, (names(5..8), 2));
    }

    #[test]
    fn a_provider_that_ignores_the_offset_ends_it() {
        let page = || (0..3).map(|n| link(&format!("h{n}"))).collect::<Vec<_>>();
        for total in [None, Some(1_000_000)] {
            let mut pager = Pager::new(0);
            assert_eq!(take(&mut pager, total, page()).ok().unwrap().links.len(), 3);
            let second = take(&mut pager, total, page()).ok().unwrap();
            assert!(second.links.is_empty() && second.is_last);
        }
    }

    #[test]
    fn the_last_page_again_and_again_is_given_once() {
        for last in 0..20 {
            let mut pager = Pager::new(0);
            let mut given = 0;
            for n in 0..=last + 1 {
                let page = vec![link(&format!("h{}", n.min(last)))];
                let taken = take(&mut pager, None, page).ok().unwrap();
                given += taken.links.len();
                assert_eq!(taken.is_last, n > last);
            }
            assert_eq!(given, last + 1);
        }
    }

    #[test]
    fn pages_in_a_circle_end_it() {
        for (tail, circle) in (0..20).flat_map(|tail| (1..20).map(move |circle| (tail, circle))) {
            let mut pager = Pager::new(0);
            let is_over = (0..200).any(|n| {
                let name = if n < tail { n } else { tail + (n - tail) % circle };
                let page = vec![link(&format!("h{name}"))];
                take(&mut pager, None, page).ok().unwrap().is_last
            });
            assert!(is_over, "a circle of {circle} after {tail}");
        }
    }

    #[test]
    fn a_list_that_shrinks_for_ever_is_given_up_with_an_error() {
        let mut total = u64::MAX;
        let mut pager = Pager::new(0);
        let mut given_up = false;
        for n in 0..10_000 {
            total -= 1;
            let page = vec![link(&format!("h{n}")), link(&format!("i{n}"))];
            if take(&mut pager, Some(total), page).is_err() {
                given_up = true;
                break;
            }
        }
        assert!(given_up);
    }

    #[test]
    fn links_that_go_while_it_reads_take_none_with_them() {
        for page in [1, 3, 10] {
            for gone in 0..30 {
                let mut list = names(0..30);
                let (read, _) = read_all(0, page, true, &mut list, |request, list| {
                    if request == 3 {
                        list.remove(gone);
                    }
                })
                .unwrap();
                for name in &list {
                    let times = read.iter().filter(|read| *read == name).count();
                    assert_eq!(times, 1, "{name} with pages of {page} and {gone} gone");
                }
            }
        }
    }

    #[test]
    fn links_that_come_at_the_head_bring_none_twice() {
        for new in 1..=5 {
            let mut list = names(0..30);
            let (read, _) = read_all(0, 5, true, &mut list, |request, list| {
                if request == 3 {
                    list.splice(0..0, (0..new).map(|n| format!("new{n}")));
                }
            })
            .unwrap();
            assert_eq!(read, names(0..30), "{new} new ones");
        }
    }

    /// The page before the last comes again, two pages further down, and is not the end.
    #[test]
    fn links_that_come_by_the_page_do_not_end_it() {
        let mut list = names(0..25);
        let (read, _) = read_all(0, 6, true, &mut list, |request, list| {
            let new = match request {
                5 => 12,
                6 => 6,
                _ => 0,
            };
            list.splice(0..0, (0..new).map(|n| format!("new{request}.{n}")));
        })
        .unwrap();
        assert_eq!(read.last().unwrap(), "h24");
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_it_ends(
            length in 0..80_usize,
            page in 1..12_usize,
            start in 0..10_u64,
            changes in prop::collection::vec((0..20_usize, any::<bool>(), 0..80_usize, 1..15_usize), 0..12),
        ) {
            let mut list = names(0..length);
            let original: Vec<_> = list.iter().skip(usize::try_from(start).unwrap()).cloned().collect();
            let mut serial = 1000;
            let outcome = read_all(start, page, true, &mut list, |request, list| {
                let Some(&(_, grows, place, number)) = changes.iter().find(|change| change.0 == request) else {
                    return;
                };
                // At the end of the list and before `start` too; but one request sees only one kind of change.
                for _ in 0..number {
                    let place = place.min(list.len());
                    if grows {
                        list.insert(place, format!("h{serial}"));
                        serial += 1;
                    } else if place < list.len() {
                        list.remove(place);
                    }
                }
            });
            let (read, _) = outcome.unwrap();
            // What stood before `start` may move; the promise is for a stream over the whole list.
            if start == 0 {
                for name in original.iter().filter(|name| list.contains(name)) {
                    prop_assert!(read.contains(name), "{name} is missing from {read:?}");
                }
            }
        }
    }
}
