//! Chromium by W3C's browser driving protocol, which is JSON over HTTP: as much of it as the tests need, without a crate for it. All of it blocks.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Long, because a machine may be busy; nothing waits for it that goes well.
const PATIENCE: Duration = Duration::from_secs(60);
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

pub(crate) struct Browser {
    driver: Child,
    address: String,
    session: String,
}

impl Browser {
    /// Desktop width, or that of a phone; `arguments` are Chromium's.
    pub(crate) fn start(is_phone: bool, arguments: &[&str]) -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is there");
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines.find_map(|line| {
            let line = line.unwrap();
            let (_, port) = line.split_once("successfully on port ")?;
            Some(port.trim_end_matches('.').to_owned())
        });
        // What else it says is read, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        let mut browser = Self {
            driver,
            address: format!("127.0.0.1:{}", port.expect("it says its port")),
            session: String::new(),
        };
        let always = [
            "--headless=new",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--window-size=1280,1600",
            "--lang=en",
        ];
        let all = [&always, arguments].concat();
        let mut options = json!({ "args": all });
        if is_phone {
            options["mobileEmulation"] =
                json!({"deviceMetrics": {"width": 360, "height": 780, "pixelRatio": 2}});
        }
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"},
        });
        let session = browser.send(
            "POST",
            "/session",
            &json!({"capabilities": {"alwaysMatch": capabilities}}),
        );
        browser.session = format!("/session/{}", session["sessionId"].as_str().unwrap());
        browser
    }

    pub(crate) fn go(&self, url: &str) {
        self.command("POST", "/url", &json!({ "url": url }));
    }

    /// What a script returns.
    pub(crate) fn run(&self, script: &str) -> Value {
        self.command("POST", "/execute/sync", &json!({"script": script, "args": []}))
    }

    /// What the promise of a script's last value comes to.
    pub(crate) fn run_async(&self, script: &str) -> Value {
        let script = format!(
            "const done = arguments[0]; (async () => {{ {script} }})().then(done, (error) => done(`failed: ${{error}}`));"
        );
        self.command("POST", "/execute/async", &json!({"script": script, "args": []}))
    }

    /// Waits until an expression is true on the page.
    pub(crate) fn wait_for(&self, expression: &str) {
        let start = Instant::now();
        while self.run(&format!("return Boolean({expression});")) != true {
            let body = || self.run("return document.body.innerText;");
            assert!(start.elapsed() < PATIENCE, "never: {expression}\n{}", body());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    pub(crate) fn wait_for_text(&self, selector: &str, text: &str) {
        self.wait_for(&format!(
            "document.querySelector({}).innerText.includes({})",
            json!(selector),
            json!(text)
        ));
    }

    pub(crate) fn click(&self, selector: &str) {
        let element = self.element(selector);
        self.command("POST", &format!("/element/{element}/click"), &json!({}));
    }

    pub(crate) fn type_into(&self, selector: &str, text: &str) {
        let element = self.element(selector);
        self.command(
            "POST",
            &format!("/element/{element}/value"),
            &json!({ "text": text }),
        );
    }

    pub(crate) fn accept_dialog(&self) {
        self.command("POST", "/alert/accept", &json!({}));
    }

    /// The role and the name that a screen reader says, for each element that a person can use.
    pub(crate) fn controls(&self) -> Vec<(String, String, String)> {
        let found = json!({"using": "css selector", "value": "a, button, input, select, summary, [tabindex], ul, ol, svg"});
        let found = self.command("POST", "/elements", &found);
        let elements = found
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it[ELEMENT].as_str().unwrap().to_owned());
        let get = |element: &str, what: &str| {
            let value = self.command("GET", &format!("/element/{element}/{what}"), &Value::Null);
            value.as_str().unwrap_or_default().to_owned()
        };
        let each = elements.map(|it| {
            (
                get(&it, "name"),
                get(&it, "computedrole"),
                get(&it, "computedlabel"),
            )
        });
        each.collect()
    }

    /// Errors and warnings of the console, refused loads among them.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let entries = self.command("POST", "/se/log", &json!({"type": "browser"}));
        let entries = entries.as_array().unwrap().iter();
        let entries = entries.filter(|it| it["level"] != "INFO" && it["level"] != "DEBUG");
        entries
            .map(|it| it["message"].as_str().unwrap().to_owned())
            .collect()
    }

    /// For a person to look at; the folder is `target/tmp`.
    pub(crate) fn screenshot(&self, name: &str) {
        use base64::Engine as _;
        let height = self.run("return Math.min(document.documentElement.scrollHeight, 4000);");
        let width = self.run("return innerWidth;");
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        let cdp = |name: &str, parameters: Value| {
            self.command(
                "POST",
                "/goog/cdp/execute",
                &json!({"cmd": name, "params": parameters}),
            )
        };
        cdp("Emulation.setDeviceMetricsOverride", size);
        let picture = self.command("GET", "/screenshot", &Value::Null);
        cdp("Emulation.clearDeviceMetricsOverride", json!({}));
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(picture.as_str().unwrap())
            .unwrap();
        std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name), bytes).unwrap();
    }

    fn element(&self, selector: &str) -> String {
        let found = self.command(
            "POST",
            "/element",
            &json!({"using": "css selector", "value": selector}),
        );
        found[ELEMENT].as_str().unwrap().to_owned()
    }

    fn command(&self, method: &str, path: &str, body: &Value) -> Value {
        self.send(method, &format!("{}{path}", self.session), body)
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = self.exchange(method, path, body).unwrap();
        let json: Value = serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}: {answer}"));
        assert!(status.contains(" 200 "), "{method} {path}: {json}");
        json["value"].clone()
    }

    fn exchange(&self, method: &str, path: &str, body: &Value) -> std::io::Result<(String, String)> {
        let body = if method == "GET" {
            String::new()
        } else {
            body.to_string()
        };
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        )?;
        // It keeps the connection open whatever it is asked.
        let mut stream = BufReader::new(stream);
        let mut status = String::new();
        stream.read_line(&mut status)?;
        let (mut line, mut length) = (String::new(), 0);
        while stream.read_line(&mut line)? > 2 {
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap();
            }
            line.clear();
        }
        let mut answer = vec![0; length];
        stream.read_exact(&mut answer)?;
        Ok((status, String::from_utf8(answer).unwrap()))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It ends Chromium, which a killed driver would leave behind.
        if !self.session.is_empty() {
            let _ = self.exchange("DELETE", &self.session, &json!({}));
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
