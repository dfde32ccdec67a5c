use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::thread::JoinHandle;

use super::*;

fn sender() -> Sender {
    Sender::parse("Brightwater Alternative Provision", "cap@brightwater.example").unwrap()
}

fn message() -> Message {
    Message {
        to: "zoe.office@northgate.example".to_owned(),
        subject: "An absence waits for you – open CAP".to_owned(),
        text: "Open CAP:\nhttps://cap.example/absences\n.\nThank you, José\n".to_owned(),
    }
}

/// A scratch folder of this test's own, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("cap-mail-{}", PublicId::random())))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A mail server for one conversation on loopback, which gives `answer` to lines that start with
/// `command` and returns every line that it heard.
fn mail_server(command: &'static str, answer: &'static str) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let heard = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut say = stream.try_clone().unwrap();
        let mut heard = Vec::new();
        let mut in_body = false;
        say.write_all(b"220 test ready\r\n").unwrap();
        for line in BufReader::new(stream).lines() {
            let Ok(line) = line else { break };
            heard.push(line.clone());
            let reply = match (in_body, line.as_str()) {
                (true, ".") => {
                    in_body = false;
                    "250 taken\r\n"
                }
                (true, _) => continue,
                (false, said) if said.starts_with(command) => answer,
                (false, "DATA") => {
                    in_body = true;
                    "354 go on\r\n"
                }
                (false, "QUIT") => "221 bye\r\n",
                (false, said) if said.starts_with("EHLO") => "250-test\r\n250 AUTH PLAIN\r\n",
                (false, said) if said.starts_with("AUTH") => "235 welcome\r\n",
                (false, _) => "250 ok\r\n",
            };
            if say.write_all(reply.as_bytes()).is_err() || line == "QUIT" {
                break;
            }
        }
        heard
    });
    (address, heard)
}

#[test]
fn smtp_carries_sender_recipient_credentials_and_text() {
    let (address, heard) = mail_server("NOOP", "250 ok\r\n");
    let mailer = Mailer::smtp(&format!("smtp://cap:s%40cret@{address}")).unwrap();
    mailer.send(&sender(), &message()).unwrap();
    drop(mailer);
    let heard = heard.join().unwrap();
    let has = |start: &str| heard.iter().any(|line| line.starts_with(start));
    assert!(has("MAIL FROM:<cap@brightwater.example>"), "{heard:?}");
    assert!(has("RCPT TO:<zoe.office@northgate.example>"), "{heard:?}");
    // "\0cap\0s@cret" in base 64.
    assert!(has("AUTH PLAIN AGNhcABzQGNyZXQ="), "{heard:?}");
    assert!(has("Auto-Submitted: auto-generated"), "{heard:?}");
    assert!(has("From: \"Brightwater Alternative Provision\" <cap@brightwater.example>"), "{heard:?}");
    assert!(has("Subject: An absence waits for you =?utf-8?"), "{heard:?}");
    assert!(has("MIME-Version: 1.0"), "{heard:?}");
    assert!(has("Content-Type: text/plain; charset=utf-8"), "{heard:?}");
    assert!(has("https://cap.example/absences"), "{heard:?}");
    // A line of one full stop is doubled on the wire, or the mail would end there.
    assert!(has(".."), "{heard:?}");
    assert!(has("Thank you"), "{heard:?}");
}

#[test]
fn the_servers_refusal_says_whether_to_try_again_and_names_nobody() {
    let refused = |why: &str| SendError::Refused(format!("the mail server answered {why}"));
    let later = |why: &str| SendError::Later(format!("the mail server answered {why}"));
    for (command, answer, wanted) in [
        ("RCPT", "550 <zoe.office@northgate.example> unknown\r\n", refused("550")),
        ("RCPT", "451 zoe.office@northgate.example later\r\n", later("451")),
        ("AUTH", "535 wrong password\r\n", later("535, about its user or password")),
    ] {
        let (address, heard) = mail_server(command, answer);
        let mailer = Mailer::smtp(&format!("smtp://cap:secret@{address}")).unwrap();
        assert_eq!(mailer.send(&sender(), &message()), Err(wanted));
        drop(mailer);
        heard.join().unwrap();
    }
}

#[test]
fn a_server_that_is_not_there_is_tried_later() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let mailer = Mailer::smtp(&format!("smtp://{address}")).unwrap();
    let error = mailer.send(&sender(), &message()).unwrap_err();
    assert_eq!(error, SendError::Later("the mail server could not be reached".to_owned()));
}

