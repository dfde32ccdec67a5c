//! The browser of the journeys, tried on pages that are known to be good and bad.

#![allow(clippy::disallowed_methods, reason = "a test has files and ports of its own")]

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

use thirtyfour::prelude::Key;

use crate::browser::{Browser, JavaScript, Screen};

const GOOD: &str = r#"<!doctype html>
<html lang="en">
<head><title>Good page</title><meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body>
<header><a href="/good">Start</a></header>
<main>
<h1>Good page</h1>
<p id="news">No script</p>
<p><a href="/list.csv" download>Export</a></p>
<script>
  const news = document.getElementById('news');
  news.textContent = 'Script ran';
  document.addEventListener('keydown', event => { if (event.key === 'p') news.textContent = 'P was pressed'; });
</script>
<form action="/answer">
  <p><label for="name">Name</label> <input id="name" name="name"></p>
  <p><label for="day">Day</label> <input id="day" name="day" type="date"></p>
  <p><label for="school">School</label>
    <select id="school" name="school"><option value="">Any</option><option value="elm">Elm's "old" school</option></select></p>
  <ul>
    <li><fieldset><legend>Ana</legend>
      <input type="radio" id="ana" name="ana" value="present" style="opacity: 0"><label for="ana">Present<span> (Ana)</span></label>
    </fieldset></li>
    <li><fieldset><legend>Ben</legend>
      <input type="radio" id="ben" name="ben" value="present"><label for="ben">Present<span> (Ben)</span></label>
    </fieldset></li>
  </ul>
  <p><input type="checkbox" id="agree" name="agree"><label for="agree">I agree</label></p>
  <p><label for="file">Upload</label> <input type="file" id="file" name="file"></p>
  <button>Save</button>
</form>
</main>
</body>
</html>"#;

const BAD: &str = r#"<!doctype html>
<html>
<body><img src="data:,"><div id="wide" style="width: 2000px">Wide</div>
<script>console.error('The script broke')</script></body>
</html>"#;

/// Serves the pages and returns their base address; the thread ends with the test program.
fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            std::thread::spawn(move || answer(connection));
        }
    });
    url
}

/// Answers one request. `/answer` shows the address with its query, below a strict policy.
/// Browsers hang up as they please, so a failed read or write means nothing.
fn answer(mut connection: TcpStream) {
    let mut lines = BufReader::new(&connection)
        .lines()
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty());
    let Some(request) = lines.next() else { return };
    lines.for_each(drop);
    let address = request.split(' ').nth(1).unwrap_or_default();
    let (head, body) = match address {
        "/good" => ("Content-Type: text/html", GOOD.to_owned()),
        "/bad" => ("Content-Type: text/html", BAD.to_owned()),
        "/list.csv" => ("Content-Type: text/csv", "name\nAna\n".to_owned()),
        other => (
            "Content-Type: text/html\r\nContent-Security-Policy: default-src 'none'",
            format!(
                "<!doctype html><html lang=en><title>Answer</title><main><h1>Answer</h1><p>{}</p></main></html>",
                other.replace('&', " ")
            ),
        ),
    };
    let length = body.len();
    let _ = write!(
        connection,
        "HTTP/1.1 200 OK\r\n{head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
}

/// Does everything that a journey can do, on a page where all of it works.
async fn do_everything(screen: Screen, javascript: JavaScript) {
    let person = Browser::open(&serve(), screen, javascript).await;
    person.visit("/good").await;
    person.see("Good page").await;
    person.see(if javascript == JavaScript::On { "Script ran" } else { "No script" }).await;
    person.see_no("Wide").await;
    person.is_sound().await;

    person.fill("Name", "O'Neil").await;
    person.fill("Name", "Ana").await;
    person.see_value("Name", "Ana").await;
    person.fill("Day", "2026-09-03").await;
    person.pick("School", r#"Elm's "old" school"#).await;
    person.part("main").row("Ana").choose("Present").await;
    person.row("Ana").see_ticked("Present").await;
    person.tick("I agree").await;
    person.untick("I agree").await;
    person.tick("I agree").await;
    person.attach("Upload", std::path::Path::new(env!("CARGO_MANIFEST_PATH"))).await;

    person.see_focus("I agree").await;
    person.press(Key::Tab).await;
    person.see_focus("Upload").await;
    person.press(Key::Shift + Key::Tab).await;
    person.see_focus("I agree").await;
    if javascript == JavaScript::On {
        person.press("p").await;
        person.see("P was pressed").await;
    }

    person.click("Export").await;
    assert_eq!(person.see_download("list.csv").await, b"name\nAna\n");
    let picture = person.screenshot(&format!("harness-{screen:?}-{javascript:?}")).await;
    assert!(picture.is_file());

    person.click("Save").await;
    person.see_address("/answer").await;
    person
        .see("name=Ana day=2026-09-03 school=elm ana=present agree=on file=Cargo.toml")
        .await;
    person.is_sound().await;
    person.reload().await;
    person.see("Answer").await;
    person.visit("/good").await;
    person.part("header").click("Start").await;
    person.see_address("/good").await;
}

#[tokio::test]
async fn every_verb_works_with_scripts() {
    do_everything(Screen::Desk, JavaScript::On).await;
}

#[tokio::test]
async fn every_verb_works_without_scripts() {
    do_everything(Screen::Narrow, JavaScript::Off).await;
}

async fn at(path: &str, javascript: JavaScript) -> Browser {
    let person = Browser::open(&serve(), Screen::Phone, javascript).await;
    person.visit(path).await;
    person
}

#[tokio::test]
#[should_panic(expected = "html-has-lang")]
async fn axe_finds_a_violation_with_scripts() {
    at("/bad", JavaScript::On).await.is_sound().await;
}

#[tokio::test]
#[should_panic(expected = "html-has-lang")]
async fn axe_finds_a_violation_without_scripts() {
    at("/bad", JavaScript::Off).await.is_sound().await;
}

#[tokio::test]
#[should_panic(expected = "div#wide")]
async fn what_is_too_wide_is_named() {
    at("/bad", JavaScript::Off).await.is_sound().await;
}

#[tokio::test]
#[should_panic(expected = "The script broke")]
async fn the_console_is_read() {
    at("/bad", JavaScript::On).await.is_sound().await;
}

#[tokio::test]
#[should_panic(expected = "there are 2 of radio button or tick box “Present”")]
async fn an_ambiguous_name_is_refused() {
    at("/good", JavaScript::On).await.choose("Present").await;
}

#[tokio::test]
#[should_panic(expected = "“Nothing” cannot be read")]
async fn an_absent_text_is_missed() {
    at("/good", JavaScript::On).await.see("Nothing").await;
}
