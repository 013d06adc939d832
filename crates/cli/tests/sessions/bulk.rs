use std::collections::HashSet;
use std::fs::File;

use payvand_sandbox::Fault;
use payvand_sandbox::aparat::Aparat;
use payvand_sandbox::smsafzar::Smsafzar;
use serde_json::{Value, json};

use crate::harness::{Run, User, finish, until};

/// The last line of what a run with `--json` printed.
#[track_caller]
fn sum(run: &Run) -> Value {
    serde_json::from_str(run.out.lines().last().expect(&run.err)).unwrap()
}

fn counts(sum: &Value) -> [u64; 5] {
    ["done", "done_before", "not_done", "in_doubt", "left"].map(|it| sum[it].as_u64().unwrap())
}

fn people(count: usize) -> String {
    let rows = (0..count).map(|it| format!("0912{it:07},نام {it}\n"));
    format!("موبایل,name\n{}", rows.collect::<Vec<_>>().concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_of_orders() {
    let user = User::new().await;
    let aparat = user.sandbox.aparat();
    // As a spreadsheet writes it in Iran, with one row twice.
    let rows = "نوع;لینک;تعداد\r\nlike;https://www.aparat.com/v/a;100\r\nview;https://www.aparat.com/v/b;۲۰۰\r\nlike;https://www.aparat.com/v/a;100\r\n";
    user.file("campaign.csv", format!("\u{FEFF}{rows}"));
    let dry = user.run("aparat run campaign.csv --dry-run");
    assert_eq!((dry.code, aparat.orders().len()), (0, 0));
    assert!(dry.err.contains("`;` stands between the cells"), "{}", dry.err);
    assert_eq!(
        dry.out,
        "Rows             3\nRepeated         1\nCannot be right  0\nCost             400 orders\nBalance          100,000\n"
    );
    user.run("aparat run campaign.csv --quiet")
        .fails(2, "needs a --journal FILE");

    let run = "aparat run campaign.csv --quiet --journal orders.sqlite";
    user.run(&format!("{run} --out out.csv")).prints("Done  3\n");
    let placed: Vec<_> = aparat
        .orders()
        .iter()
        .map(|it| (it.kind().to_owned(), it.count()))
        .collect();
    assert_eq!(
        placed,
        [
            ("like".to_owned(), 100),
            ("view".to_owned(), 200),
            ("like".to_owned(), 100)
        ]
    );
    let out = user.text_of("out.csv");
    assert!(
        out.starts_with("line,key,outcome,answer,cause\n2,content:") && out.lines().count() == 4,
        "{out}"
    );
    // Nothing happens twice, and what is new is added.
    user.file(
        "campaign.csv",
        format!("{rows}follow;https://www.aparat.com/c;50\r\n"),
    );
    assert_eq!(counts(&sum(&user.run(&format!("{run} --json")))), [1, 3, 0, 0, 0]);
    assert_eq!(aparat.orders().len(), 4);
    let listed = user.run("journal list orders.sqlite --json").json();
    assert_eq!(listed.len(), 4);
    assert_eq!(
        (&listed[3]["state"], &listed[3]["unit"], &listed[3]["cost"]),
        (&json!("done"), &json!("orders"), &json!(50))
    );
}

/// Nothing is sent where a row cannot be right, and each is named with its line.
#[tokio::test(flavor = "multi_thread")]
async fn wrong_files() {
    let user = User::new().await;
    let order = "kind,link,count\nlike,https://www.aparat.com/v/a,100\n";
    for (text, says) in [
        (
            format!("{order}like,https://www.aparat.com/v/a,9000\n"),
            "line 3: aparat.order: not sent: the count must be from 50 to 7000",
        ),
        (
            format!("{order}love,https://www.aparat.com/v/a,100\n"),
            "line 3: no kind of order is \"love\"",
        ),
        (
            format!("{order}like,https://www.aparat.com/v/a,1e3\n"),
            "line 3: the count: ",
        ),
        (
            format!("{order}like,\"https://www.aparat.com/v/a,100\n"),
            "the quote that opens in line 3 is not closed",
        ),
        (
            format!("{order}like,https://www.aparat.com/v/a\n"),
            "line 3 has 2 cells",
        ),
        ("kind,link\nlike,x\n".to_owned(), "there is no column \"count\""),
        (
            order.replace("kind,", "key,kind,").replace("like,", "a,like,")
                + "a,view,https://www.aparat.com/v/b,100\n",
            "line 3: an earlier row has this key",
        ),
        ("PK\u{3}\u{4}".to_owned(), "it is not CSV in UTF-8"),
    ] {
        user.file("campaign.csv", text);
        user.run("aparat run campaign.csv --journal orders.sqlite")
            .fails(2, says);
    }
    user.run("aparat run none.csv --dry-run").fails(2, "No such file");
    user.file(
        "people.csv",
        "mobile,name\n0912,a\n+98 912 000 0000,\n09120000001;09120000002,b\n",
    );
    let run = user.run("sms bulk people.csv --via sabapayamak --text 'hi {name}' --journal sms.sqlite");
    for says in [
        "line 2: the number: 4 digits",
        "line 3: \"name\" is empty",
        "line 4: the number: more than one number",
    ] {
        assert!(run.err.contains(says), "{}", run.err);
    }
    user.run("sms bulk people.csv --via sabapayamak --text 'hi {nam}' --dry-run")
        .fails_with(2, "no column \"nam\"; there are: mobile, name");
    user.run("sms bulk people.csv --text 'hi {name'")
        .fails(2, "is a brace");
    user.run("aparat run people.csv --journal postgres://u:p@h/d")
        .fails(2, "cannot be right");
    user.run("journal list none.sqlite")
        .fails(2, "there is no journal");
    user.run("journal list postgres://u:p@h/d")
        .fails(2, "PAYVAND_JOURNAL_URL");
    assert!(
        user.sandbox.aparat().orders().is_empty() && user.sandbox.sabapayamak().sent_messages().is_empty()
    );
}

/// What other programs make of a file: it is understood, or named for what it is.
#[tokio::test(flavor = "multi_thread")]
async fn files_from_other_programs() {
    let user = User::new().await;
    let numbers = || user.sandbox.sabapayamak().sent_messages().len();
    let utf_16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    for (bytes, says) in [
        // pandas writes a column with a gap as floats, pyarrow and spreadsheets large numbers with an exponent.
        (
            b"mobile,text\n9120000000.0,a\n".to_vec(),
            "line 2: the number: 9120000000.0 is a decimal number in another program: export the column as text",
        ),
        (
            b"mobile,text\n912000000.0,a\n".to_vec(),
            "line 2: the number: 912000000.0 is a decimal",
        ),
        (
            b"mobile,text\n9.8912e+11,a\n".to_vec(),
            "line 2: the number: 9.8912e+11 has lost digits in another program: export",
        ),
        (
            b"mobile,text\n9.12E+09,a\n".to_vec(),
            "line 2: the number: 9.12E+09 has lost digits",
        ),
        (
            "mobile;text\n۹٫۱۲E+۰۹;a\n".into(),
            "line 2: the number: ۹٫۱۲E+۰۹ has lost digits",
        ),
        (
            b"{\"mobile\":9120000000.0,\"text\":\"a\"}".to_vec(),
            "line 1: the number: 9120000000.0 is a decimal",
        ),
        (
            utf_16("\u{FEFF}mobile\ttext\n"),
            "it is not CSV in UTF-8 but UTF-16: save it as \"CSV UTF-8\"",
        ),
        (
            b"PK\x03\x04".to_vec(),
            "it is not CSV in UTF-8 but a workbook: save it as",
        ),
        (
            b"sep=;\r\nmobile;text\r\n0912;a\r\n".to_vec(),
            "line 3: the number: 4 digits",
        ),
        (
            b"sep=;\r\nmobile;text;\"x\r\n".to_vec(),
            "the quote that opens in line 2 is not closed",
        ),
    ] {
        user.file("people.csv", bytes);
        user.run("sms bulk people.csv --via sabapayamak --journal sms.sqlite --quiet")
            .fails(2, says);
    }
    assert_eq!(numbers(), 0);
    for (number, text) in [
        "sep=;\r\nmobile;text\r\n09120000000;a,b\r\n",
        "\u{FEFF}\"sep=\t\"\nmobile\ttext\n09120000000\ta,b;c\n",
        "SEP=|\nmobile|text\n09120000000|a,b;c\n",
        "\u{FEFF}\u{FEFF}\"mobile\",\"text\"\n09120000000,a\n",
        "mobile,\u{FEFF}text\n09120000000,a\n",
    ]
    .into_iter()
    .enumerate()
    {
        user.file("people.csv", text);
        user.run(&format!(
            "sms bulk people.csv --via sabapayamak --journal sms{number}.sqlite --quiet"
        ))
        .prints("Done  1\n");
    }
    assert_eq!(numbers(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_goes_wrong() {
    let mut user = User::new().await;
    let aparat = user.sandbox.aparat();
    let rows = (0..6)
        .map(|it| format!("k{it},like,https://www.aparat.com/v/{it},100\n"))
        .collect::<Vec<_>>()
        .concat();
    user.file("campaign.csv", format!("key,kind,link,count\n{rows}"));
    let run = "aparat run campaign.csv --json --journal orders.sqlite";
    // The second is in doubt, and stays so until somebody has looked.
    aparat.fail_next_where(
        |it| it.query_value("link").is_some_and(|it| it.ends_with("/1")),
        Fault::reset().after_processing(),
    );
    let first = user.run(&format!("{run} --budget 500"));
    assert_eq!(
        (first.code, counts(&sum(&first))),
        (3, [4, 0, 0, 1, 1]),
        "{}",
        first.err
    );
    assert!(first.err.contains("the budget has 0 left"), "{}", first.err);
    let second = user.run(run);
    assert_eq!((second.code, counts(&sum(&second))), (3, [1, 4, 0, 1, 0]));
    assert_eq!(user.run("journal list orders.sqlite --state in_doubt").code, 3);
    user.run("journal settle orders.sqlite k1 did-not")
        .fails(2, "may still be on its way");
    assert_eq!(
        user.run("journal settle orders.sqlite k1 happened --json").json()[0]["settled"],
        true
    );
    assert_eq!((user.run(run).code, aparat.orders().len()), (0, 6));

    // Another address: a rehearsal's journal is not one of the real run.
    let other = payvand_sandbox::Sandbox::start().await.unwrap();
    user.set("PAYVAND_APARAT_BASE_URL", other.url());
    user.file(
        "campaign.csv",
        "kind,link,count\nlike,https://www.aparat.com/v/new,100\n",
    );
    let refused = user.run("aparat run campaign.csv --quiet --journal orders.sqlite");
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(
        refused.err.contains(user.sandbox.url()) && refused.err.contains(other.url()),
        "{}",
        refused.err
    );
    assert!(other.aparat().orders().is_empty());

    // Three in a row for one reason: there is no credit.
    user.set("PAYVAND_APARAT_TOKEN", Aparat::POOR_TOKEN);
    user.file("campaign.csv", format!("key,kind,link,count\n{rows}"));
    let poor = user.run("aparat run campaign.csv --json --journal poor.sqlite");
    assert_eq!(
        (poor.code, counts(&sum(&poor))),
        (1, [0, 0, 3, 0, 3]),
        "{}",
        poor.err
    );
    assert!(other.aparat().orders().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_text_or_a_text_of_its_own_for_each() {
    let user = User::new().await;
    let (afzar, saba) = (user.sandbox.smsafzar(), user.sandbox.sabapayamak());
    user.file("people.csv", people(3) + "+98 (0)912 000 0000,نام ۰\n");
    let dry = user
        .run("sms bulk people.csv --via smsafzar --text 'سلام {name} لا' --dry-run --json")
        .json();
    assert_eq!(
        (&dry[0]["rows"], &dry[0]["cost"], &dry[0]["unit"]),
        (&json!(4), &json!(4), &json!("parts"))
    );
    assert!(dry[0]["balance"].as_str().unwrap().contains("rial"), "{dry:?}");
    let run = format!(
        "sms bulk people.csv --via smsafzar --line {} --text 'سلام {{name}}' --journal sms.sqlite --json",
        Smsafzar::LINE
    );
    let sent = user.run(&run);
    assert_eq!(
        (sent.code, counts(&sum(&sent))),
        (0, [4, 0, 0, 0, 0]),
        "{}",
        sent.err
    );
    let messages = afzar.sent_messages();
    let mut texts: Vec<_> = messages.iter().map(|it| (it.recipient(), it.text())).collect();
    texts.sort_unstable();
    let of = |number, text| (number, text);
    assert_eq!(
        texts,
        [
            of("09120000000", "سلام نام 0"),
            of("09120000000", "سلام نام ۰"),
            of("09120000001", "سلام نام 1"),
            of("09120000002", "سلام نام 2")
        ]
    );
    let again = user.run(&run);
    assert_eq!(
        (counts(&sum(&again)), afzar.sent_messages().len()),
        ([0, 4, 0, 0, 0], 4)
    );

    user.file(
        "people.jsonl",
        "{\"mobile\":9120000000,\"متن\":\"یک\"}\n{\"mobile\":\"09120000001\",\"متن\":\"دو\"}\n",
    );
    user.run("sms bulk people.jsonl --via sabapayamak --journal saba.sqlite --out out.jsonl")
        .prints("Done  2\n");
    assert_eq!(saba.sent_messages().len(), 2);
    let out = user.text_of("out.jsonl");
    let lines: Vec<Value> = out.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    assert!(
        lines
            .iter()
            .all(|it| it["outcome"] == "done" && it["answer"]["id"].is_string()),
        "{out}"
    );
    user.file("mine.txt", "do not write here");
    user.run("sms bulk people.jsonl --via sabapayamak --journal saba.sqlite --out mine.txt")
        .fails(2, "not written by an earlier run");
    assert_eq!(user.text_of("mine.txt"), "do not write here");
}

/// Killed in the middle, and started again: nothing is sent twice, and what is not known is said.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_killed_goes_on() {
    let user = User::new().await;
    let saba = user.sandbox.sabapayamak();
    user.file("people.csv", people(2000));
    let run = "sms bulk people.csv --via sabapayamak --text سلام --journal sms.sqlite --json";
    for sent in [300, 900] {
        let mut child = user
            .command(run)
            .stdout(File::create("/dev/null").unwrap())
            .spawn()
            .unwrap();
        until("messages", || saba.sent_messages().len() >= sent);
        child.kill().unwrap();
        assert_eq!(finish(child).code, -1);
    }
    let last = user.run(run);
    let [done, before, not_done, in_doubt, left] = counts(&sum(&last));
    assert_eq!(
        (done + before + in_doubt, not_done, left),
        (2000, 0, 0),
        "{}",
        last.err
    );
    assert!(before >= 700 && in_doubt <= 200, "{before} {in_doubt}");
    assert_eq!(last.code, if in_doubt == 0 { 0 } else { 3 });
    let messages = saba.sent_messages();
    let numbers: HashSet<_> = messages.iter().map(|it| it.recipient().to_owned()).collect();
    assert_eq!(numbers.len(), messages.len(), "no number twice");
    assert!((2000 - usize::try_from(in_doubt).unwrap()..=2000).contains(&numbers.len()));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_of_one_journal_and_the_first_ctrl_c() {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;
    let user = User::new().await;
    let aparat = user.sandbox.aparat();
    let rows = (0..3)
        .map(|it| format!("like,https://www.aparat.com/v/{it},100\n"))
        .collect::<Vec<_>>()
        .concat();
    user.file("campaign.csv", format!("kind,link,count\n{rows}"));
    let run = "aparat run campaign.csv --json --journal orders.sqlite";
    aparat.fail_next_where(
        |it| it.query_value("link").is_some(),
        Fault::delay(std::time::Duration::from_millis(1500)),
    );
    let child = user.command(run).spawn().unwrap();
    until("a request", || user.sandbox.request_count() > 0);
    user.run(run)
        .fails(2, "another run of orders.sqlite is under way");
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), Signal::SIGTERM).unwrap();
    let stopped = finish(child);
    assert_eq!(
        (stopped.code, counts(&sum(&stopped))),
        (4, [1, 0, 0, 0, 2]),
        "{}",
        stopped.err
    );
    assert_eq!(aparat.orders().len(), 1);
    assert_eq!((user.run(run).code, aparat.orders().len()), (0, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn links_from_a_file_and_progress_on_a_terminal() {
    let user = User::new().await;
    user.file(
        "links.csv",
        "content,hash,tags\nhttps://example.com/1,one,\"a,b\"\nhttps://example.com/2,,\n",
    );
    let run = user.run_on_terminal("link add --from links.csv --journal links.sqlite", &[]);
    assert!(
        run.code == 0 && run.out.contains("2/2") && run.out.ends_with("Done  2\n"),
        "{}",
        run.out
    );
    let links = user.sandbox.podlink().links();
    let one = links.iter().find(|it| it.hash() == "one").unwrap();
    assert_eq!(
        (links.len(), one.tags()),
        (2, &["a".to_owned(), "b".to_owned()][..])
    );
    user.run("link add --from links.csv --journal links.sqlite --json --dry-run");
    assert_eq!(
        counts(&sum(
            &user.run("link add --from links.csv --journal links.sqlite --json")
        )),
        [0, 2, 0, 0, 0]
    );
    user.run("link add").fails(2, "required");
    user.run("link add x --from links.csv")
        .fails(2, "cannot be used with");
}

const FROM_LIBREOFFICE: &[u8] = include_bytes!("../libreoffice/people.csv");

/// Persian headers, cells between semicolons, a number of a phone that a spreadsheet takes for a number, Jalali dates.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_libreoffice_wrote() {
    let user = User::new().await;
    user.file("people.csv", FROM_LIBREOFFICE);
    let run = user
        .run("sms bulk people.csv --via sabapayamak --text '{نام}: {تاريخ}' --journal sms.sqlite --quiet");
    run.prints("Done  3\n");
    let messages = user.sandbox.sabapayamak().sent_messages();
    let texts: Vec<_> = messages.iter().map(|it| (it.recipient(), it.text())).collect();
    let of = |number, text| (number, text);
    assert_eq!(
        texts,
        [
            of("09120000001", "سارا، تهران: 1405/09/01"),
            of("09350000002", "رضا «ر»; \"قم\": ۱۴۰۴/۱۲/۲۹"),
            of("09120000003", "می‌نا: 1404/12/30"),
        ]
    );
}

#[test]
#[ignore = "needs LibreOffice; a step of `cargo xtask check --long`"]
fn libreoffice_writes_that_file() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("libreoffice");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/libreoffice/people.fods");
    let status = std::process::Command::new("soffice")
        .args([
            "--headless",
            "--convert-to",
            "csv:Text - txt - csv (StarCalc):59,34,76,1",
            "--outdir",
        ])
        .arg(&folder)
        .arg(source)
        .env("HOME", &folder)
        .status();
    assert!(status.unwrap().success());
    assert_eq!(
        std::fs::read(folder.join("people.csv")).unwrap(),
        FROM_LIBREOFFICE
    );
    std::fs::remove_dir_all(folder).unwrap();
}
