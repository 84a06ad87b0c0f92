//! Each property changed, and drifted, in its turn.

use super::lifecycle::{Run, Step, Stop};
use super::report::show;
use super::{Check, Variation};
use crate::Id;
use farsight_model::{Change, Field, PropertyPath, Value, diff, drift, equal};

impl Run {
    /// Every property is varied, or exempt with a reason.
    pub(super) fn coverage(&mut self) {
        let schema = *self.handler.schema();
        let varied: Vec<String> = self.sample.vary.iter().filter_map(|v| v.heads().into_iter().next()).collect();
        let exempt = self.sample.exempt.clone();
        for variation in self.sample.vary.clone() {
            let paths = std::iter::once(&variation.path).chain(variation.with.iter().map(|(path, _)| path));
            for path in paths {
                let known = PropertyPath::parse(path).ok().and_then(|p| schema.field(p.head()?));
                if known.is_none() {
                    self.fail("sample", format!("`{path}` names no property"));
                }
            }
        }
        for field in schema.fields {
            let (is_varied, is_exempt) =
                (varied.iter().any(|v| v == field.name), exempt.iter().any(|(name, _)| *name == field.name));
            match (is_varied, is_exempt) {
                (false, false) => self.fail("sample", format!("`{}` is neither varied nor exempt", field.name)),
                (true, true) => self.fail("sample", format!("`{}` is varied and exempt", field.name)),
                _ => {}
            }
        }
        for (name, reason) in exempt {
            if schema.field(name).is_none() || reason.is_empty() {
                self.fail("sample", format!("the exemption of `{name}` names no property or no reason"));
            }
        }
    }

    /// Runs every variation on the object and puts it back each time.
    pub(super) async fn properties(&mut self, id: &mut Id, base: &Value, mut observed: Value) -> Step<()> {
        for variation in self.sample.vary.clone() {
            let check = format!("`{}`", variation.path);
            let wanted = self.checked(&check, &variation.apply(base))?;
            let differences = diff(self.handler.schema(), Some(base), &wanted, &observed);
            let heads = variation.heads();
            self.names(&check, &heads, &differences);
            let field = heads.first().and_then(|head| self.handler.schema().field(head));
            let Some(field) = field else { continue };
            if differences.iter().any(|difference| difference.replace) {
                continue;
            }
            if field.marks.replace {
                self.fail(&check, "is marked `replace`, yet its change is no replacement");
            }
            if !differences.is_empty() {
                observed = self.turn(id, &variation, field, base, &wanted, observed).await?;
            }
        }
        Ok(())
    }

    /// The differences are those of the varied properties, and only those.
    fn names(&mut self, check: &str, heads: &[String], differences: &[Change]) {
        for head in heads {
            if !differences.iter().any(|difference| difference.path.head() == Some(head)) {
                let found = show(differences);
                self.fail(
                    check,
                    format!("the diff does not name `{head}`; the value is the same, or read wrongly ({found})"),
                );
            }
        }
        for difference in differences {
            if !heads.iter().any(|head| difference.path.head() == Some(head)) {
                self.fail(check, format!("the diff also names {}", show(std::slice::from_ref(difference))));
            }
        }
    }

    /// Changes a property, takes the change for somebody else's, and puts it back. Gives the reading at the end.
    async fn turn(
        &mut self,
        id: &mut Id,
        variation: &Variation,
        field: &Field,
        base: &Value,
        wanted: &Value,
        before: Value,
    ) -> Step<Value> {
        let schema = *self.handler.schema();
        let check = format!("`{}` changed", variation.path);
        let differences = diff(&schema, Some(base), wanted, &before);
        let (now, changed) = self.converge(&check, id.clone(), wanted, Some(base)).await?;
        let same_id = *id == now;
        *id = now;
        if same_id && !self.sample.waives(Check::RepeatUpdate) {
            // An answer may be lost and a read may lag behind, so the very same update comes twice.
            let repeat = format!("`{}` changed twice", variation.path);
            if let Ok(Some(new)) = self.update(&repeat, id, wanted, &before, &differences).await {
                self.fail(&repeat, format!("gives another id, `{new}`"));
                return Err(Stop);
            }
            let mut after = self.ready(&repeat, id).await?;
            schema.opt_out(wanted, &mut after);
            let left = drift(&schema, &changed, &after);
            if !left.is_empty() {
                self.fail(&repeat, format!("changes it once more: {}", show(&left)));
            }
        }
        let hidden = field.marks.write_only || field.marks.local;
        let (old, new) = (changed.get(field.name), wanted.get(field.name));
        if !hidden && new.is_some() && !equal(&field.kind, &field.marks, old, new) {
            self.fail(&check, format!("reads {old:?}, wanted {new:?}"));
        }
        let opted_out = field.marks.opt_in && new.is_none();
        self.only(&check, variation, &drift(&schema, &before, &changed), !hidden && !opted_out);

        let check = format!("`{}` drifted", variation.path);
        let declared = PropertyPath::parse(&variation.path).is_ok_and(|path| !base.part(&path).is_null());
        let seen = diff(&schema, Some(base), base, &changed);
        let names = seen.iter().any(|difference| difference.path.head() == Some(field.name));
        if declared && !hidden && names == field.marks.ambient {
            let expected = if names { "nothing, as it is ambient" } else { "it" };
            self.fail(&check, format!("the diff must name {expected}; it names {}", show(&seen)));
        }
        // What the engine does not repair by itself (never declared, ambient, hidden) goes back as the program's change.
        let (now, after) = self.converge(&check, id.clone(), base, Some(wanted)).await?;
        *id = now;
        let mut left = drift(&schema, &before, &after);
        if variation.kept.is_some() {
            left.retain(|change| !variation.heads().iter().any(|head| change.path.head() == Some(head)));
        }
        left.retain(|change| !variation.moves.iter().any(|name| change.path.head() == Some(name)));
        if !left.is_empty() {
            self.fail(&check, format!("the repair does not bring back what was: {}", show(&left)));
        }
        Ok(after)
    }

    /// A change is seen as itself and touches nothing else.
    fn only(&mut self, check: &str, variation: &Variation, changes: &[Change], visible: bool) {
        let heads = variation.heads();
        let own = |change: &Change| heads.iter().any(|head| change.path.head() == Some(head));
        if visible && !changes.iter().any(own) {
            self.fail(check, "a second reading shows no drift");
        }
        for change in changes {
            let moves = variation.moves.iter().any(|name| change.path.head() == Some(name));
            if !own(change) && !moves {
                self.fail(check, format!("also changes {}", show(std::slice::from_ref(change))));
            }
        }
    }
}
