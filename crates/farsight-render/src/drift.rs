//! What a look at the cloud found, for people.

use crate::style::{BOLD, DIM, GREEN, RED, YELLOW, paint};
use crate::text::{count, printable, resource};
use crate::value::inline;
use farsight_engine::{DriftReport, Finding, FindingKind};
use farsight_model::{TypeToken, Urn};
use serde_json::Value as Json;

/// The findings, resource by resource, and a summary line.
pub fn drift(report: &DriftReport) -> String {
    let mut text = String::new();
    let mut current: Option<&Urn> = None;
    for finding in &report.findings {
        if finding.urn.is_none() || finding.urn.as_ref() != current {
            text.push_str(&head(finding));
        }
        current = finding.urn.as_ref();
        if let Some(path) = &finding.path {
            text.push_str(&property(finding, &path.to_string()));
        }
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(&summary(report));
    text
}

fn head(finding: &Finding) -> String {
    let (mark, word) = match finding.kind {
        FindingKind::Gone => (paint(RED, "-"), paint(RED, "is gone")),
        FindingKind::Unmanaged => (paint(YELLOW, "?"), paint(YELLOW, "is not managed")),
        FindingKind::Ambient | FindingKind::Ignored => (paint(DIM, "~"), paint(DIM, "differs")),
        FindingKind::Changed => (paint(YELLOW, "~"), "differs".to_owned()),
    };
    let what = match &finding.urn {
        Some(urn) => resource(urn),
        None => paint(DIM, &printable(&TypeToken::new(finding.token.as_str()).short())),
    };
    let id = finding.id.as_ref().map_or_else(String::new, |id| format!(" [{}]", printable(id)));
    let note = finding.note.as_ref().map_or_else(String::new, |note| format!(": {}", printable(note)));
    format!("{mark} {what}{} {word}{note}\n", paint(DIM, &id))
}

/// Declared, remembered and observed.
fn property(finding: &Finding, path: &str) -> String {
    let remark = match finding.kind {
        FindingKind::Ambient => paint(DIM, "  (others may change it)"),
        FindingKind::Ignored => paint(DIM, "  (ignored by the program)"),
        _ => String::new(),
    };
    let mut text = format!("    {}{remark}\n", paint(BOLD, &printable(path)));
    let shown = |value: &Json| if value.is_null() { paint(DIM, "nothing") } else { inline(value) };
    if finding.declared.is_null() {
        add!(text, "      declared    {}\n", paint(DIM, "not declared"));
    } else {
        add!(text, "      declared    {}\n", shown(&finding.declared));
    }
    add!(text, "      remembered  {}\n", shown(&finding.remembered));
    add!(text, "      observed    {}\n", shown(&finding.observed));
    text
}

fn summary(report: &DriftReport) -> String {
    let all = &report.summary;
    let checked = format!("{} checked", count(all.checked, "resource"));
    let parts: Vec<String> = [
        (count(all.changed, "property"), all.changed, "changed", YELLOW),
        (count(all.gone, "object"), all.gone, "gone", RED),
        (count(all.unmanaged, "object"), all.unmanaged, "not managed", YELLOW),
        (count(all.ambient, "property"), all.ambient, "changed by others, as they may", DIM),
        (count(all.ignored, "property"), all.ignored, "ignored", DIM),
    ]
    .into_iter()
    .filter(|(_, n, ..)| *n > 0)
    .map(|(counted, _, word, style)| paint(style, &format!("{counted} {word}")))
    .collect();
    if all.has_drift() {
        let advice = "`farsight up` puts back what is declared, `farsight refresh` takes over what is";
        format!("{} in {checked}: {}\n{advice}\n", paint(YELLOW.bold(), "drift"), parts.join(", "))
    } else if parts.is_empty() {
        format!("{}: {checked}\n", paint(GREEN, "no drift"))
    } else {
        format!("{}: {checked}; {}\n", paint(GREEN, "no drift"), parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn report(value: Json) -> DriftReport {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn findings_by_resource() {
        let urn = "urn:farsight:dev::shop::aws:ec2/vpc:Vpc::main";
        let finding = |kind: &str, path: Json, values: [Json; 3]| {
            json!({"urn": urn, "kind": kind, "type": "aws:ec2/vpc:Vpc", "id": "vpc-1", "path": path,
                   "declared": values[0], "remembered": values[1], "observed": values[2]})
        };
        let report = report(json!({
            "summary": {"checked": 12, "changed": 2, "gone": 1, "ambient": 0, "ignored": 0, "unmanaged": 1},
            "findings": [
                finding("changed", json!("enableDnsSupport"), [json!(true), json!(true), json!(false)]),
                finding("changed", json!("tags.Extra"), [Json::Null, Json::Null, json!("x")]),
                {"urn": "urn:farsight:dev::shop::aws:ec2/eip:Eip::nat", "kind": "gone", "type": "aws:ec2/eip:Eip",
                 "id": "eipalloc-1", "path": null, "declared": null, "remembered": null, "observed": null},
                {"urn": null, "kind": "unmanaged", "type": "aws:ec2/subnet:Subnet", "id": "subnet-9", "path": null,
                 "declared": null, "remembered": null, "observed": null, "note": "a subnet in `main`"},
            ],
        }));
        insta::assert_snapshot!(crate::text::plain(&drift(&report)), @r#"
        ~ aws:ec2:Vpc main [vpc-1] differs
            enableDnsSupport
              declared    true
              remembered  true
              observed    false
            tags.Extra
              declared    not declared
              remembered  nothing
              observed    "x"
        - aws:ec2:Eip nat [eipalloc-1] is gone
        ? aws:ec2:Subnet [subnet-9] is not managed: a subnet in `main`

        drift in 12 resources checked: 2 properties changed, 1 object gone, 1 object not managed
        `farsight up` puts back what is declared, `farsight refresh` takes over what is
        "#);
    }

    #[test]
    fn nothing_found() {
        let report = report(json!({
            "summary": {"checked": 3, "changed": 0, "gone": 0, "ambient": 1, "ignored": 0, "unmanaged": 0},
            "findings": [],
        }));
        assert_eq!(
            crate::text::plain(&drift(&report)),
            "no drift: 3 resources checked; 1 property changed by others, as they may\n"
        );
    }
}
