//! How state names explicit providers: by all that is needed to connect again, whatever became of the program's line.

use crate::{Code, Diagnostic, Diagnostics};
use farsight_model::{Urn, Value};
use farsight_provider::{Cloud, Registry};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// An explicit provider as rows name it, in JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Reference {
    /// The resource that the program declares it as.
    pub urn: Urn,
    /// The account that it works in.
    pub account: String,
    /// The region that it works in.
    pub region: String,
    /// The endpoint, if it is not the cloud's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Its settings.
    pub settings: Value,
}

impl Reference {
    pub fn new(urn: &Urn, cloud: Option<Cloud>, settings: Value) -> Self {
        let (account, region, endpoint) =
            cloud.map_or_else(Default::default, |cloud| (cloud.account, cloud.region, cloud.endpoint));
        Self { urn: urn.clone(), account, region, endpoint, settings }
    }

    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    pub fn cloud(&self) -> Cloud {
        Cloud { account: self.account.clone(), region: self.region.clone(), endpoint: self.endpoint.clone() }
    }
}

/// Whether two providers work in the same place. An emulator may listen on another port each time it is started.
pub(crate) fn same_place(a: &Cloud, b: &Cloud) -> bool {
    let local = |cloud: &Cloud| cloud.endpoint.as_deref().is_some_and(crate::session::is_loopback);
    a.account == b.account && a.region == b.region && (a.endpoint == b.endpoint || (local(a) && local(b)))
}

/// Connects to the providers that rows name, and makes sure that each is still where the rows were made. Of those that
/// the program declares anew, the planner makes sure.
pub(crate) async fn connect<'a>(
    registry: &Registry,
    texts: impl Iterator<Item = &'a str>,
    declared: &dyn Fn(&Urn) -> bool,
) -> Result<(), Diagnostics> {
    let mut problems = Vec::new();
    for text in texts.collect::<BTreeSet<_>>() {
        let Some(reference) = Reference::parse(text) else {
            problems.push(Diagnostic::error(Code::StateCorrupt, format!("`{text}` names no provider")));
            continue;
        };
        let urn = &reference.urn;
        let package = urn.token().provides().unwrap_or_default().to_owned();
        let checked = async {
            let provider = registry.connect(&package, text, &reference.settings).await?;
            if declared(urn) { Ok(None) } else { provider.cloud().await }
        };
        match checked.await {
            Ok(Some(here)) if !same_place(&here, &reference.cloud()) => problems.push(elsewhere(&reference, &here)),
            Ok(_) => {}
            Err(error) => problems.push(crate::planner::unreadable(urn, &error).about(urn)),
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// The error of a provider whose credentials lead elsewhere than before.
pub(crate) fn elsewhere(reference: &Reference, here: &Cloud) -> Diagnostic {
    let place = |cloud: &Cloud| format!("account {} in {}", cloud.account, cloud.region);
    let message = format!(
        "provider `{}` worked in {}, and its settings now lead to {}",
        reference.urn.name(),
        place(&reference.cloud()),
        place(here)
    );
    Diagnostic::error(Code::OtherCloud, message)
        .about(&reference.urn)
        .note("nothing was changed")
        .help("use the credentials of that account, or declare another provider for another account")
}
