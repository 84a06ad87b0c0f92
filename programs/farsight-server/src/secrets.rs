//! What nobody may see: keys that people set, and passwords that nobody needs to know.

use crate::settings::Settings;
use farsight::prelude::*;
use farsight_components::JsonSecret;
use farsight_random::RandomPassword;

/// The secret that tasks read, and the passwords in it.
pub struct Secrets {
    pub secret: JsonSecret,
    pub postgres_password: Output<String>,
    /// None where the cache has none.
    pub redis_password: Option<Output<String>>,
}

/// The characters of a password.
const LENGTH: i64 = 32;

pub fn declare(cx: &Context, settings: &Settings) -> farsight::Result<Secrets> {
    let postgres_password = password(cx, "postgres_password")?;
    let redis_password = password(cx, "redis_password")?;
    let redis_password = settings.redis_tls.then_some(redis_password);
    let api_key = password(cx, "api_key")?;
    let mut secret = JsonSecret::new("server-secrets")
        .secret_name(&settings.secret_name)
        .import(settings.secret_import.clone())
        .keep_data(settings.keep_data)
        .entry("POSTGRES_PASSWORD", postgres_password.clone())
        .entry("API_KEY", api_key);
    if let Some(password) = &redis_password {
        secret = secret.entry("REDIS_PASSWORD", password.clone());
    }
    for (key, variable) in [("openai_api_key", "OPENAI_API_KEY"), ("pinecone_api_key", "PINECONE_API_KEY")] {
        match cx.config().secret::<String>(key)? {
            Some(value) => secret = secret.entry(variable, value),
            None => cx.log(format!(
                "`{key}` is not set: tasks start without {variable}; set it with `farsight config set --secret {key}`"
            )),
        }
    }
    Ok(Secrets { secret: secret.add(cx), postgres_password, redis_password })
}

/// What is configured, or something random. Letters and digits alone: databases, caches and addresses take all of them.
#[track_caller]
fn password(cx: &Context, key: &str) -> farsight::Result<Output<String>> {
    Ok(match cx.config().secret::<String>(key)? {
        Some(value) => value,
        None => RandomPassword::new(key.replace('_', "-")).length(LENGTH).special(false).add(cx).result(),
    })
}
