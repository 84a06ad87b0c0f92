//! Explicit providers: connected as soon as they are decided, and what becomes of resources that change theirs.

use super::Planner;
use super::reason::Reason;
use crate::reference::{Reference, elsewhere, same_place};
use crate::{Code, Diagnostic, Goal};
use farsight_model::{TypeToken, Value};
use farsight_provider::{Cloud, Result};
use farsight_state::ResourceRow;

impl Planner<'_> {
    /// The explicit provider that makes a resource, as rows name it.
    pub(super) fn place(&self, goal: &Goal) -> Option<&str> {
        goal.options.provider.as_ref().and_then(|urn| self.providers.get(urn)).map(|(_, text)| text.as_str())
    }

    /// Connects to an explicit provider that the program declares.
    pub(super) async fn connect(&mut self, goal: &Goal, inputs: &Value) {
        let declaration = &goal.declaration;
        let (urn, Some(package)) = (&declaration.urn, declaration.token.provides()) else { return };
        let at = |problem: Diagnostic| problem.about(urn).at(Some(&declaration.location));
        if inputs.has_unknown() {
            let message = format!("the settings of provider `{}` must be known when the plan is made", urn.name());
            let help = "take them from the configuration, not from what the same program makes";
            self.problems.push(at(Diagnostic::error(Code::BadInput, message)).help(help));
            return;
        }
        let settings = inputs.revealed();
        if self.providers.get(urn).is_some_and(|(known, _)| *known == settings) {
            return;
        }
        let name = format!("{urn} {}", settings.to_json());
        let connected: Result<_> = async {
            let provider = self.registry.connect(package, &name, &settings).await?;
            let cloud = provider.cloud().await?;
            Ok((provider, cloud))
        }
        .await;
        let (provider, cloud) = match connected {
            Ok(connected) => connected,
            Err(error) => return self.problems.push(at(super::unreadable(urn, &error))),
        };
        let reference = Reference::new(urn, cloud, settings.clone());
        for text in self.world.providers() {
            let Some(old) = Reference::parse(text).filter(|old| old.urn == *urn) else { continue };
            if old.account != reference.account {
                self.problems.push(at(elsewhere(&old, &reference.cloud())));
                return;
            }
            if same_place(&old.cloud(), &reference.cloud()) {
                // Today's settings lead to the same place, and are likelier to work.
                self.registry.name(text, provider.clone());
            }
        }
        let text = reference.text();
        self.registry.name(&text, provider);
        self.providers.insert(urn.clone(), (settings, text));
    }

    /// Notes whether a resource moves to another account, region or endpoint, which only a replacement can do.
    pub(super) async fn note_move(&mut self, goal: &Goal, row: &ResourceRow) {
        self.moving.remove(&row.key);
        let token = &goal.declaration.token;
        let (then, now) = (row.provider.as_deref(), self.place(goal));
        if then == now || !row.custom {
            return;
        }
        let clouds: Result<_> = async { Ok((self.cloud(token, then).await?, self.cloud(token, now).await?)) }.await;
        match clouds {
            Ok((Some(then), Some(now))) if !same_place(&then, &now) => {
                let place = |cloud: &Cloud| format!("account {} in {}", cloud.account, cloud.region);
                let text = format!("its provider works in {} and no longer in {}", place(&now), place(&then));
                self.moving.insert(row.key, Reason::from(text));
            }
            Ok(_) => {}
            Err(error) => {
                let problem = super::unreadable(&goal.declaration.urn, &error);
                self.problems.push(problem.at(Some(&goal.declaration.location)));
            }
        }
    }

    async fn cloud(&self, token: &TypeToken, name: Option<&str>) -> Result<Option<Cloud>> {
        match self.registry.at(token, name) {
            Some(provider) => provider.cloud().await,
            None => Ok(None),
        }
    }
}
