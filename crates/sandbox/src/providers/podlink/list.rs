//! The list: filters, order, pages.

use super::link::{Kind, Link};
use super::refusal::Refusal;
use super::service::{Parameters, Service, given, number, split_tags};

pub(super) struct Page<'a> {
    pub(super) total: usize,
    pub(super) links: Vec<&'a Link>,
}

/// What the account's links must have to be listed. The document names the parameters and says little more: the
/// substring is looked for in hash and content, dates are those of creation, `filter_tags` must all be among the tags,
/// and of `search_tags` one must be part of a tag.
struct Filter<'a> {
    owner: &'a str,
    text: Option<String>,
    from: Option<i64>,
    to: Option<i64>,
    method: Option<&'a str>,
    kind: Option<Kind>,
    all_tags: Vec<String>,
    any_tag: Vec<String>,
}

#[derive(Clone, Copy)]
enum Order {
    Hash,
    CreateTime,
    ExpireTime,
    VisitCount,
}

impl Service {
    pub(super) fn list(
        &self,
        owner: &str,
        parameters: &Parameters,
        ignore_offset: bool,
    ) -> Result<Page<'_>, Refusal> {
        let filter = Filter::read(owner, parameters)?;
        let (order, ascending) = order(parameters)?;
        let offset = whole(parameters, "offset")?.unwrap_or(0);
        let count = whole(parameters, "count")?.unwrap_or(10).min(self.largest_page);

        let mut links: Vec<&Link> = self.links().filter(|link| filter.takes(link)).collect();
        match order {
            // They stand in the order in which they were added.
            Order::CreateTime => {}
            Order::Hash => links.sort_by(|a, b| a.hash.cmp(&b.hash)),
            Order::ExpireTime => links.sort_by_key(|link| link.expires),
            Order::VisitCount => links.sort_by_key(|link| link.visits),
        }
        if !ascending {
            links.reverse();
        }
        let offset = if ignore_offset { 0 } else { offset };
        Ok(Page {
            total: links.len(),
            links: links.into_iter().skip(offset).take(count).collect(),
        })
    }
}

impl<'a> Filter<'a> {
    fn read(owner: &'a str, parameters: &'a Parameters) -> Result<Self, Refusal> {
        let method = given(parameters, "hashGeneratedMethod");
        if method.is_some_and(|method| !matches!(method, "auto" | "custom")) {
            return Err(Refusal::InvalidParameter);
        }
        let kind = given(parameters, "shortenObjectKind")
            .map(|word| Kind::parse(word).ok_or(Refusal::InvalidParameter))
            .transpose()?;
        let tags = |name| split_tags(given(parameters, name).unwrap_or_default());
        Ok(Self {
            owner,
            text: given(parameters, "search_sub_string").map(str::to_lowercase),
            from: number(parameters, "date_from")?,
            to: number(parameters, "date_to")?,
            method,
            kind,
            all_tags: tags("filter_tags"),
            any_tag: tags("search_tags"),
        })
    }

    fn takes(&self, link: &Link) -> bool {
        link.owner == self.owner
            && self.text.as_ref().is_none_or(|text| {
                link.hash.to_lowercase().contains(text) || link.content.to_lowercase().contains(text)
            })
            && self.from.is_none_or(|from| link.created >= from)
            && self.to.is_none_or(|to| link.created <= to)
            && self.method.is_none_or(|method| link.method() == method)
            && self.kind.is_none_or(|kind| link.kind == kind)
            && self.all_tags.iter().all(|tag| link.tags.contains(tag))
            && (self.any_tag.is_empty()
                || self
                    .any_tag
                    .iter()
                    .any(|part| link.tags.iter().any(|tag| tag.contains(part))))
    }
}

fn order(parameters: &Parameters) -> Result<(Order, bool), Refusal> {
    let order = match given(parameters, "order_by") {
        None | Some("createTime") => Order::CreateTime,
        Some("hash") => Order::Hash,
        Some("expireTime") => Order::ExpireTime,
        Some("visitCount") => Order::VisitCount,
        Some(_) => return Err(Refusal::InvalidParameter),
    };
    // The document: descending unless it is true. The vendor's own clients write `True`.
    let ascending = given(parameters, "order_asc");
    let ascending = ascending.is_some_and(|text| text == "1" || text.eq_ignore_ascii_case("true"));
    Ok((order, ascending))
}

fn whole(parameters: &Parameters, name: &str) -> Result<Option<usize>, Refusal> {
    number(parameters, name)?
        .map(|number| usize::try_from(number).map_err(|_| Refusal::InvalidParameter))
        .transpose()
}
