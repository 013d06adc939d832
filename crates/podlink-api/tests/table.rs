//! What each documented answer becomes, and that answer with something around it, in it or against it: the committed table.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test should fail loudly")]

mod support;

use payvand_answer_table::{Documented, assert_committed, table};
use podlink_api::testing::{ScriptedTransport, Step};
use podlink_api::{Content, Error, RetryPolicy, Visit};
use support::{builder, gateway, live, refusal, service};

const ADDED: &str = r#"{"urlOrContent":"this is sample content","hash":"sample20","visitCount":0,"shortenObjectKind":"content"}"#;
const LIST: &str = r#"{"totalCount":1,"linkVos":[{"urlOrContent":"متن تستی","hash":"تست","hashURL":" http://example.com/news/2","expireTime":1618300087215,"createTime":1555228087215,"visitCount":5,"isDeleted":false,"hashGeneratedMethod":"custom","shortenObjectKind":"content","tags":"text,sample"}]}"#;
const STATS: &str = r#"{"totalCount":7,"createTime":1552911699532,"urlOrContent":"https://example.com/","isURL":true,"countries":[{"name":"Unknown","count":7,"cities":[]}],"referers":[{"name":"192.168.6.2","count":1}],"browsers":[],"clickIntervals":{"intervals":[1551398400000,1554076800000],"clicksCount":[1,6]},"oses":[]}"#;

/// Of each call a success and the numbers of its own table.
const CALLS: [(&str, &str, &[i64]); 5] = [
    ("add", ADDED, &[401, 114, 116, 119, 120, 121, 999]),
    ("visit", "\"متن\"", &[116, 404, 999]),
    ("list", LIST, &[401, 116, 999]),
    ("set", "true", &[401, 116, 119, 404, 999]),
    ("stats", STATS, &[401, 116, 404, 999]),
];

fn documented() -> Vec<Documented> {
    let mut all = Vec::new();
    for (call, result, numbers) in CALLS {
        for (form, wrap) in [("text", live as fn(&str) -> String), ("object", gateway)] {
            let contradictions = [
                ("a code of failure", r#"{"error":false,"code":116,"result":R}"#),
                ("`error` true", r#"{"error":true,"code":200,"result":R}"#),
                (
                    "`errors` beside",
                    r#"{"error":false,"code":200,"errors":["x"],"result":R}"#,
                ),
                ("no sign of success", r#"{"message":"x","error":null,"result":R}"#),
            ];
            let contradictions = contradictions.map(|(name, json)| (name, json.replace('R', result)));
            all.push(Documented {
                name: format!("{call} success, {form}"),
                json: service(result),
                wrap,
                contradictions: contradictions.into(),
            });
        }
        for number in numbers {
            let refused = refusal(*number, "پیام");
            all.push(Documented {
                name: format!("{call} {number}"),
                wrap: live,
                contradictions: vec![
                    ("a result beside", refused.replace("null", result)),
                    ("another result beside", refused.replace("null", r#"{"id":5}"#)),
                    ("`error` false", refused.replace("true", "false")),
                ],
                json: refused,
            });
        }
        all.push(Documented {
            name: format!("{call} 21 of the gateway"),
            json: r#"{"hasError":true,"messageId":7,"referenceNumber":"ref-1","errorCode":21,"message":"no token","result":null}"#
                .to_owned(),
            wrap: str::to_owned,
            contradictions: vec![(
                "a success inside",
                format!(r#"{{"hasError":true,"errorCode":21,"result":{}}}"#, service(result)),
            )],
        });
    }
    all
}

#[test]
fn each_answer_in_each_form_is_what_the_table_says() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let read = |name: &str, body: String| -> Result<String, Error> {
        let script = ScriptedTransport::always(Step::answer(200, body));
        let pod = builder()
            .retry(RetryPolicy::never())
            .transport(script)
            .build()
            .unwrap();
        runtime.block_on(async {
            match name.split(' ').next().unwrap() {
                "add" => {
                    let link = pod.add_link(Content::text("x")).await?;
                    Ok(format!("{} {:?}", link.hash(), link.visit_count()))
                }
                "visit" => Ok(match pod.visit("a").await? {
                    Visit::Content(text) | Visit::Redirect(text) => text,
                    other => panic!("{other:?}"),
                }),
                "list" => {
                    let page = pod.list_links().await?;
                    let links = page
                        .links()
                        .iter()
                        .map(|it| format!("{} {:?} {:?}", it.hash(), it.visit_count(), it.create_time()));
                    Ok(format!("{:?} {}", page.total_count(), links.collect::<String>()))
                }
                "set" => pod.activate("a").await.map(|()| String::new()),
                _ => {
                    let stats = pod.click_stats("a").await?;
                    Ok(format!(
                        "{} {:?} {}",
                        stats.total_count(),
                        stats.clicks().len(),
                        stats.countries().len()
                    ))
                }
            }
        })
    };
    assert_committed(
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/table.txt"),
        &table(&documented(), read),
    );
}
