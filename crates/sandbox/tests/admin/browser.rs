//! The page in Chromium: as a person uses it, and as other pages try to get at what is behind it.

use payvand_sandbox::aparat::Aparat;
use payvand_sandbox::podlink::Podlink;
use payvand_sandbox::sabapayamak::Sabapayamak;
use payvand_sandbox::{RecordedRequest, Sandbox};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::api::{self, ORDER, order};
use super::driver::Browser;

/// A client somewhere else: `None` if it gets no answer.
async fn client_order(sandbox: &Sandbox) -> Option<u16> {
    let answer = reqwest::get(format!("{}{ORDER}", sandbox.url())).await.ok()?;
    Some(answer.status().as_u16())
}

/// Links with clicks and messages, in and out.
async fn fill(sandbox: &Sandbox) {
    sandbox.podlink().seed_links(Podlink::TOKEN, 3);
    let hash = sandbox.podlink().links()[1].hash().to_owned();
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    for step in 0..12 {
        let click = client.get(format!("{}/{hash}", sandbox.url()));
        let click = click.header(
            "user-agent",
            "Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0",
        );
        click.send().await.unwrap();
        sandbox.advance(std::time::Duration::from_secs(600 * (step % 4)));
    }
    let login = json!({"Username": Sabapayamak::USERNAME, "Password": Sabapayamak::PASSWORD,
                       "VirtualNumber": Sabapayamak::VIRTUAL_NUMBER, "TokenValidDay": 1});
    let token = api::login(sandbox, "/api/v1/user/authenticate", &login).await;
    let message = json!({"Text": "کد ورود شما: 12345 (Payvand)", "Numbers": ["09120000000"]});
    api::send_sms(sandbox, "/api/v1/message", &token, &message).await;
}

