//! The pages, the examples and the documentation in the code: each path of a provider in them is one of a contract's.

use std::fs;
use std::path::{Path, PathBuf};

use crate::contract::{self, Operation, contract};

const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/// Not of a contract: POD's short addresses, and the sandbox's own paths.
const OTHERS: [&str; 2] = ["{hash}", "_sandbox"];

/// A path, and the method where the text is a program.
type Mention<'a> = (Option<&'static str>, &'a str);

fn operations() -> impl Iterator<Item = Operation<'static>> {
    contract::names().flat_map(|name| contract(name).operations())
}

fn mentions(text: &str) -> Vec<Mention<'_>> {
    let mut found = Vec::new();
    for method in METHODS {
        // `GET account/balance`, and GET account/balance without the marks.
        for (before, after) in splits(text, &format!("{method} ")) {
            let path = up_to(after, |c| c.is_whitespace() || "`\"'),;»".contains(c));
            if before.ends_with('`') || path.contains('/') {
                found.push((None, path));
            }
        }
        let call = format!(".{}(\"", method.to_lowercase());
        for (before, after) in splits(text, &call) {
            let path = up_to(after, |c| c == '"');
            if before.trim_end().trim_end_matches("()").ends_with("authorized") || path.contains('/') {
                found.push((Some(method), path));
            }
        }
        for (_, after) in splits(text, &format!("Method::{method}, \"")) {
            found.push((Some(method), up_to(after, |c| c == '"')));
        }
    }
    let servers = contract::names().flat_map(|name| contract(name).servers());
    for server in servers.chain(["\"{}"]) {
        for (_, after) in splits(text, &format!("{server}/")) {
            found.push((None, up_to(after, |c| c.is_whitespace() || "`\"')>»".contains(c))));
        }
    }
    found
}

/// What is before and after each place where the text has this.
fn splits<'a>(text: &'a str, this: &str) -> Vec<(&'a str, &'a str)> {
    let places = text.match_indices(this);
    places
        .map(|(at, _)| (&text[..at], &text[at + this.len()..]))
        .collect()
}

fn up_to(text: &str, is_end: impl Fn(char) -> bool) -> &str {
    text.split(is_end).next().unwrap_or_default()
}

fn is_in_a_contract((method, path): &Mention) -> bool {
    // Another host.
    if path.starts_with("//") {
        return true;
    }
    let path = up_to(path, |c| "?#".contains(c))
        .trim_start_matches('/')
        .trim_end_matches('.');
    let first = up_to(path, |c| c == '/');
    first.is_empty()
        || OTHERS.contains(&first)
        || operations().any(|it| {
            let method = method.map_or_else(|| it.method.to_owned(), str::to_lowercase);
            it.is_at(&method, &format!("/{path}"))
        })
}

/// Files below a folder whose names end so.
fn files(folder: &Path, end: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, end, found);
        } else if path.to_string_lossy().ends_with(end) {
            found.push(path);
        }
    }
}

