//! Adopting what exists: one object, many, or the stack of another tool.

use super::{Session, state_diagnostic};
use crate::adopt::{Adopted, Adoption, Piece, connect, describe};
use crate::goal::Goals;
use crate::steps::Run;
use crate::steps::values::mark_secrets;
use crate::world::World;
use crate::{Code, Diagnostic, Diagnostics, Event};
use farsight_model::{TypeToken, Urn, Value, references};
use farsight_provider::{Id, Reading};
use farsight_state::{ResourceRow, ResourceStatus};
use futures_util::future::join_all;
use std::collections::{BTreeMap, HashMap, HashSet};

impl Session {
    /// The URN that a resource of a type, given in full or short form, has in this stack.
    pub fn urn_for(&self, token: &str, name: &str, parent: Option<&Urn>) -> Result<Urn, Diagnostic> {
        let full = self
            .engine
            .registry
            .providers()
            .flat_map(|provider| provider.tokens())
            .map(TypeToken::new)
            .find(|known| known.matches(token))
            .ok_or_else(|| Diagnostic::error(Code::UnknownType, format!("no provider knows the type `{token}`")))?;
        Ok(Urn::new(&self.stack.name, &self.stack.project, parent, &full, name))
    }

    /// Whether a provider knows a type.
    pub fn knows(&self, token: &TypeToken) -> bool {
        self.engine.registry.handler(token).is_some()
    }