/// Every control has a role and a name, nothing was refused or failed, and nothing is wider than the window.
fn is_usable(browser: &Browser) {
    for (element, role, name) in browser.controls() {
        let is_plain = matches!(&*element, "ul" | "ol") || role == "none" || role == "generic";
        assert!(
            is_plain || !name.trim().is_empty(),
            "{element}, a {role}, has no name"
        );
    }
    let landmarks =
        "return ['header', 'nav', 'main', 'footer', 'h1'].every((it) => document.querySelector(it));";
    assert_eq!(browser.run(landmarks), true);
    let too_wide = "return [...document.querySelectorAll('body *')].filter((it) => !it.closest('.sr, .skip') && \
                    (it.getBoundingClientRect().right > innerWidth + 1 || it.getBoundingClientRect().left < -1)).map((it) => it.outerHTML);";
    assert_eq!(browser.run(too_wide), json!([]));
    assert_eq!(
        browser.run("return document.documentElement.scrollWidth <= innerWidth;"),
        true
    );
    assert_eq!(browser.complaints(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs chromedriver and Chromium: cargo xtask check browser"]
async fn a_person_watches_breaks_and_repairs() {
    let sandbox = Sandbox::start().await.unwrap();
    let browser = Browser::start(false, &[]);
    browser.go(&format!("{}/?lang=en", sandbox.url()));
    browser.wait_for_text("#connection", "live");
    browser.wait_for_text("#accounts", Aparat::TOKEN);
    browser.run("window.loadedOnce = true;");

    assert_eq!(client_order(&sandbox).await, Some(200));
    browser.wait_for_text("#request-list li", "aparat order");
    browser.wait_for_text("#request-list li", "200");
    browser.wait_for_text("#latest", "aparat order 200");
    browser.wait_for_text("#orders li", "0 / 100");
    browser.wait_for_text("#accounts", "99,900");

    browser.click("[data-fault='500, empty']");
    browser.wait_for_text("#waiting", "HTTP 500");
    assert_eq!(client_order(&sandbox).await, Some(500));
    browser.wait_for_text("#request-list li", "HTTP 500");
    browser.wait_for("document.querySelector('#waiting .empty')");
    assert_eq!(client_order(&sandbox).await, Some(200));

    browser.click("[data-advance='10']");
    browser.wait_for_text("#orders li:last-child", "completed");

    // By the form, with the keyboard, for a call of a provider.
    browser.type_into("#fault [name=provider]", "aparat");
    browser.type_into("#fault [name=call]", "order_status");
    browser.type_into("#fault [name=fault]", "processed, closed");
    browser.type_into("#fault [name=times]", "\u{e003}\u{e008}\u{e006}");
    browser.wait_for_text("#waiting", "aparat order_status");
    let waiting = sandbox.waiting_faults();
    assert_eq!(waiting[0].fault().to_string(), "processed, no answer, closed");
    assert_eq!(client_order(&sandbox).await, Some(200));
    browser.click("#waiting button");
    browser.wait_for("document.querySelector('#waiting .empty')");
    assert!(sandbox.waiting_faults().is_empty());

    fill(&sandbox).await;
    browser.wait_for("document.querySelectorAll('#links svg rect').length > 3");
    browser.wait_for_text("#messages", "کد ورود شما");
    browser.type_into("#receive [name=text]", "سلام");
    browser.click("#receive button");
    browser.wait_for_text("#received", "سلام");
    assert_eq!(sandbox.sabapayamak().received_messages()[0].text(), "سلام");
    browser.click("#request-list li:last-child summary");
    browser.wait_for_text("#request-list li:last-child pre", "\"target\"");
    assert_eq!(
        browser.run("return document.body.innerText.includes('token=sandbox-aparat-token');"),
        false
    );

    is_usable(&browser);
    browser.screenshot("page-en.png");
    assert_eq!(
        browser.run("return window.loadedOnce;"),
        true,
        "it was never loaded again"
    );
    browser.click("#reset");
    browser.accept_dialog();
    browser.wait_for(
        "document.querySelector('#orders .empty') && document.querySelector('#request-list .empty')",
    );
    assert!(sandbox.aparat().orders().is_empty());

    // It comes back by itself.
    sandbox.stop().await;
    browser.wait_for_text("#connection", "trying again");
    sandbox.restart().await.unwrap();
    browser.wait_for_text("#connection", "live");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs chromedriver and Chromium: cargo xtask check browser"]
async fn the_persian_page_runs_from_right_to_left() {
    let sandbox = Sandbox::start().await.unwrap();
    order(&sandbox).await;
    fill(&sandbox).await;
    sandbox.sabapayamak().receive("09121111111", "30000000", "لغو");
    sandbox.fail_next(payvand_sandbox::Fault::close().after_processing());
    for (is_phone, name) in [(false, "page-fa.png"), (true, "page-fa-phone.png")] {
        let browser = Browser::start(is_phone, &[]);
        browser.go(&format!("{}/?lang=fa", sandbox.url()));
        browser.wait_for_text("#connection", "زنده");
        browser.wait_for_text("#orders li", "پسند");
        browser.wait_for_text("#accounts", "مانده: ۹۹٬۹۰۰");
        assert_eq!(
            browser.run("return getComputedStyle(document.body).direction;"),
            "rtl"
        );
        assert_eq!(browser.run("return document.documentElement.lang;"), "fa");
        // Every word of the page has its Persian one.
        let left = "return [...document.querySelectorAll('[data-t]')].map((it) => it.textContent).filter((it) => /[a-z]{3}/i.test(it.replace('/_sandbox', '').replace('HTTP', '')));";
        assert_eq!(browser.run(left), json!([]));
        // What runs from left to right stands in an element that says so.
        let astray = "const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); const found = []; \
                      for (let it; (it = walk.nextNode()); ) { const own = it.parentElement; \
                      if (/[/:]\\w|\\w+[-_]\\w|09\\d{9}/.test(it.data) && !own.closest('[dir=ltr], bdi, option, select') && !it.data.includes('\\u2066')) found.push(it.data); } return found;";
        assert_eq!(browser.run(astray), json!([]));
        is_usable(&browser);
        browser.screenshot(name);
    }
    let browser = Browser::start(true, &[]);
    browser.go(&format!("{}/?lang=en", sandbox.url()));
    browser.wait_for_text("#orders li", "like");
    is_usable(&browser);
    browser.screenshot("page-en-phone.png");
}

/// Another site on this machine: an empty page on every path.
async fn hostile_site() -> (String, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let task = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 4096]).await;
                let page = "<!DOCTYPE html><title>hostile</title><iframe name=frame></iframe>";
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                    page.len()
                );
                let _ = stream.write_all(format!("{head}{page}").as_bytes()).await;
            });
        }
    });
    (address.to_string(), task)
}

/// Every way in that a page has, at the admin API of `{target}`. What it could read is in the result.
const ATTACK: &str = "
    const target = '{target}/_sandbox';
    const read = {};
    const attempt = async (name, path, options) => {
        read[name] = await fetch(target + path, options).then((it) => (it.ok ? it.text() : `status ${it.status}`), () => 'refused');
    };
    await attempt('read', '/requests?secrets=shown', {});
    await attempt('read with credentials', '/accounts?secrets=shown', { credentials: 'include' });
    await attempt('opaque read', '/requests', { mode: 'no-cors' });
    await attempt('reset', '/reset', { method: 'POST' });
    await attempt('opaque reset', '/reset', { method: 'POST', mode: 'no-cors' });
    await attempt('reset with the header', '/reset', { method: 'POST', headers: { 'X-Payvand-Sandbox': '1' } });
    await attempt('fault', '/faults', { method: 'POST', mode: 'no-cors', body: '{\"fault\": \"closed\"}' });
    await attempt('put', '/accounts', { method: 'PUT', headers: { 'X-Payvand-Sandbox': '1' }, body: '{}' });
    const form = document.createElement('form');
    Object.assign(form, { method: 'post', action: target + '/reset', target: 'frame', enctype: 'text/plain' });
    document.body.append(form);
    form.submit();
    const loads = (name, it) => new Promise((done) => {
        it.onload = () => done((read[name] = 'loaded'));
        it.onerror = () => done((read[name] = 'refused'));
        document.body.append(it);
    });
    await loads('script', Object.assign(document.createElement('script'), { src: target + '/requests' }));
    await loads('picture', Object.assign(document.createElement('img'), { src: target + '/requests' }));
    read.events = await new Promise((done) => {
        const events = new EventSource(target + '/events');
        events.onopen = () => done('open');
        events.onerror = () => done('refused');
    });
    const sent = navigator.sendBeacon(target + '/reset', 'x');
    await new Promise((done) => setTimeout(done, 500));
    return read;
