//! The decision about a resource that adopts an existing object.

use super::Planner;
use super::decide::{Decision, Verdict};
use crate::known::Known;
use crate::steps::values::differences;
use crate::{Code, Diagnostic, Goal};
use farsight_model::{TypeToken, Urn, Value};
use farsight_provider::{ErasedHandler, Reading};

impl Planner<'_> {
    pub(super) fn decide_import(
        &mut self,
        goal: &Goal,
        handler: &dyn ErasedHandler,
        inputs: Value,
        id: &str,
    ) -> Decision {
        let (declaration, schema) = (&goal.declaration, handler.schema());
        // What people may see of it.
        let kept = handler.kept_id(&id.to_owned());
        let reading = self.adopted.get(&(declaration.token.clone(), id.to_owned()));
        let mut changes = Vec::new();
        let mut known = Known::planned(inputs.clone());
        match reading {
            Some(Reading::Ready(observed)) => {
                known = Known::read(Some(&kept), observed.clone());
                changes = differences(schema, None, &inputs, observed, &goal.options.ignore_changes);
                for change in &changes {
                    self.problems.push(
                        Diagnostic::error(
                            Code::ImportDiffers,
                            format!(
                                "cannot import `{kept}` as `{}`: `{}` is {} there and {} in the program",
                                declaration.name,
                                change.path,
                                crate::masked(&change.old),
                                crate::masked(&change.new)
                            ),
                        )
                        .about(&declaration.urn)
                        .property(&change.path)
                        .at(Some(&declaration.location))
                        .help("declare what is there, import it, and change it with the next `up`"),
                    );
                }
            }
            Some(Reading::Settling(word) | Reading::Failed(word) | Reading::Stuck(_, word)) => self.problems.push(
                Diagnostic::error(Code::ImportMissing, format!("cannot import `{kept}` now: it is {word}"))
                    .about(&declaration.urn)
                    .at(Some(&declaration.location)),
            ),
            Some(Reading::Absent) => self.problems.push(
                Diagnostic::error(
                    Code::ImportMissing,
                    format!("cannot import `{kept}`: no {} has this id", declaration.token.short()),
                )
                .about(&declaration.urn)
                .at(Some(&declaration.location))
                .help(format!("the id must be a {}", schema.import_id)),
            ),
            None => {}
        }
        let twin = self.goals.list.iter().find(|other| {
            other.declaration.urn != declaration.urn
                && other.declaration.token == declaration.token
                && other.options.import.as_deref() == Some(id)
                && self.world.row(&other.declaration.urn).is_none()
        });
        if let Some(twin) = twin {
            self.problems.push(
                Diagnostic::error(
                    Code::AlreadyManaged,
                    format!("`{kept}` is to become two resources, `{}` too", twin.declaration.name),
                )
                .about(&declaration.urn)
                .at(Some(&declaration.location)),
            );
        }
        if let Some(owner) = self.owner_of(&declaration.token, id) {
            self.problems.push(
                Diagnostic::error(Code::AlreadyManaged, format!("`{kept}` is managed already, as `{owner}`"))
                    .about(&declaration.urn)
                    .at(Some(&declaration.location)),
            );
        }
        Decision {
            verdict: Verdict::Import,
            row: None,
            changes,
            known,
            inputs,
            reason: Some(format!("adopts `{kept}`").into()),
            auto_name: None,
            resumes: false,
        }
    }

    pub(super) fn owner_of(&self, token: &TypeToken, id: &str) -> Option<Urn> {
        self.world
            .rows
            .values()
            .find(|row| row.custom && row.id.as_deref() == Some(id) && row.urn.token() == *token)
            .map(|row| row.urn.clone())
    }
}
