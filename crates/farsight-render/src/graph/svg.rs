//! The graph as one SVG file without scripts or fonts of its own.

use super::{Graph, entities};
use petgraph::stable_graph::StableDiGraph;
use rust_sugiyama::configure::Config;

const LINE: f64 = 16.0;
const HEIGHT: f64 = 44.0;
const LETTER: f64 = 7.2;
const MARGIN: f64 = 20.0;
/// Above this many nodes the layout no longer tries to swap neighbours, which takes seconds from 300 nodes on.
const TRANSPOSE: usize = 100;

/// A node's place: the middle of its box.
struct Place {
    x: f64,
    y: f64,
    width: f64,
}

/// The graph as SVG: what others depend on stands above them.
pub fn svg(graph: &Graph) -> String {
    let (places, width, height) = layout(graph);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
         height=\"{height:.0}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" \
         orient=\"auto-start-reverse\"><path d=\"M0 0L8 4L0 8z\" fill=\"#777\"/></marker></defs>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    for (from, to) in &graph.edges {
        let (Some(from), Some(to)) = (&places[*from], &places[*to]) else {
            continue;
        };
        let (start, end) = (from.y - HEIGHT / 2.0, to.y + HEIGHT / 2.0);
        let bend = f64::midpoint(start, end);
        add!(
            text,
            "<path d=\"M{:.0} {start:.0}C{:.0} {bend:.0} {:.0} {bend:.0} {:.0} {end:.0}\" fill=\"none\" \
             stroke=\"#777\" marker-end=\"url(#arrow)\"/>\n",
            from.x,
            from.x,
            to.x,
            to.x
        );
    }
    for (index, place) in places.iter().enumerate() {
        let Some(place) = place else {
            continue;
        };
        let (token, name) = graph.label(index);
        let (left, top) = (place.x - place.width / 2.0, place.y - HEIGHT / 2.0);
        add!(
            text,
            "<g><title>{}</title><rect x=\"{left:.0}\" y=\"{top:.0}\" width=\"{:.0}\" height=\"{HEIGHT:.0}\" rx=\"4\" \
             fill=\"#f4f6fa\" stroke=\"#456\"/><text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\"><tspan \
             fill=\"#567\">{}</tspan><tspan x=\"{:.0}\" dy=\"{LINE:.0}\" font-weight=\"bold\">{}</tspan></text></g>\n",
            entities(graph.nodes[index].as_str()),
            place.width,
            place.x,
            top + LINE + 2.0,
            entities(&token),
            place.x,
            entities(&name)
        );
    }
    text.push_str("</svg>\n");
    text
}

/// Places of all nodes, and the width and height of the picture.
fn layout(graph: &Graph) -> (Vec<Option<Place>>, f64, f64) {
    let width_of = |node: usize| {
        let (token, name) = graph.label(node);
        token.chars().count().max(name.chars().count()) as f64 * LETTER + 24.0
    };
    let mut places: Vec<Option<Place>> = graph.nodes.iter().map(|_| None).collect();
    let mut picture = StableDiGraph::<f64, ()>::new();
    let nodes: Vec<_> = (0..graph.nodes.len()).map(|node| picture.add_node(width_of(node))).collect();
    for (from, to) in &graph.edges {
        picture.update_edge(nodes[*to], nodes[*from], ());
    }
    let config = Config { vertex_spacing: 36.0, transpose: graph.nodes.len() <= TRANSPOSE, ..Config::default() };
    let (mut right, mut bottom) = (MARGIN, 2.0 * MARGIN);
    for (part, _, _) in rust_sugiyama::from_graph(&picture, &|_, width| (*width, HEIGHT), &config) {
        // Parts that do not hang together stand side by side; the layout's own coordinates may begin anywhere.
        let left = part.iter().map(|(node, (x, _))| x - picture[*node] / 2.0).fold(f64::INFINITY, f64::min);
        let top = part.iter().map(|(_, (_, y))| *y).fold(f64::INFINITY, f64::min);
        let begin = right;
        for (node, (x, y)) in part {
            let (width, y) = (picture[node], y - top + MARGIN + HEIGHT / 2.0);
            let x = x - left + begin;
            right = right.max(x + width / 2.0 + MARGIN);
            bottom = bottom.max(y + HEIGHT / 2.0 + MARGIN);
            places[node.index()] = Some(Place { x, y, width });
        }
    }
    (places, right, bottom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use farsight_model::Urn;

    #[test]
    fn as_svg() {
        insta::assert_snapshot!(svg(&super::super::tests::sample()), @r##"
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 331 164" width="331" height="164" font-family="sans-serif" font-size="12">
        <defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" fill="#777"/></marker></defs>
        <rect width="100%" height="100%" fill="#fff"/>
        <path d="M82 100C82 82 82 82 82 64" fill="none" stroke="#777" marker-end="url(#arrow)"/>
        <g><title>urn:farsight:dev::shop::aws:ec2/vpc:Vpc::main</title><rect x="31" y="20" width="103" height="44" rx="4" fill="#f4f6fa" stroke="#456"/><text x="82" y="38" text-anchor="middle"><tspan fill="#567">aws:ec2:Vpc</tspan><tspan x="82" dy="16" font-weight="bold">main</tspan></text></g>
        <g><title>urn:farsight:dev::shop::aws:ec2/subnet:Subnet::a&lt;&quot;b&quot;&gt;</title><rect x="20" y="100" width="125" height="44" rx="4" fill="#f4f6fa" stroke="#456"/><text x="82" y="118" text-anchor="middle"><tspan fill="#567">aws:ec2:Subnet</tspan><tspan x="82" dy="16" font-weight="bold">a&lt;&quot;b&quot;&gt;</tspan></text></g>
        <g><title>urn:farsight:dev::shop::aws:logs/logGroup:LogGroup::api</title><rect x="165" y="20" width="146" height="44" rx="4" fill="#f4f6fa" stroke="#456"/><text x="238" y="38" text-anchor="middle"><tspan fill="#567">aws:logs:LogGroup</tspan><tspan x="238" dy="16" font-weight="bold">api</tspan></text></g>
        </svg>
        "##);
    }

    #[test]
    fn boxes_do_not_overlap() {
        let nodes: Vec<Urn> = (0..30)
            .map(|i| Urn::parse(&format!("urn:farsight:dev::shop::aws:ec2/subnet:Subnet::s{i}")).unwrap())
            .collect();
        let graph = Graph { nodes, edges: (1..30).map(|i| (i, i / 3)).collect() };
        let (places, width, height) = layout(&graph);
        let places: Vec<&Place> = places.iter().flatten().collect();
        assert_eq!(places.len(), 30);
        for (index, a) in places.iter().enumerate() {
            assert!(a.x - a.width / 2.0 >= 0.0 && a.x + a.width / 2.0 <= width && a.y + HEIGHT / 2.0 <= height);
            for b in &places[index + 1..] {
                let apart = (a.x - b.x).abs() >= f64::midpoint(a.width, b.width) || (a.y - b.y).abs() >= HEIGHT;
                assert!(apart, "{},{} and {},{}", a.x, a.y, b.x, b.y);
            }
        }
        // Dependencies stand above what depends on them.
        assert!(graph.edges.iter().all(|(from, to)| places[*from].y > places[*to].y));
    }

    #[test]
    fn an_empty_graph_is_an_empty_picture() {
        assert!(svg(&Graph::default()).contains("viewBox=\"0 0 20 40\""));
    }
}
