//! A program as a process: what it says to an engine, and how it ends.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test without the harness, which is how clippy knows one"
)]

mod common;

use common::Room;
use farsight::model::Value;
use farsight::output;
use farsight_protocol::{
    ConfigEntry, FromProgram, ProgramErrorKind, SOCKET_VARIABLE, ToProgram, Welcome, decode, encode,
};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{Command, ExitCode, Output, Stdio, Termination};

/// Names the program that this executable is to be; absent, it is the test.
const PROGRAM: &str = "FARSIGHT_TEST_PROGRAM";

fn main() -> ExitCode {
    if let Ok(name) = std::env::var(PROGRAM) {
        return program(&name).report();
    }
    let scenarios: [(&str, fn()); 6] = [
        ("declares, asks, is called and leaves", declares_asks_is_called_and_leaves),
        ("reports every error and the panic", reports_every_error_and_the_panic),
        ("says why it was refused", says_why_it_was_refused),
        ("explains how to run it", explains_how_to_run_it),
        ("leaves quietly when the engine does", leaves_quietly_when_the_engine_does),
        ("takes garbage for an error", takes_garbage_for_an_error),
    ];
    for (name, scenario) in scenarios {
        scenario();
        println!("test {name} ... ok");
    }
    ExitCode::SUCCESS
}

fn program(name: &str) -> farsight::Exit {
    farsight::program(|cx| match name {
        "good" => {
            println!("stdout is mine");
            let answer = cx.invoke("test:index/zones:zones", Value::map([("n", Value::Number(2.0))]))?;
            let room = Room::new(answer.as_str().unwrap_or("none")).add(cx);
            let _ = cx.config().get::<String>("floor")?;
            let _ = cx.config().or("doors", 1);
            cx.export("even", room.id().try_map(|id| if id.len() % 2 == 0 { Ok(id) } else { Err("odd") }));
            cx.export("same", output!("{}!", room.id().map(|id: String| id)));
            cx.log(format!("{} {} {}", cx.stack(), cx.project(), cx.is_preview()));
            Ok(())
        }
        "failing" => {
            let _ = cx.config().or("floor", 1);
            Err(std::io::Error::other("no such place"))?
        }
        "panicking" => panic!("not today"),
        "refused by its source" => {
            cx.invoke("test:index/zones:zones", Value::Null)?;
            Ok(())
        }
        other => Err(farsight::Error::new(format!("no program {other}"))),
    })
}

/// The engine's end of a program's socket.
struct Engine {
    reader: BufReader<UnixStream>,
    writer: UnixStream,
    child: std::process::Child,
}

impl Engine {
    fn start(name: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("socket");
        let listener = UnixListener::bind(&path).unwrap();
        let child = command(name).env(SOCKET_VARIABLE, &path).spawn().unwrap();
        let writer = listener.accept().unwrap().0;
        let mut engine = Self { reader: BufReader::new(writer.try_clone().unwrap()), writer, child };
        assert!(matches!(engine.hear(), Some(FromProgram::Hello(_))));
        engine
    }

    fn welcome(mut self) -> Self {
        let entry = |value: &str| ConfigEntry { value: value.into(), secret: false, source: "-c".into() };
        let config = BTreeMap::from([("floor".to_owned(), entry("ground"))]);
        let (stack, project) = ("dev".to_owned(), "house".to_owned());
        self.say(&ToProgram::Welcome(Box::new(Welcome { stack, project, config, preview: true })));
        self
    }

    fn say(&mut self, message: &ToProgram) {
        self.writer.write_all(encode(message).unwrap().as_bytes()).unwrap();
    }

    fn hear(&mut self) -> Option<FromProgram> {
        let mut line = String::new();
        (self.reader.read_line(&mut line).unwrap() > 0).then(|| decode(&line).unwrap())
    }

    fn hear_until_end_of_declaration(&mut self) -> Vec<FromProgram> {
        let mut heard = Vec::new();
        while let Some(message) = self.hear() {
            let last = matches!(message, FromProgram::Done | FromProgram::Failed { .. });
            heard.push(message);
            if last {
                break;
            }
        }
        heard
    }

    fn call(&mut self, callback: u64, input: &str) -> Result<Value, String> {
        self.say(&ToProgram::Call { id: 7, callback, input: input.into() });
        match self.hear() {
            Some(FromProgram::Returned { id: 7, result }) => result,
            other => panic!("{other:?}"),
        }
    }

    fn end(self) -> Output {
        drop((self.reader, self.writer));
        self.child.wait_with_output().unwrap()
    }
}

