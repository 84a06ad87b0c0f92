//! A plan as a tree of resources with what changes in each.

use crate::diff::change_lines;
use crate::style::{BOLD, CYAN, DIM, GREEN, MAGENTA, RED, YELLOW, op_style, op_symbol, paint};
use crate::text::{printable, resource};
use crate::value::inline;
use farsight_engine::{OutputView, PlanView, StepView, Summary};
use farsight_model::Urn;
use std::collections::{BTreeMap, HashMap};

/// The plan for people: components with their children below them, then outputs and the summary line.
///
/// `parents` says which component each resource is part of; a component that does not change itself is shown where
/// one of its children does.
pub fn plan(view: &PlanView, parents: &BTreeMap<Urn, Urn>) -> String {
    let mut tree = Tree::default();
    for (index, step) in view.steps.iter().enumerate() {
        tree.insert(&step.urn, Some(index), parents);
    }
    let mut text = String::new();
    for node in &tree.roots {
        write_node(&tree, view, *node, "", "", &mut text);
    }
    if !view.outputs.is_empty() {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&outputs(&view.outputs));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(&summary_line(&view.summary));
    text.push('\n');
    text
}

/// What a plan does, in one line: `12 to create, 1 to update, 3 unchanged`.
pub fn summary_line(summary: &Summary) -> String {
    let parts = [
        (summary.create, "to create", GREEN),
        (summary.update, "to update", YELLOW),
        (summary.replace, "to replace", MAGENTA),
        (summary.delete, "to delete", RED),
        (summary.import, "to import", CYAN),
        (summary.forget, "to forget", CYAN),
        (summary.same, "unchanged", DIM),
    ];
    let shown: Vec<String> = parts
        .into_iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, what, style)| paint(style, &format!("{n} {what}")))
        .collect();
    match (summary.changes(), shown.is_empty()) {
        (_, true) => "no resources".to_owned(),
        (0, _) => format!("no changes: {}", shown.join(", ")),
        _ => shown.join(", "),
    }
}

/// Stack outputs that change.
pub fn outputs(list: &[OutputView]) -> String {
    let mut text = format!("{}\n", paint(BOLD, "outputs"));
    for output in list {
        let name = printable(&output.name);
        let line = match (output.old.is_null(), output.new.is_null()) {
            (true, _) => format!("{} {name}: {}", paint(GREEN, "+"), inline(&output.new)),
            (_, true) => format!("{} {name}: {}", paint(RED, "-"), inline(&output.old)),
            _ => format!("{} {name}: {} -> {}", paint(YELLOW, "~"), inline(&output.old), inline(&output.new)),
        };
        add!(text, "  {line}\n");
    }
    text
}

/// Nodes in the order of the plan; a node is a step, or a component that is only there for its children.
#[derive(Default)]
struct Tree {
    nodes: Vec<Node>,
    of: HashMap<Urn, usize>,
    roots: Vec<usize>,
}

struct Node {
    urn: Urn,
    step: Option<usize>,
    children: Vec<usize>,
}

impl Tree {
    fn insert(&mut self, urn: &Urn, step: Option<usize>, parents: &BTreeMap<Urn, Urn>) -> usize {
        if let Some(&known) = self.of.get(urn) {
            if self.nodes[known].step.is_none() {
                self.nodes[known].step = step;
                return known;
            }
            if step.is_none() {
                return known;
            }
        }
        let node = self.nodes.len();
        self.nodes.push(Node { urn: urn.clone(), step, children: Vec::new() });
        self.of.entry(urn.clone()).or_insert(node);
        match parents.get(urn).filter(|parent| *parent != urn) {
            Some(parent) => {
                let parent = self.insert(parent, None, parents);
                self.nodes[parent].children.push(node);
            }
            None => self.roots.push(node),
        }
        node
    }
}

