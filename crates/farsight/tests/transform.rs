//! Transforms, hooks and aliases: what a program says about declarations, and what arrives of it.

mod common;

use common::{Rack, Room};
use farsight::model::{TypeToken, Urn};
use farsight::prelude::*;
use farsight::{Alias, Component, When, testing};
use std::time::Duration;

const NO_CONFIG: [(&str, &str); 0] = [];

/// Protects conventions of a stack: they reach everything that is declared after them, whatever declares it.
#[test]
fn transforms_see_and_change_what_comes_after_them() {
    let recording = testing::record(NO_CONFIG, |cx| {
        let early = Room::new("early").add(cx);
        cx.transform(|resource| {
            if resource.has("tags") {
                let said = resource.input("tags.order");
                let order = said.as_str().unwrap_or_default().to_owned();
                resource.set("tags.order", format!("{order}stack"));
            }
            if resource.is("test:index:Rack") {
                resource.set("size", 9_i64);
                resource.set("cidr_block", Value::Null);
                resource.set("pool", "p");
                resource.options().protect = true;
            }
        });
        let outer = Component::new("app:index:Outer", "outer")
            .transform(|resource| {
                let before = resource.input("tags.order").as_str().unwrap_or_default().to_owned();
                if resource.has("tags") {
                    resource.set("tags.order", format!("{before}outer "));
                }
            })
            .add(cx);
        let inner = Component::new("app:index:Inner", "inner")
            .parent(&outer)
            .transform(|resource| {
                assert_eq!((resource.name(), resource.parent().is_some()), ("deep", true));
                resource.set("tags.order", "inner ");
            })
            .add(cx);
        Room::new("deep").parent(&inner).add(cx);
        Rack::new("a").room_id(early.id()).size(1).cidr_block("10.0.0.0/16").add(cx);
        Ok(())
    });
    assert_eq!(recording.errors(), []);
    assert_eq!(recording.problems(), Vec::<String>::new());
    let order = |name: &str| recording.get::<Room>(name).input("tags.order");
    assert_eq!(order("early"), Value::Null);
    assert_eq!(order("deep"), "inner outer stack".into());
    let rack = recording.get::<Rack>("a");
    assert_eq!((rack.input("size"), rack.input("pool"), rack.input("cidrBlock")), (v(9), "p".into(), Value::Null));
    assert!(rack.declaration().options.protect);
    assert_eq!(rack.declaration().property_locations["size"].file, file!());
}

fn v(number: i64) -> Value {
    Value::from(number)
}

/// Protects typists: a transform that sets what is not there fails the program at its line.
#[test]
fn a_transform_that_sets_nothing_is_a_mistake_at_its_line() {
    let mut line = 0;
    let recording = testing::record(NO_CONFIG, |cx| {
        line = line!() + 1;
        cx.transform(|resource| resource.set("colour", "red"));
        Room::new("a").add(cx);
        Ok(())
    });
    let errors: Vec<_> = recording.errors().iter().map(|e| (e.location.as_ref().unwrap().line, &*e.message)).collect();
    assert_eq!(errors, [(line, "`colour` names no property of test:index:Room: there is no `colour`")]);
}

/// Protects hooks on their way: when, how long, and which closure.
#[test]
fn hooks_arrive_with_their_deadlines() {
    let recording = testing::record(NO_CONFIG, |cx| {
        Room::new("a")
            .hook(When::AfterCreate, |step| match step.id() {
                Some(_) => Ok(()),
                None => Err(farsight::Error::new("no id")),
            })
            .hook_within(When::BeforeDelete, Duration::from_secs(90), |_| Ok(()))
            .add(cx);
        Component::new("app:index:Part", "part").hook(When::BeforeCreate, |_| Ok(())).add(cx);
        Ok(())
    });
    let hooks = &recording.get::<Room>("a").declaration().options.hooks;
    assert_eq!(hooks.iter().map(|hook| hook.within).collect::<Vec<_>>(), [30, 90]);
    assert!(hooks[0].callback.is_some() && hooks[0].callback != hooks[1].callback);
    assert_eq!(recording.errors().len(), 1);
    assert!(recording.errors()[0].message.contains("`part` is a component"));
}

/// Protects moves: every form of an alias is the URN of then.
#[test]
fn aliases_are_the_urns_of_then() {
    let mut parent = None;
    let recording = testing::record(NO_CONFIG, |cx| {
        let part = Component::new("app:index:Part", "part").add(cx);
        parent = Some(part.urn());
        Room::new("a")
            .parent(&part)
            .alias("b")
            .alias(Alias::no_parent())
            .alias(Alias::no_parent().name("c"))
            .alias(Alias::token("test:index/hall:Hall"))
            .add(cx);
        Room::new("free").alias(Alias::parent(&part)).alias(&part.urn()).add(cx);
        Ok(())
    });
    let (parent, room) = (parent.unwrap(), TypeToken::new("test:index/room:Room"));
    let urn =
        |parent: Option<&Urn>, token: &TypeToken, name: &str| Urn::new("test", "test", parent, token, name).to_string();
    let aliases = |name: &str| recording.get::<Room>(name).declaration().options.aliases.clone();
    let hall = TypeToken::new("test:index/hall:Hall");
    assert_eq!(
        aliases("a"),
        ["b".to_owned(), urn(None, &room, "a"), urn(None, &room, "c"), urn(Some(&parent), &hall, "a")]
    );
    assert_eq!(aliases("free"), [urn(Some(&parent), &room, "free"), parent.to_string()]);
}