#[test]
fn a_server_that_says_nothing_is_left_after_a_while() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let mailer = Mailer::patient_smtp(&url, Duration::from_millis(100)).unwrap();
    let error = mailer.send(&sender(), &message()).unwrap_err();
    assert_eq!(error, SendError::Later("the mail server took too long".to_owned()));
}

#[test]
fn addresses_of_servers() {
    let cases = [
        ("smtps://cap:secret@mail.example:465", true),
        ("smtp://cap:secret@mail.example:587?tls=required", true),
        ("smtp://relay.example:25", true),
        ("smtp://cap:secret@127.0.0.1:2525", true),
        ("smtp://cap:secret@localhost", true),
        ("smtp://cap:secret@[::1]:2525", true),
        ("smtp://cap:secret@mail.example:587", false),
        ("smtp://cap:secret@mail.example:587?tls=opportunistic", false),
        ("smtp://cap:secret@127.0.0.1.mail.example", false),
        ("http://cap:secret@mail.example", false),
        ("mail.example", false),
        ("smtp://", false),
        ("smtp://cap:secret@mail.example:port?tls=required", false),
    ];
    for (url, is_good) in cases {
        match Mailer::smtp(url) {
            Ok(mailer) => {
                assert!(is_good, "{url} was accepted");
                assert!(!format!("{mailer:?}").contains("secret"), "{mailer:?}");
            }
            Err(error) => {
                assert!(!is_good, "{url}: {error:#}");
                assert!(!format!("{error:#} {error:?}").contains("secret"), "{error:?}");
            }
        }
    }
}

#[test]
fn header_injection_and_malformed_mail_are_refused() {
    let long = "x".repeat(201);
    let cases = [
        ("office@northgate.example\r\nBcc: thief@evil.example", "Subject"),
        ("office@northgate.example", "Subject\r\nBcc: thief@evil.example"),
        ("office@northgate.example", "Subject\nX: y"),
        ("office@northgate.example", "Subject\u{0}"),
        ("office@northgate.example, thief@evil.example", "Subject"),
        ("Office <office@northgate.example>", "Subject"),
        ("office", "Subject"),
        ("", "Subject"),
        ("office@northgate.example", &long),
    ];
    let mailer = Mailer::memory();
    for (to, subject) in cases {
        let bad = Message {
            to: to.to_owned(),
            subject: subject.to_owned(),
            text: String::new(),
        };
        let outcome = mailer.send(&sender(), &bad);
        assert!(matches!(outcome, Err(SendError::Refused(_))), "{to:?} {subject:?}: {outcome:?}");
    }
    assert!(mailer.sent().is_empty());
}

#[test]
fn senders() {
    for (name, address, is_good) in [
        ("Brightwater", "cap@brightwater.example", true),
        ("", "cap@brightwater.example", true),
        ("Brightwater\r\nBcc: x@y.example", "cap@brightwater.example", false),
        ("Brightwater", "brightwater", false),
        ("Brightwater", "cap@brightwater.example\r\n", false),
    ] {
        assert_eq!(Sender::parse(name, address).is_ok(), is_good, "{name:?} {address:?}");
    }
}

#[test]
fn the_outbox_keeps_whole_private_files_in_order() {
    let scratch = Scratch::new();
    let mailer = Mailer::outbox(&scratch.0).unwrap();
    let second = Message { subject: "Second".to_owned(), ..message() };
    mailer.send(&sender(), &message()).unwrap();
    mailer.send(&sender(), &second).unwrap();

    let mut files: Vec<_> = fs::read_dir(&scratch.0).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert_eq!(files.len(), 2, "{files:?}");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&scratch.0), 0o700);
    for file in &files {
        assert_eq!(file.extension().unwrap(), "eml");
        assert_eq!(mode(file), 0o600);
    }
    let first = fs::read_to_string(&files[0]).unwrap();
    assert!(
        first.contains("To: zoe.office@northgate.example") && first.contains("https://cap.example/absences")
    );
    assert!(fs::read_to_string(&files[1]).unwrap().contains("Subject: Second"));
}

#[test]
fn an_outbox_that_is_gone_is_tried_later() {
    let scratch = Scratch::new();
    let mailer = Mailer::outbox(&scratch.0).unwrap();
    fs::remove_dir_all(&scratch.0).unwrap();
    assert!(matches!(mailer.send(&sender(), &message()), Err(SendError::Later(_))));
}

#[test]
fn memory_is_shared_by_clones_and_nothing_prints() {
    let mailer = Mailer::memory();
    mailer.clone().send(&sender(), &message()).unwrap();
    assert!(mailer.sent() == [message()]);
    assert_eq!(format!("{:?} {mailer:?}", message()), "Message([redacted]) Mailer(memory)");
}
