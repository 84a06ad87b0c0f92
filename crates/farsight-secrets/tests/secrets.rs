//! What secrets promise: only the right key, in the right place, opens them; nothing prints them.

#![allow(clippy::unwrap_used, reason = "a test may")]

use farsight_model::{Expr, PropertyPath, Value};
use farsight_secrets::{KeyInfo, KeySource, Keyring, Passphrase, SecretsError};
use proptest::prelude::*;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn file(directory: &Path) -> KeySource {
    KeySource::KeyFile(directory.join("home").join("key"))
}

fn passphrase(text: &str) -> KeySource {
    KeySource::Passphrase(Passphrase::new(text))
}

fn keyring() -> Keyring {
    Keyring::create(&file(tempfile::tempdir().unwrap().path())).unwrap().0
}

fn secret(text: &str) -> Value {
    Value::secret(Value::from(text))
}

/// Protects every secret: sealed text shows nothing of it, and gives it back whole.
#[test]
fn secrets_at_any_depth_are_sealed_and_come_back() {
    let keyring = keyring();
    let value = Value::map([
        ("plain", Value::from("visible")),
        ("password", secret("hunter2")),
        ("list", Value::List(vec![Value::map([("a.b", secret("hunter2"))]), Value::Null])),
        ("whole", Value::secret(Value::map([("k", Value::from("hunter2")), ("inner", secret("hunter2"))]))),
        ("computed", Value::output(Expr::Format { parts: vec!["a".into(), secret("hunter2")] })),
        ("later", Value::secret(Value::output(Expr::Json { of: secret("hunter2") }))),
    ]);
    let sealed = keyring.seal("urn", &value).unwrap();
    assert!(!sealed.any(&|part| matches!(part, Value::Secret(_))));
    assert!(!sealed.to_json().to_string().contains("hunter2"));
    assert_eq!(sealed.get("plain"), value.get("plain"));
    assert_eq!(keyring.open("urn", &sealed).unwrap(), value);
    assert_ne!(keyring.seal("urn", &value).unwrap(), sealed, "nonces must differ");
}

#[test]
fn a_secret_that_is_not_known_stays_unknown() {
    let sealed = keyring().seal("urn", &Value::map([("a", Value::secret(Value::Unknown))])).unwrap();
    assert_eq!(sealed.get("a"), Some(&Value::Unknown));
}

/// Protects against swapped rows and columns: a sealed value opens only in its own place.
#[test]
fn a_sealed_value_does_not_open_elsewhere() {
    let keyring = keyring();
    let sealed = keyring.seal("urn", &Value::map([("a", secret("1")), ("b", secret("2"))])).unwrap();
    let (a, b) = (sealed.get("a").unwrap().clone(), sealed.get("b").unwrap().clone());
    let swapped = Value::map([("a", b), ("b", a)]);
    assert!(matches!(
        keyring.open("urn", &swapped),
        Err(SecretsError::Corrupt { context, path }) if context == "urn" && path == "a"
    ));
    assert!(matches!(keyring.open("other", &sealed), Err(SecretsError::Corrupt { .. })));
    let text = keyring.seal_text("urn", "1").unwrap();
    assert!(keyring.open("urn", &Value::Sealed(text)).is_err(), "text is no property");
}

#[test]
fn changed_and_garbled_texts_do_not_open() {
    let keyring = keyring();
    let Value::Sealed(text) = keyring.seal("urn", &secret("1")).unwrap() else { panic!() };
    let last = text.chars().last().unwrap();
    let flipped = format!("{}{}", &text[..text.len() - 1], if last == '0' { '1' } else { '0' });
    let short = format!("v1:{}:00", keyring.key_id());
    for bad in [flipped.as_str(), &text[..text.len() - 2], "", "v1", "v2:a:b", &short, &text.replace("v1", "v9")] {
        assert!(
            matches!(keyring.open("urn", &Value::Sealed(bad.to_owned())), Err(SecretsError::Corrupt { .. })),
            "{bad}"
        );
    }
    let other = keyring_text(&text);
    assert!(matches!(keyring.open("urn", &Value::Sealed(other)), Err(SecretsError::OtherKey { .. })));
}

