//! `farsight graph`

use crate::context::Options;
use crate::failure::{Failure, Result, file};
use crate::out;
use crate::run::{self, Opening, RunArgs};
use clap::{Parser, ValueEnum};
use farsight_engine::{Control, Goals};
use farsight_model::Urn;
use farsight_render::graph as draw;
use std::collections::HashMap;
use std::path::PathBuf;

/// Draw which resource depends on which
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  farsight graph --format svg -o graph.svg\n  farsight graph --plan --format mermaid"
)]
pub struct Graph {
    /// How to draw
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The file; standard output if absent
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// What the program declares, not what the state holds
    #[arg(long)]
    plan: bool,
    /// Set a configuration key for this run only; repeatable
    #[arg(short = 'c', long = "config", value_name = "KEY=VALUE", requires = "plan")]
    config: Vec<String>,
    /// Use the local sandbox instead of AWS
    #[arg(long, requires = "plan")]
    sandbox: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Lines for people
    Text,
    /// For Graphviz
    Dot,
    /// For Mermaid, as in Markdown
    Mermaid,
    /// A picture
    Svg,
}

#[derive(Parser)]
struct Defaults {
    #[command(flatten)]
    run: RunArgs,
}

impl Graph {
    pub fn run(&self, options: &Options) -> Result<()> {
        let graph = if self.plan { self.of_program(options)? } else { of_state(options)? };
        let text = match self.format {
            Format::Text => draw::text(&graph),
            Format::Dot => draw::dot(&graph),
            Format::Mermaid => draw::mermaid(&graph),
            Format::Svg => draw::svg(&graph),
        };
        match &self.output {
            Some(path) => {
                std::fs::write(path, farsight_render::plain(&text)).map_err(|error| file("write", path, &error))
            }
            None => out::data(&text),
        }
    }

    fn of_program(&self, options: &Options) -> Result<draw::Graph> {
        let mut args = Defaults::parse_from(["farsight"]).run;
        args.config.clone_from(&self.config);
        args.sandbox = self.sandbox;
        run::block_on(async |control: Control| {
            let opening = Opening { options, run: &args, writes: false, may_be_new: true };
            let opened = opening.open(control.clone()).await?;
            let events = opened.stage.watch.events();
            let program = run::declare(
                &opened.cx.project,
                &opened.stack,
                &opened.config,
                true,
                &opened.registry,
                &events,
                &control,
            )
            .await?;
            opened.stage.watch.pause();
            let goals = Goals::new(program.declared, &opened.registry).map_err(Failure::from)?;
            let edges = goals.list.iter().enumerate();
            Ok(draw::Graph {
                nodes: goals.list.iter().map(|goal| goal.declaration.urn.clone()).collect(),
                edges: edges.flat_map(|(index, goal)| goal.dependencies.iter().map(move |to| (index, *to))).collect(),
            })
        })
    }
}

fn of_state(options: &Options) -> Result<draw::Graph> {
    let (store, stack) = options.context()?.existing()?;
    let rows: Vec<_> = store.snapshot(stack.id)?.resources.into_iter().filter(|row| !row.pending_delete).collect();
    let index: HashMap<&Urn, usize> = rows.iter().enumerate().map(|(index, row)| (&row.urn, index)).collect();
    let edges = rows.iter().enumerate();
    Ok(draw::Graph {
        edges: edges
            .flat_map(|(from, row)| row.dependencies.iter().filter_map(|urn| index.get(urn)).map(move |to| (from, *to)))
            .collect(),
        nodes: rows.iter().map(|row| row.urn.clone()).collect(),
    })
}
