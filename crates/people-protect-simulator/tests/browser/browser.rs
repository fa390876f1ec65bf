//! A headless Chromium, driven through chromedriver.

use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use axum::http::Method;
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use reqwest::Url;
use serde_json::{Value, json};

/// One browser of its own, with one window.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) client: Client,
}

/// A command of chromedriver that WebDriver does not know.
#[derive(Debug)]
struct Special(&'static str, Value);

impl WebDriverCompatibleCommand for Special {
    fn endpoint(
        &self,
        base: &Url,
        session: Option<&str>,
    ) -> Result<Url, <Url as std::str::FromStr>::Err> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.0
        ))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.1.to_string()))
    }
}

fn setting(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `.ci/run browser`"))
}

fn folder() -> PathBuf {
    setting("PEOPLE_PROTECT_BROWSER_FOLDER").into()
}

/// Does `work` in a browser of its own, which is closed however it ends. Afterwards nothing may have
/// been refused by the policy of a page, and nothing asked for outside `origin`.
pub(crate) async fn browse<F, W>(origin: &str, scripts: bool, work: F)
where
    F: FnOnce(Browser) -> W,
    W: Future<Output = ()> + Send + 'static,
{
    browse_within(&[origin], scripts, work).await;
}

/// The same where a page leads elsewhere on purpose.
pub(crate) async fn browse_within<F, W>(origins: &[&str], scripts: bool, work: F)
where
    F: FnOnce(Browser) -> W,
    W: Future<Output = ()> + Send + 'static,
{
    let mut options = json!({
        "args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1280,1000"],
    });
    if !scripts {
        options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
    }
    let wanted = json!({
        "browserName": "chrome",
        "goog:chromeOptions": options,
        // A long page is examined for a while.
        "timeouts": { "script": 120_000 },
        "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
    });
    let client = ClientBuilder::new(HttpConnector::new())
        .capabilities(wanted.as_object().unwrap().clone())
        .connect(&setting("PEOPLE_PROTECT_WEBDRIVER"))
        .await
        .unwrap();
    let browser = Browser { client };
    let done = tokio::spawn(work(browser.clone())).await;
    let clean = match done {
        Ok(()) => browser.complaints(origins).await,
        Err(_) => {
            let test = std::thread::current();
            let test = test.name().unwrap_or_default().replace("::", "-");
            browser.picture(&format!("failed-{test}")).await;
            Vec::new()
        }
    };
    browser.client.close().await.unwrap();
    if let Err(failed) = done {
        std::panic::resume_unwind(failed.into_panic());
    }
    assert!(clean.is_empty(), "{clean:#?}");
}

impl Browser {
    pub(crate) async fn special(&self, path: &'static str, body: Value) -> Value {
        self.client.issue_cmd(Special(path, body)).await.unwrap()
    }