    /// Adopts existing objects, all or none. Needs the lock. The answer says what a program must declare so that the
    /// next plan is empty, in an order in which it can be written; warnings are about what could not be said.
    ///
    /// # Errors
    /// Unknown types, objects that are missing or managed already, parents that are nowhere: all of them at once.
    pub async fn adopt(&mut self, adoptions: Vec<Adoption>) -> Result<(Vec<Adopted>, Diagnostics), Diagnostics> {
        (self.engine.events)(Event::Phase { name: "read".into(), total: Some(adoptions.len()) });
        let world = self.world()?;
        let mut problems = misplaced(&world, &adoptions, &|token, id| self.kept(token, id));
        let reader = self.reader();
        let read = adoptions.iter().map(async |one| match &one.id {
            Some(id) if self.knows(&one.urn.token()) => Some(reader.read(&one.urn.token(), None, id).await),
            _ => None,
        });
        let readings = join_all(read).await;
        let (mut pieces, mut warnings) = (Vec::new(), Vec::new());
        for (one, reading) in adoptions.into_iter().zip(readings) {
            match self.piece(one, reading) {
                Ok((piece, said)) => {
                    pieces.push(piece);
                    warnings.extend(said);
                }
                Err(problem) => problems.push(*problem),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let pieces = connect(pieces);
        let run = self.run(world, Goals::default())?;
        let puts: Result<Vec<_>, Diagnostic> = pieces.iter().map(|piece| run.put(&row(&run, piece), None)).collect();
        let result = match puts {
            Ok(puts) => run.journal.commit(puts).await.map_err(|error| vec![state_diagnostic(&error)]),
            Err(diagnostic) => Err(vec![diagnostic]),
        };
        self.close(run);
        result?;
        self.counts.insert("import".into(), pieces.len() as u64);
        Ok((pieces.into_iter().map(|piece| piece.adopted).collect(), warnings))
    }

    /// What people may see of an id, and state keeps.
    fn kept(&self, token: &TypeToken, id: &Id) -> Id {
        self.engine.registry.handler(token).map_or_else(|| id.clone(), |handler| handler.kept_id(id))
    }

    fn piece(
        &self,
        mut one: Adoption,
        reading: Option<farsight_provider::Result<Reading>>,
    ) -> Result<(Piece, Diagnostics), Box<Diagnostic>> {
        let token = one.urn.token();
        let Some(id) = one.id.map(|id| self.kept(&token, &id)) else {
            let adopted = Adopted {
                urn: one.urn,
                schema: None,
                parent: one.parent,
                options: one.options,
                inputs: Value::map::<String>([]),
            };
            return Ok((Piece { adopted, id: None, observed: Value::Null }, Vec::new()));
        };
        let (Some(handler), Some(reading)) = (self.engine.registry.handler(&token), reading) else {
            let problem = Diagnostic::error(Code::UnknownType, format!("no provider knows the type `{token}`"));
            return Err(Box::new(problem.about(&one.urn)));
        };
        let schema = *handler.schema();
        one.options.import = one.options.import.map(|_| id.clone());
        let missing = |message: String| Box::new(Diagnostic::error(Code::ImportMissing, message).about(&one.urn));
        let observed = match reading {
            Ok(Reading::Ready(observed)) => observed,
            Ok(Reading::Settling(word) | Reading::Failed(word) | Reading::Stuck(_, word)) => {
                return Err(missing(format!("`{id}` cannot be adopted now: it is {word}")));
            }
            Ok(Reading::Absent) => {
                let mut problem = missing(format!("no {} has the id `{id}`", token.short()));
                problem.helps.push(format!("the id must be a {}", schema.import_id));
                return Err(problem);
            }
            Err(error) => return Err(Box::new(crate::planner::unreadable(&one.urn, &error))),
        };
        let provider = self.engine.registry.provider_of(&token);
        let marked = mark_secrets(&schema, &one.options, one.declared.as_ref().unwrap_or(&Value::Null), &observed);
        let (inputs, warnings) =
            describe(&one.urn, &schema, provider.map(AsRef::as_ref), &marked, one.declared.as_ref());
        // What is not declared and may be a resource of its own is nobody's business here.
        let observed = mark_secrets(&schema, &one.options, &inputs, &observed);
        let adopted = Adopted { urn: one.urn, schema: Some(schema), parent: one.parent, options: one.options, inputs };
        Ok((Piece { adopted, id: Some(id), observed }, warnings))
    }
}

/// What is wrong with adoptions whatever the cloud says.
fn misplaced(world: &World, adoptions: &[Adoption], kept: &dyn Fn(&TypeToken, &Id) -> Id) -> Diagnostics {
    let mut problems = Vec::new();
    let mut seen: HashSet<&Urn> = HashSet::new();
    let mut ids: HashMap<(TypeToken, &str), &Urn> = HashMap::new();
    for row in world.rows.values() {
        if let Some(id) = &row.id {
            ids.insert((row.urn.token(), id), &row.urn);
        }
    }
    for one in adoptions {
        let taken = |message: String| Diagnostic::error(Code::AlreadyManaged, message).about(&one.urn);
        let what = one.urn.token().short();
        if world.row(&one.urn).is_some() {
            problems.push(taken(format!("the stack has a {what} `{}` already", one.urn.name())));
        } else if !seen.insert(&one.urn) {
            problems.push(taken(format!("two objects are to become {what} `{}`", one.urn.name())));
        }
        if let Some(id) = &one.id
            && let Some(owner) = ids.insert((one.urn.token(), id), &one.urn)
        {
            let id = kept(&one.urn.token(), id);
            problems.push(taken(format!("`{id}` is managed already, as `{owner}`")));
        }
    }
    let exists = |urn: &Urn| seen.contains(urn) || world.row(urn).is_some();
    for one in adoptions {
        for urn in one.parent.iter().chain(&one.options.depends_on).filter(|urn| !exists(urn)) {
            problems.push(
                Diagnostic::error(
                    Code::BadReference,
                    format!("`{}` belongs to `{urn}`, which is not there", one.urn.name()),
                )
                .about(&one.urn),
            );
        }
    }
    problems
}

fn row(run: &Run, piece: &Piece) -> ResourceRow {
    let adopted = &piece.adopted;
    let now = run.clock.now();
    let mut property_dependencies: BTreeMap<String, Vec<Urn>> = BTreeMap::new();
    for (name, value) in adopted.inputs.as_map().into_iter().flatten() {
        let urns: Vec<Urn> = references(value).into_iter().map(|(urn, _)| urn).collect();
        if !urns.is_empty() {
            property_dependencies.insert(name.clone(), urns);
        }
    }
    let named = property_dependencies.values().flatten().chain(&adopted.options.depends_on);
    let mut dependencies: Vec<Urn> = named.filter(|urn| Some(*urn) != adopted.parent.as_ref()).cloned().collect();
    dependencies.sort();
    dependencies.dedup();
    let mut options = adopted.options.clone();
    options.depends_on.clear();
    // Says that nothing was declared yet: the next `up` takes the program's word and compares it with what is there.
    options.import.clone_from(&piece.id);
    ResourceRow {
        key: run.new_key(),
        urn: adopted.urn.clone(),
        id: piece.id.clone(),
        custom: piece.id.is_some(),
        status: ResourceStatus::Ready,
        pending_delete: false,
        tainted: false,
        parent: adopted.parent.clone(),
        provider: None,
        inputs: Value::map::<String>([]),
        outputs: piece.observed.clone(),
        options,
        dependencies,
        property_dependencies,
        location: None,
        created_at: now,
        updated_at: now,
        read_at: piece.id.as_ref().map(|_| now),
        error: None,
    }
}
