//! Configuration as programs read it.

use farsight::model::Value;
use farsight::{Result, testing::Setup};
use std::collections::BTreeMap;

fn message<T>(result: Result<T>) -> String {
    result.err().map_or_else(String::new, |error| error.to_string())
}

/// Protects `-c key=value`: text becomes what the program asks for, and nothing else.
#[test]
fn text_is_read_as_the_type_that_is_asked_for() {
    let setup = Setup::new()
        .config("count", "3")
        .config("on", "true")
        .config("ratio", 0.5)
        .config("zones", r#"["a","b"]"#)
        .config("ports", [80, 443])
        .config("tags", r#"{"a":"b"}"#)
        .config("version", "14")
        .config("number", 14);
    let recording = setup.record(|cx| {
        let config = cx.config();
        assert_eq!(config.require::<i64>("count")?, 3);
        assert_eq!(config.get::<usize>("count")?, Some(3));
        assert!(config.require::<bool>("on")?);
        assert_eq!(config.get::<f64>("ratio")?, Some(0.5));
        assert_eq!(config.require::<Vec<String>>("zones")?, ["a", "b"]);
        assert_eq!(config.or("ports", [1_i64]), [80, 443]);
        assert_eq!(config.require::<BTreeMap<String, String>>("tags")?["a"], "b");
        assert_eq!(config.require::<String>("version")?, "14");
        assert_eq!(config.or("absent", "default"), "default");
        assert_eq!(config.get::<String>("absent")?, None);
        assert!(
            message(config.require::<i64>("on"))
                .contains("configuration key `on` of the test: expected a whole number")
        );
        assert!(message(config.require::<String>("number")).contains("expected text"));
        let missing = message(config.require::<String>("nowhere"));
        assert!(missing.ends_with("`nowhere` is not set: run `farsight config set nowhere VALUE`"), "{missing}");
        assert!(missing.starts_with(file!()), "{missing}");
        config.declare(&["later"]);
        Ok(())
    });
    assert_eq!(recording.errors(), []);
    assert!(
        ["absent", "later", "nowhere", "zones"].iter().all(|key| recording.config_used().contains(&(*key).to_owned()))
    );
}

/// Protects secrets: they are read only by those who say so, and everything computed from them is secret.
#[test]
fn secrets_are_read_only_as_secrets() {
    let recording = Setup::new().secret("password", "hunter2").secret("pin", "12").record(|cx| {
        let refused = message(cx.config().require::<String>("password"));
        assert!(refused.contains("is secret") && !refused.contains("hunter2"), "{refused}");
        let password = cx.config().require_secret::<String>("password")?;
        assert_eq!(format!("{password:?}"), "Output(secret)");
        cx.export("url", farsight::output!("pg://{password}"));
        cx.export("pin", cx.config().require_secret::<i64>("pin")?.map(|pin| pin + 1));
        assert!(cx.config().secret::<String>("absent")?.is_none());
        assert!(message(cx.config().require_secret::<String>("absent")).ends_with("set absent VALUE --secret`"));
        let wrong = message(cx.config().require_secret::<bool>("password"));
        assert!(wrong.contains("true or false") && !wrong.contains("hunter2"), "{wrong}");
        Ok(())
    });
    assert_eq!(recording.errors(), []);
    assert_eq!(recording.export("url"), Value::secret("pg://hunter2".into()));
    assert_eq!(recording.export("pin"), Value::secret(Value::Number(13.0)));
}

#[test]
fn other_stacks_are_asked_for_by_name() {
    let token = "farsight:index/stackReference:stackReference";
    let recording = Setup::new()
        .answer(token, |args| Value::map([("of", args.get("name").cloned().unwrap_or_default())]))
        .record(|cx| {
            let other = cx.stack_reference("net/prod")?;
            cx.export("of", other.require::<String>("of")?);
            assert!(other.output::<String>("nothing").is_none());
            assert!(message(other.require::<String>("nothing")).ends_with("has no output `nothing`; it has of"));
            let unknown = farsight::Component::new("a:b:C", "c").add(cx).output::<String>("x");
            assert!(message(cx.invoke("t", unknown)).contains("not known yet"));
            Ok(())
        });
    assert_eq!(recording.errors(), []);
    assert_eq!(recording.export("of"), "net/prod".into());
}