";

const ORDER_ATTACK: &str = "
    const read = {};
    for (const mode of ['cors', 'no-cors']) {
        read[mode] = await fetch('{order}', { mode }).then((it) => (it.ok ? it.text() : `status ${it.status}`), () => 'refused');
    }
    const form = document.createElement('form');
    const [action, query] = '{order}'.split('?');
    Object.assign(form, { method: 'get', action, target: 'frame' });
    for (const [name, value] of new URLSearchParams(query)) {
        form.append(Object.assign(document.createElement('input'), { name, value }));
    }
    document.body.append(form);
    form.submit();
    read.picture = await new Promise((done) => {
        const it = new Image();
        it.onload = () => done('loaded');
        it.onerror = () => done('refused');
        it.src = '{order}';
    });
    await new Promise((done) => setTimeout(done, 500));
    return read;
";

fn got_nothing(read: &Value, refusals: &[&str]) {
    for (name, outcome) in read.as_object().unwrap_or_else(|| panic!("{read}")) {
        assert!(refusals.contains(&outcome.as_str().unwrap()), "{name}: {outcome}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs chromedriver and Chromium: cargo xtask check browser"]
async fn other_pages_read_and_change_nothing() {
    let sandbox = Sandbox::start().await.unwrap();
    order(&sandbox).await;
    let untouched = |sandbox: &Sandbox| {
        assert_eq!(sandbox.aparat().orders().len(), 1);
        assert!(sandbox.waiting_faults().is_empty());
        let recorded = sandbox.requests();
        // Chromium asks for it by itself.
        let by_pages = recorded.iter().filter(|it| it.path() != "/favicon.ico");
        let paths: Vec<_> = by_pages.map(RecordedRequest::path).collect();
        assert_eq!(
            paths,
            ["/aparat/api.php"],
            "nothing was cleared, and nothing came to a provider"
        );
    };
    let (site, _task) = hostile_site().await;
    let port = sandbox.address().port();
    let rules = "--host-resolver-rules=MAP *.example 127.0.0.1";
    let browser = Browser::start(false, &[rules]);
    // Sites: one that is cross-site, one that differs by its port alone, and one whose frame has an origin of its own.
    let site_port = site.split(':').next_back().unwrap().to_owned();
    for page in [
        format!("http://evil.example:{site_port}/"),
        format!("http://{site}/"),
    ] {
        browser.go(&page);
        let read = browser.run_async(&ATTACK.replace("{target}", sandbox.url()));
        // An opaque answer is empty, and `ok` is false: its status reads 0.
        got_nothing(&read, &["refused", "status 0"]);
        untouched(&sandbox);
        let framed = format!(
            "const frame = document.querySelector('iframe'); frame.src = '{}/'; \
             await new Promise((done) => (frame.onload = done)); return frame.contentDocument === null;",
            sandbox.url()
        );
        assert_eq!(browser.run_async(&framed), true);
        untouched(&sandbox);
    }
    // At the providers' paths, where pages of this machine may call: an order by another site's page.
    browser.go(&format!("http://evil.example:{site_port}/"));
    let read = browser.run_async(&ORDER_ATTACK.replace("{order}", &format!("{}{ORDER}", sandbox.url())));
    got_nothing(&read, &["refused", "status 0"]);
    untouched(&sandbox);

    // A page without an origin: `Origin: null`.
    let inner = format!(
        "fetch('{}/_sandbox/reset', {{ method: 'POST', mode: 'no-cors' }}).finally(() => parent.postMessage('done', '*'))",
        sandbox.url()
    );
    let sandboxed = format!(
        "const frame = document.createElement('iframe'); frame.sandbox = 'allow-scripts'; \
         frame.srcdoc = '<script>' + {} + '</' + 'script>'; \
         const answer = new Promise((done) => addEventListener('message', (it) => done(it.data))); \
         document.body.append(frame); return answer;",
        json!(inner)
    );
    assert_eq!(browser.run_async(&sandboxed), "done");
    untouched(&sandbox);

    // Rebinding: the name of the hostile site now leads to the sandbox, and its pages are of one origin with it. (This one is the sandbox's
    // own refusal, so that its policy for the page is not what keeps the attack out.)
    browser.go(&format!("http://evil.example:{port}/_sandbox/nothing"));
    let read = browser.run_async(&ATTACK.replace("{target}", &format!("http://evil.example:{port}")));
    got_nothing(&read, &["refused", "status 403"]);
    let order = format!("http://evil.example:{port}{ORDER}");
    let read = browser.run_async(&ORDER_ATTACK.replace("{order}", &order));
    got_nothing(&read, &["refused", "status 403"]);
    untouched(&sandbox);
}