    async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.special("goog/cdp/execute", body).await
    }

    /// What was refused by a policy, and what was asked for elsewhere.
    async fn complaints(&self, origins: &[&str]) -> Vec<String> {
        let said = self.special("se/log", json!({ "type": "browser" })).await;
        let refused = said
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line["message"].to_string());
        let mut found: Vec<_> = refused
            .filter(|line| line.contains("Content Security Policy"))
            .collect();
        let asked = self
            .special("se/log", json!({ "type": "performance" }))
            .await;
        for line in asked.as_array().unwrap() {
            let line: Value = serde_json::from_str(line["message"].as_str().unwrap()).unwrap();
            let message = &line["message"];
            if message["method"] == "Network.requestWillBeSent" {
                let url = message["params"]["request"]["url"].as_str().unwrap();
                let known = origins.iter().any(|origin| url.starts_with(origin));
                if url.starts_with("http") && !known {
                    found.push(format!("asked for {url}"));
                }
            }
        }
        found
    }

    pub(crate) async fn open(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    pub(crate) async fn click(&self, css: &str) {
        let press = |found: Element| async move { found.click().await };
        self.on(css, press).await;
    }

    pub(crate) async fn enter(&self, css: &str, text: &str) {
        let write = |found: Element| async move { found.send_keys(text).await };
        self.on(css, write).await;
    }

    pub(crate) async fn text(&self, css: &str) -> String {
        let read = |found: Element| async move { found.text().await };
        self.on(css, read).await
    }

    /// Does something with an element. A page may be replaced by the next one between finding and
    /// doing: then the element of the next page is meant.
    async fn on<T, F>(&self, css: &str, act: impl Fn(Element) -> F) -> T
    where
        F: Future<Output = Result<T, CmdError>>,
    {
        let mut pause = tokio::time::interval(Duration::from_millis(50));
        for _ in 0..600 {
            pause.tick().await;
            let done = match self.client.find(Locator::Css(css)).await {
                Ok(found) => act(found).await,
                Err(error) => Err(error),
            };
            match done {
                Err(error) if error.is_stale_element_reference() || error.is_no_such_element() => {}
                done => return done.unwrap(),
            }
        }
        panic!("never there for long enough: {css}");
    }

    /// Waits until an element shows a text, where the page itself runs no scripts.
    pub(crate) async fn until_shown(&self, css: &str, text: &str) {
        let mut pause = tokio::time::interval(Duration::from_millis(50));
        let mut shown = String::new();
        for _ in 0..600 {
            pause.tick().await;
            shown = self.text(css).await;
            if shown.contains(text) {
                return;
            }
        }
        panic!("{css} never showed {text}; it shows {shown}");
    }

    /// The value of an expression in the page. WebDriver may do that under any policy.
    pub(crate) async fn value(&self, expression: &str) -> Value {
        let script = format!("return {expression};");
        self.client.execute(&script, Vec::new()).await.unwrap()
    }

    /// Waits until an expression holds in the page.
    pub(crate) async fn until(&self, expression: &str) {
        let script = format!("return Boolean({expression});");
        let mut pause = tokio::time::interval(Duration::from_millis(50));
        for _ in 0..600 {
            pause.tick().await;
            if self.client.execute(&script, Vec::new()).await.unwrap() == true {
                return;
            }
        }
        let shown = self.value("document.body.innerText").await;
        panic!("never came true: {expression}; the page shows {shown}");
    }

    pub(crate) async fn until_text(&self, css: &str, text: &str) {
        let (css, text) = (json!(css), json!(text));
        self.until(&format!(
            "document.querySelector({css})?.innerText.includes({text})"
        ))
        .await;
    }

    pub(crate) async fn phone(&self) {
        let size = json!({ "width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": true });
        self.devtools("Emulation.setDeviceMetricsOverride", size)
            .await;
    }

    async fn scheme(&self, name: &str) {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": name }] });
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    pub(crate) async fn picture(&self, name: &str) {
        let picture = self.client.screenshot().await.unwrap();
        std::fs::write(folder().join(format!("{name}.png")), picture).unwrap();
    }

    /// What a page looks like, light and dark, and what axe-core finds in it then.
    pub(crate) async fn inspect(&self, name: &str) {
        let axe = folder().join("axe/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(axe).unwrap();
        for scheme in ["light", "dark"] {
            self.scheme(scheme).await;
            self.picture(&format!("{name}-{scheme}")).await;
            self.client.execute(&axe, Vec::new()).await.unwrap();
            let run = "const done = arguments[arguments.length - 1]; axe.run().then((found) => done(found.violations.filter((one) => ['serious', 'critical'].includes(one.impact)).map((one) => one.id + ': ' + one.nodes.map((node) => node.html.slice(0, 200) + ' ' + node.failureSummary).join(' | '))));";
            let found = self.client.execute_async(run, Vec::new()).await.unwrap();
            assert_eq!(found, json!([]), "{name}, {scheme}");
        }
        self.scheme("light").await;
    }

    /// Nothing is wider than the window, and what can be pressed is large enough to be hit.
    pub(crate) async fn fits(&self) {
        assert_eq!(
            self.value("document.documentElement.scrollWidth <= innerWidth")
                .await,
            true
        );
        let small = "[...document.querySelectorAll('button, input, select, textarea, summary, a.button')].filter((one) => one.checkVisibility() && !one.closest('label')).map((one) => [one, one.getBoundingClientRect()]).filter(([one, box]) => box.width < 24 || box.height < (one.matches('.primary:not(.small), .danger:not(.small)') ? 44 : 24)).map(([one]) => one.outerHTML)";
        assert_eq!(self.value(small).await, json!([]));
    }
}
