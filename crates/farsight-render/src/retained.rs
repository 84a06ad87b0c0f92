//! What went from a stack and is still in the cloud.

use crate::style::{BOLD, DIM, paint};
use crate::text::{printable, resource};
use farsight_engine::Retained;

/// One entry for each, with the command line that deletes it; nothing at all without any.
pub fn retained(list: &[Retained]) -> String {
    if list.is_empty() {
        return String::new();
    }
    let mut text = format!("{}\n", paint(BOLD, "still in the cloud"));
    for one in list {
        add!(
            text,
            "  {} {}: {}\n",
            resource(&one.urn),
            paint(DIM, &format!("[{}]", printable(&one.id))),
            printable(&one.what)
        );
        if let Some(command) = &one.delete {
            add!(text, "      {}\n", paint(DIM, &format!("delete it: {}", printable(command))));
        }
    }
    text.push_str("the next `up` takes back what has the same name\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use farsight_model::Urn;

    #[test]
    fn each_says_what_is_left_and_how_it_goes() {
        let one = |name: &str, what: &str, delete: Option<&str>| Retained {
            urn: Urn::parse(&format!("urn:farsight:dev::shop::aws:ecr/repository:Repository::{name}")).unwrap(),
            id: format!("{name}-1"),
            what: what.into(),
            delete: delete.map(str::to_owned),
        };
        assert_eq!(retained(&[]), "");
        let list = [one("images", "stays", Some("aws ecr delete-repository")), one("other", "leaves a copy", None)];
        insta::assert_snapshot!(crate::text::plain(&retained(&list)), @r"
        still in the cloud
          aws:ecr:Repository images [images-1]: stays
              delete it: aws ecr delete-repository
          aws:ecr:Repository other [other-1]: leaves a copy
        the next `up` takes back what has the same name
        ");
    }
}