fn comments(program: &str) -> String {
    let lines = program.lines().filter(|line| line.trim_start().starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[test]
fn every_path_in_the_pages_is_in_a_contract() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut pages: Vec<_> = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"]
        .map(|name| root.join(name))
        .into();
    files(&root.join("docs"), ".md", &mut pages);
    let crates = fs::read_dir(root.join("crates"))
        .unwrap()
        .map(|it| it.unwrap().path());
    let mut programs = Vec::new();
    files(&root.join("crates/internal/harness/examples"), ".rs", &mut pages);
    for folder in crates.filter(|it| it.join("Cargo.toml").exists()) {
        pages.extend(["README.md", "CHANGELOG.md"].map(|name| folder.join(name)));
        files(&folder.join("examples"), ".rs", &mut pages);
        files(&folder.join("src"), ".rs", &mut programs);
    }
    let texts = pages.iter().map(|it| (it, fs::read_to_string(it).unwrap()));
    let documentation = programs
        .iter()
        .map(|it| (it, comments(&fs::read_to_string(it).unwrap())));
    let (mut count, mut invented) = (0, Vec::new());
    for (file, text) in texts.chain(documentation) {
        for mention in mentions(&text) {
            count += 1;
            if !is_in_a_contract(&mention) {
                invented.push(format!("{}: {mention:?}", file.display()));
            }
        }
    }
    assert!(invented.is_empty(), "in no contract:\n{}", invented.join("\n"));
    assert!(count > 60, "{count}");
}

/// Outside of a provider's own crates, folders and files. What chooses among the providers (the program `payvand`, the journal, the
/// benchmarks, other people's generators) or is about one of them alone does not count.
const LISTS: [&str; 5] = [
    "Cargo.toml",
    "crates/internal/harness/Cargo.toml",
    "crates/internal/harness/examples/quickstart/main.rs",
    "crates/internal/harness/src/lib.rs",
    "crates/sandbox/src/providers.rs",
];

#[test]
fn a_provider_is_named_in_five_files_beside_its_own() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut paths = vec![root.join("Cargo.toml")];
    let equipment = ["fuzz", "harness", "leak-tests", "probe", "simulation", "stress"];
    let equipment = equipment.map(|name| format!("internal/{name}"));
    for name in ["http-core", "persian", "sandbox", "sms"]
        .into_iter()
        .chain(equipment.iter().map(String::as_str))
    {
        let folder = root.join("crates").join(name);
        files(&folder.join("src"), ".rs", &mut paths);
        files(&folder.join("examples"), ".rs", &mut paths);
    }
    paths.push(root.join(LISTS[1]));
    let names_it = |path: &Path| {
        let text = fs::read_to_string(path).unwrap();
        let mut code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        code.any(|line| line.contains("podlink"))
    };
    let mut found: Vec<_> = paths
        .iter()
        .map(|path| {
            path.strip_prefix(&root)
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/")
        })
        // Its own, and a resource of the admin API that it alone has.
        .filter(|path| !path.contains("podlink") && path != "crates/sandbox/src/admin/links.rs")
        .filter(|path| names_it(&root.join(path)))
        .collect();
    found.sort();
    assert_eq!(found, LISTS);
}

#[test]
fn an_invented_path_is_found() {
    for (text, is_known) in [
        ("`GET account/balance`", true),
        ("`GET /api/v1/credits/10`", true),
        ("`DELETE messages/send/scheduled/{batch}`", true),
        ("a GET of the balance", true),
        ("`GET /_sandbox/requests`", true),
        ("`GET credit`", false),
        ("POST messages/sent", false),
        ("tokens\n    .authorized()\n    .get(\"account/balance\")", true),
        ("tokens.authorized().get(\"credit\")", false),
        ("tokens.authorized().post(\"account/balance\")", false),
        ("authorized.put(\"contacts\")", false),
        ("authorized.put(\"//elsewhere.example\")", true),
        ("request(Method::GET, \"messages\")", false),
        ("https://api.smsafzar.ir/messages/send?x=1", true),
        ("https://api.smsafzar.ir", true),
        ("https://api.smsafzar.ir/sms/send", false),
        ("format!(\"{}/aparat/api.php?token=\")", true),
        ("format!(\"{}/aparat/order.php\")", false),
    ] {
        let is_fine = mentions(text).iter().all(is_in_a_contract);
        assert_eq!(is_fine, is_known, "{text}");
    }
}

/// In a right-to-left sentence dots and brackets at the ends of a code would be shown at its other end.
#[test]
fn code_in_persian_pages_says_its_direction() {
    let mut pages = Vec::new();
    files(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/fa"),
        ".md",
        &mut pages,
    );
    assert!(!pages.is_empty());
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        // What stands between two fences.
        for sentences in text.split("\n```").step_by(2) {
            for code in sentences.split('`').skip(1).step_by(2) {
                let keeps_its_order = code.starts_with(|c: char| c.is_ascii_alphabetic())
                    && code.ends_with(|c: char| c.is_ascii_alphanumeric());
                assert!(
                    keeps_its_order,
                    "{}: <code dir=\"ltr\"> for {code}",
                    page.display()
                );
            }
        }
    }
}