fn command(name: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env(PROGRAM, name).env_remove(SOCKET_VARIABLE).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Protects the protocol: the order of messages, closures served after the declaration, stdout left alone.
fn declares_asks_is_called_and_leaves() {
    let mut engine = Engine::start("good").welcome();
    let Some(FromProgram::Invoke { id, token, args, location }) = engine.hear() else { panic!("no question") };
    assert_eq!((token.as_str(), args.get("n")), ("test:index/zones:zones", Some(&Value::Number(2.0))));
    assert_eq!(location.file, file!());
    engine.say(&ToProgram::Answer { id, result: Ok("hall".into()) });
    let heard = engine.hear_until_end_of_declaration();
    assert!(matches!(&heard[0], FromProgram::Declare(room) if room.name == "hall" && room.custom));
    assert!(matches!(&heard[1], FromProgram::Export { name, .. } if name == "even"));
    assert_eq!(heard[3], FromProgram::ConfigUsed { keys: vec!["doors".into(), "floor".into()] });
    assert_eq!((&heard[4], heard.len()), (&FromProgram::Done, 5));
    assert_eq!(engine.call(0, "ab"), Ok("ab".into()));
    let odd = engine.call(0, "abc").unwrap_err();
    assert!(odd.starts_with(file!()) && odd.ends_with(": odd"), "{odd}");
    assert_eq!(engine.call(1, "x"), Ok("x".into()));
    assert_eq!(engine.call(9, "x"), Err("the program has no closure number 9".into()));
    engine.say(&ToProgram::Goodbye);
    let output = engine.end();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stdout), "stdout is mine\ndev house true\n");
}

fn reports_every_error_and_the_panic() {
    let mut engine = Engine::start("failing").welcome();
    let heard = engine.hear_until_end_of_declaration();
    let Some(FromProgram::Failed { errors }) = heard.last() else { panic!("{heard:?}") };
    assert_eq!(errors.len(), 2);
    assert!(
        errors[0].kind == ProgramErrorKind::ConfigWrong && errors[0].message.contains("`floor` of -c"),
        "{errors:?}"
    );
    assert_eq!(errors[1].message, "no such place");
    assert!(errors.iter().all(|error| error.location.as_ref().unwrap().file == file!()), "{errors:?}");
    assert_eq!(engine.end().status.code(), Some(3));

    let mut engine = Engine::start("panicking").welcome();
    let heard = engine.hear_until_end_of_declaration();
    let Some(FromProgram::Failed { errors }) = heard.last() else { panic!("{heard:?}") };
    assert_eq!(
        (errors[0].message.as_str(), errors[0].kind),
        ("the program panicked: not today", ProgramErrorKind::Panicked)
    );
    assert_eq!(errors[0].location.as_ref().unwrap().file, file!());
    let output = engine.end();
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("not today"));

    let mut engine = Engine::start("refused by its source").welcome();
    assert!(matches!(engine.hear(), Some(FromProgram::Invoke { .. })));
    engine.say(&ToProgram::Answer { id: 0, result: Err("no zones".into()) });
    let heard = engine.hear_until_end_of_declaration();
    let Some(FromProgram::Failed { errors }) = heard.last() else { panic!("{heard:?}") };
    assert_eq!(errors[0].message, "test:index/zones:zones: no zones");
}

fn says_why_it_was_refused() {
    let mut engine = Engine::start("good");
    engine.say(&ToProgram::Refused { reason: "protocol 2 is spoken here".into() });
    let output = engine.end();
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(text(&output.stderr), "error: the engine refused the program: protocol 2 is spoken here\n");
}

fn explains_how_to_run_it() {
    let output = command("good").output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("farsight preview"), "{}", text(&output.stderr));
    let output = command("good").env(SOCKET_VARIABLE, "/nowhere/at/all").output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("`/nowhere/at/all`"), "{}", text(&output.stderr));
}

/// Protects users from noise: after its declaration the program is not what is wrong.
fn leaves_quietly_when_the_engine_does() {
    let mut engine = Engine::start("good").welcome();
    engine.hear();
    let output = engine.end();
    assert_eq!(output.status.code(), Some(3));

    let mut engine = Engine::start("good").welcome();
    engine.hear();
    engine.say(&ToProgram::Answer { id: 0, result: Ok("hall".into()) });
    engine.hear_until_end_of_declaration();
    let output = engine.end();
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
}

fn takes_garbage_for_an_error() {
    let mut engine = Engine::start("good");
    engine.writer.write_all(b"{\"type\":\"nonsense\"}\n").unwrap();
    let output = engine.end();
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("not a message of this protocol"), "{}", text(&output.stderr));
}