/// The same text as if another data key had made it.
fn keyring_text(text: &str) -> String {
    let hex = text.rsplit(':').next().unwrap();
    format!("v1:{}:{hex}", "0".repeat(16))
}

/// Protects people from a typo in their passphrase: it is noticed before anything is opened or sealed with it.
#[test]
fn a_wrong_passphrase_is_noticed_at_once() {
    let (keyring, info) = Keyring::create(&passphrase("right")).unwrap();
    let info: KeyInfo = info.to_string().parse().unwrap();
    assert!(info.needs_passphrase());
    assert!(matches!(Keyring::unlock(&passphrase("wrong"), &info), Err(SecretsError::WrongKey { path: None })));
    assert!(matches!(Keyring::create(&passphrase("")), Err(SecretsError::EmptyPassphrase)));
    let directory = tempfile::tempdir().unwrap();
    assert!(matches!(Keyring::unlock(&file(directory.path()), &info), Err(SecretsError::NeedsPassphrase)));
    let sealed = keyring.seal("urn", &secret("1")).unwrap();
    let again = Keyring::unlock(&passphrase("right"), &info).unwrap();
    assert_eq!(again.open("urn", &sealed).unwrap(), secret("1"));
}

/// Protects a stack whose key file is lost: no new one is made in its place, which would hide the loss.
#[test]
fn a_missing_or_wrong_key_file_is_noticed_and_never_replaced() {
    let (directory, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (_, info) = Keyring::create(&file(directory.path())).unwrap();
    assert!(!info.needs_passphrase());
    let key = directory.path().join("home/key");
    assert_eq!(key.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(key.parent().unwrap().read_dir().unwrap().count(), 1, "a draft was left behind");
    assert!(Keyring::unlock(&file(directory.path()), &info).is_ok());
    Keyring::create(&file(other.path())).unwrap();
    assert!(matches!(Keyring::unlock(&file(other.path()), &info), Err(SecretsError::WrongKey { path: Some(_) })));
    assert!(matches!(Keyring::unlock(&passphrase("x"), &info), Err(SecretsError::NeedsKeyFile)));
    std::fs::remove_file(&key).unwrap();
    assert!(matches!(Keyring::unlock(&file(directory.path()), &info), Err(SecretsError::Missing { .. })));
    assert!(!key.exists());
    std::fs::write(&key, "not a key").unwrap();
    assert!(matches!(Keyring::unlock(&file(directory.path()), &info), Err(SecretsError::BadKeyFile { .. })));
    assert!(matches!(Keyring::create(&file(directory.path())), Err(SecretsError::BadKeyFile { .. })));
}

/// Protects two first runs at once: both end with the same key file.
#[test]
fn two_processes_make_one_key_file() {
    let directory = tempfile::tempdir().unwrap();
    let infos: Vec<KeyInfo> = std::thread::scope(|scope| {
        let make = || Keyring::create(&file(directory.path())).unwrap().1;
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(make)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for info in infos {
        assert!(Keyring::unlock(&file(directory.path()), &info).is_ok());
    }
}

/// Protects a change of passphrase: everything sealed and hashed before stays good.
#[test]
fn another_passphrase_keeps_the_data_key() {
    let directory = tempfile::tempdir().unwrap();
    let (keyring, _) = Keyring::create(&file(directory.path())).unwrap();
    let sealed = keyring.seal("urn", &secret("1")).unwrap();
    let info = keyring.protect(&passphrase("new")).unwrap();
    let again = Keyring::unlock(&passphrase("new"), &info).unwrap();
    assert_eq!(again.open("urn", &sealed).unwrap(), secret("1"));
    assert_eq!(again.hash("urn", &secret("1")), keyring.hash("urn", &secret("1")));
}

#[test]
fn another_data_key_reseals_every_secret() {
    let (old, new) = (keyring(), keyring());
    let value = Value::map([("a", secret("1")), ("b", Value::from("2"))]);
    let sealed = new.reseal(&old, "urn", &old.seal("urn", &value).unwrap()).unwrap();
    assert_eq!(new.open("urn", &sealed).unwrap(), value);
    assert!(matches!(old.open("urn", &sealed), Err(SecretsError::OtherKey { .. })));
}

#[test]
fn text_is_sealed_and_comes_back() {
    let keyring = keyring();
    let sealed = keyring.seal_text("config:dev:db", "pässword").unwrap();
    assert_eq!(keyring.open_text("config:dev:db", &sealed).unwrap().as_str(), "pässword");
    assert!(keyring.open_text("config:prod:db", &sealed).is_err());
}

/// Protects the plan: a write-only value looks changed exactly when it did change.
#[test]
fn hashes_tell_values_apart_and_nothing_else() {
    let keyring = keyring();
    let map = |pairs: Vec<(&str, Value)>| Value::map(pairs);
    let hash = |value: &Value| keyring.hash("urn", value);
    let one = map(vec![("a", "1".into()), ("b", secret("2"))]);
    assert_eq!(hash(&one), hash(&Value::secret(map(vec![("b", "2".into()), ("a", "1".into()), ("c", Value::Null)]))));
    assert_ne!(hash(&one), hash(&map(vec![("a", "1".into()), ("b", "3".into())])));
    assert_ne!(hash(&one), keyring.hash("other", &one));
    assert_ne!(keyring.hash("a", &"bc".into()), keyring.hash("ab", &"c".into()));
    assert_ne!(hash(&Value::from("1")), hash(&Value::from(1)));
    assert_ne!(hash(&secret("1")), self::keyring().hash("urn", &secret("1")), "keys must matter");
    assert_eq!(hash(&hash(&one)), hash(&one));
    assert_eq!(hash(&Value::secret(Value::Unknown)), Value::Unknown);
}

/// Protects logs: neither a key nor a passphrase is ever printed.
#[test]
fn debug_output_holds_no_key_material() {
    let directory = tempfile::tempdir().unwrap();
    let (keyring, _) = Keyring::create(&file(directory.path())).unwrap();
    assert_eq!(format!("{keyring:?}"), format!("Keyring {{ id: {:?}, .. }}", keyring.key_id()));
    assert_eq!(format!("{:?}", passphrase("hunter2")), "Passphrase(Passphrase(..))");
}

#[test]
fn garbled_key_information_is_refused() {
    let (_, info) = Keyring::create(&passphrase("x")).unwrap();
    let text = info.to_string();
    assert_eq!(text.parse::<KeyInfo>().unwrap(), info);
    for bad in ["", "v1", "v2:file:a:b", "v1:file:a:zz", &text.replace("m=65536", "m=x"), &text.replace("p=4", "q=4")] {
        assert!(bad.parse::<KeyInfo>().is_err(), "{bad}");
    }
    let hostile: KeyInfo = text.replace("m=65536", "m=4294967295").parse().unwrap();
    assert!(matches!(Keyring::unlock(&passphrase("x"), &hostile), Err(SecretsError::BadKeyInfo { .. })));
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i32>().prop_map(|n| Value::Number(f64::from(n))),
        ".{0,8}".prop_map(Value::String),
        Just(Value::output(Expr::Get { of: Value::secret("x".into()), path: PropertyPath::key("k") })),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            prop::collection::btree_map("[a-z.$\\[]{0,9}", inner.clone(), 0..4).prop_map(Value::Map),
            inner.prop_map(Value::secret),
        ]
    })
}

proptest! {
    /// Protects every value there is: sealing and opening is the identity, and leaves no secret in clear between.
    #[test]
    fn sealing_then_opening_gives_the_same_value(value in values()) {
        use std::sync::LazyLock;
        static KEYRING: LazyLock<Keyring> = LazyLock::new(keyring);
        let sealed = KEYRING.seal("urn", &value).unwrap();
        prop_assert!(!sealed.any(&|part| matches!(part, Value::Secret(_))));
        prop_assert_eq!(KEYRING.open("urn", &sealed).unwrap(), value);
    }
}