/// `first` begins the node's own line, `rest` every line below it.
fn write_node(tree: &Tree, view: &PlanView, node: usize, first: &str, rest: &str, text: &mut String) {
    let Node { urn, step, children } = &tree.nodes[node];
    let step = step.and_then(|index| view.steps.get(index));
    add!(text, "{first}{}\n", head(urn, step));
    let below = if children.is_empty() { "    " } else { "│   " };
    // What the program did not say would only hide what it said.
    let said =
        step.iter().flat_map(|step| step.diff.iter().filter(|change| !change.default).map(move |one| (step, one)));
    for line in said.flat_map(|(step, change)| change_lines(change, step.op == "create")) {
        add!(text, "{}{below}{line}\n", paint(DIM, rest));
    }
    for (index, child) in children.iter().enumerate() {
        let (branch, trunk) = if index + 1 == children.len() { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        write_node(tree, view, *child, &format!("{rest}{branch}"), &format!("{rest}{trunk}"), text);
    }
}

fn head(urn: &Urn, step: Option<&StepView>) -> String {
    let Some(step) = step else {
        return format!("  {}", resource(urn));
    };
    let mut line = format!(
        "{} {} {}",
        paint(op_style(&step.op), op_symbol(&step.op)),
        printable(&urn.token().short()),
        paint(BOLD, &printable(&step.name))
    );
    if let Some(id) = &step.id {
        line.push_str(&paint(DIM, &format!(" [{}]", printable(id))));
    }
    let mut remarks: Vec<&str> = match step.op.as_str() {
        "import" | "forget" => vec![&step.op],
        _ => Vec::new(),
    };
    if step.delete_first {
        remarks.push("the old one is deleted first");
    }
    remarks.extend(step.reason.as_deref());
    if !remarks.is_empty() {
        line.push_str(&paint(DIM, &format!("  ({})", printable(&remarks.join("; ")))));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use farsight_engine::DiffView;
    use farsight_model::ChangeKind;
    use serde_json::{Value as Json, json};

    fn urn(chain: &str, name: &str) -> Urn {
        Urn::parse(&format!("urn:farsight:dev::shop::{chain}::{name}")).unwrap()
    }

    fn step(op: &str, urn: &Urn, id: Option<&str>, diff: Vec<DiffView>) -> StepView {
        StepView {
            op: op.into(),
            urn: urn.clone(),
            token: urn.token().to_string(),
            name: urn.name().into(),
            id: id.map(str::to_owned),
            diff,
            delete_first: op == "replace",
            reason: None,
            causes: vec![],
        }
    }

    fn change(path: &str, old: Json, new: Json, replace: bool) -> DiffView {
        let kind = match (&old, &new) {
            (Json::Null, _) => ChangeKind::Add,
            (_, Json::Null) => ChangeKind::Delete,
            _ => ChangeKind::Update,
        };
        DiffView { path: path.into(), kind, old, new, replace, default: false }
    }

    #[test]
    fn a_plan_is_a_tree() {
        let net = urn("app:index:Network", "net");
        let vpc = urn("app:index:Network$aws:ec2/vpc:Vpc", "main");
        let subnet = urn("app:index:Network$aws:ec2/subnet:Subnet", "public-0");
        let gone = urn("aws:ec2/eip:Eip", "nat");
        let role = urn("aws:iam/role:Role", "task");
        let policy = |action: &str| json!(format!("{{\"Statement\":[{{\"Action\":\"{action}\"}}]}}"));
        let view = PlanView {
            summary: Summary { create: 1, update: 1, replace: 1, delete: 1, same: 3, ..Summary::default() },
            steps: vec![
                step(
                    "create",
                    &vpc,
                    None,
                    vec![
                        change("cidrBlock", Json::Null, json!("10.0.0.0/16"), false),
                        change("tags.Name", Json::Null, json!("main"), false),
                        DiffView { default: true, ..change("enableDnsSupport", Json::Null, json!(true), false) },
                    ],
                ),
                step(
                    "replace",
                    &subnet,
                    Some("subnet-1"),
                    vec![
                        change("cidrBlock", json!("10.0.0.0/24"), json!("10.0.1.0/24"), true),
                        change("vpcId", json!("vpc-1"), json!("[unknown]"), true),
                    ],
                ),
                step(
                    "update",
                    &role,
                    Some("task-1"),
                    vec![
                        change("assumeRolePolicy", policy("sts:AssumeRole"), policy("sts:*"), false),
                        change("tags.old", json!("x"), Json::Null, false),
                    ],
                ),
                step("delete", &gone, Some("eipalloc-1"), vec![]),
            ],
            outputs: vec![OutputView { name: "vpcId".into(), old: json!("vpc-1"), new: json!("[unknown]") }],
            warnings: vec![],
            violations: vec![],
        };
        let parents = [(vpc, net.clone()), (subnet, net)].into();
        insta::assert_snapshot!(crate::text::plain(&plan(&view, &parents)), @r#"
          app:index:Network net
        ├─ + aws:ec2:Vpc main
        │      cidrBlock: "10.0.0.0/16"
        │      tags.Name: "main"
        └─ +- aws:ec2:Subnet public-0 [subnet-1]  (the old one is deleted first)
               ~ cidrBlock: "10.0.0.0/24" -> "10.0.1.0/24"  # forces replacement
               ~ vpcId: "vpc-1" -> [unknown]  # forces replacement
        ~ aws:iam:Role task [task-1]
            ~ assumeRolePolicy: (json)
                  "Statement": [
                    {
              -       "Action": "sts:AssumeRole"
              +       "Action": "sts:*"
                    }
                  ]
            - tags.old: "x"
        - aws:ec2:Eip nat [eipalloc-1]

        outputs
          ~ vpcId: "vpc-1" -> [unknown]

        1 to create, 1 to update, 1 to replace, 1 to delete, 3 unchanged
        "#);
    }

    #[test]
    fn summaries() {
        let line = |summary: Summary| crate::text::plain(&summary_line(&summary));
        assert_eq!(line(Summary::default()), "no resources");
        assert_eq!(line(Summary { same: 3, ..Summary::default() }), "no changes: 3 unchanged");
        let some = Summary { create: 12, update: 1, same: 3, import: 2, ..Summary::default() };
        assert_eq!(line(some), "12 to create, 1 to update, 2 to import, 3 unchanged");
    }
}
