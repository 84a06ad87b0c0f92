//! The graph of a stack's resources as text, dot, mermaid and SVG.

mod svg;

use crate::text::{plain, printable};
use farsight_model::Urn;

pub use svg::svg;

/// Resources and what they depend on.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// The resources.
    pub nodes: Vec<Urn>,
    /// Pairs of indices into `nodes`: the first depends on the second.
    pub edges: Vec<(usize, usize)>,
}

impl Graph {
    fn label(&self, node: usize) -> (String, String) {
        let urn = &self.nodes[node];
        (printable(&urn.token().short()), printable(urn.name()))
    }

    fn dependencies(&self, node: usize) -> impl Iterator<Item = usize> {
        self.edges.iter().filter(move |(from, _)| *from == node).map(|(_, to)| *to)
    }
}

/// One resource a line, what it depends on indented below it.
pub fn text(graph: &Graph) -> String {
    let mut text = String::new();
    for (index, urn) in graph.nodes.iter().enumerate() {
        add!(text, "{}\n", crate::text::resource(urn));
        for dependency in graph.dependencies(index) {
            add!(text, "  -> {}\n", crate::text::resource(&graph.nodes[dependency]));
        }
    }
    text
}

/// For Graphviz: `dot -Tsvg`.
pub fn dot(graph: &Graph) -> String {
    let mut text = String::from("digraph farsight {\n  rankdir = BT;\n  node [shape = box];\n");
    for (index, urn) in graph.nodes.iter().enumerate() {
        let (token, name) = graph.label(index);
        let (label, tooltip) = (format!("{}\\n{}", quoted(&token), quoted(&name)), quoted(urn.as_str()));
        add!(text, "  n{index} [label = \"{label}\", tooltip = \"{tooltip}\"];\n");
    }
    for (from, to) in &graph.edges {
        add!(text, "  n{from} -> n{to};\n");
    }
    text.push_str("}\n");
    text
}

fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// For Mermaid, as in Markdown files.
pub fn mermaid(graph: &Graph) -> String {
    let mut text = String::from("flowchart BT\n");
    for index in 0..graph.nodes.len() {
        let (token, name) = graph.label(index);
        add!(text, "  n{index}[\"{}<br/>{}\"]\n", entities(&token), entities(&name));
    }
    for (from, to) in &graph.edges {
        add!(text, "  n{from} --> n{to}\n");
    }
    text
}

/// Text that is safe in HTML, SVG and Mermaid labels.
fn entities(text: &str) -> String {
    plain(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn sample() -> Graph {
        let urn = |token: &str, name: &str| Urn::parse(&format!("urn:farsight:dev::shop::{token}::{name}")).unwrap();
        Graph {
            nodes: vec![
                urn("aws:ec2/vpc:Vpc", "main"),
                urn("aws:ec2/subnet:Subnet", "a<\"b\">"),
                urn("aws:logs/logGroup:LogGroup", "api"),
            ],
            edges: vec![(1, 0)],
        }
    }

    #[test]
    fn as_text() {
        insta::assert_snapshot!(plain(&text(&sample())), @r#"
        aws:ec2:Vpc main
        aws:ec2:Subnet a<"b">
          -> aws:ec2:Vpc main
        aws:logs:LogGroup api
        "#);
    }

    #[test]
    fn as_dot() {
        insta::assert_snapshot!(dot(&sample()), @r#"
        digraph farsight {
          rankdir = BT;
          node [shape = box];
          n0 [label = "aws:ec2:Vpc\nmain", tooltip = "urn:farsight:dev::shop::aws:ec2/vpc:Vpc::main"];
          n1 [label = "aws:ec2:Subnet\na<\"b\">", tooltip = "urn:farsight:dev::shop::aws:ec2/subnet:Subnet::a<\"b\">"];
          n2 [label = "aws:logs:LogGroup\napi", tooltip = "urn:farsight:dev::shop::aws:logs/logGroup:LogGroup::api"];
          n1 -> n0;
        }
        "#);
    }

    #[test]
    fn as_mermaid() {
        insta::assert_snapshot!(mermaid(&sample()), @r#"
        flowchart BT
          n0["aws:ec2:Vpc<br/>main"]
          n1["aws:ec2:Subnet<br/>a&lt;&quot;b&quot;&gt;"]
          n2["aws:logs:LogGroup<br/>api"]
          n1 --> n0
        "#);
    }
}
