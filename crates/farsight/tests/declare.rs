//! What programs declare arrives as it was written.

mod common;

use common::{Hole, Rack, RackArgs, Room, Tenancy};
use farsight::model::{Compare, FromValue, IntoValue, Kind, Literal, PropertyPath, Rule};
use farsight::prelude::*;
use farsight::{Component, Timeouts, all, testing};

const NO_CONFIG: [(&str, &str); 0] = [];

/// Protects every diff: the table says exactly what the struct says.
#[test]
fn the_table_is_the_struct() {
    let schema = Rack::SCHEMA;
    assert_eq!((schema.token, schema.doc), ("test:index/rack:Rack", "A place for machines."));
    let names: Vec<&str> = schema.fields.iter().map(|field| field.name).collect();
    assert_eq!(
        names,
        ["roomId", "size", "cidrBlock", "pool", "lit", "tenancy", "holes", "password", "policy", "rackName", "tags"]
    );
    let required: Vec<&str> = schema.fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    assert_eq!(required, ["roomId", "size"]);
    let field = |name: &str| schema.field(name).unwrap();
    assert!(field("roomId").marks.replace);
    assert_eq!(field("cidrBlock").marks.compare, Compare::Cidr);
    assert_eq!(field("cidrBlock").doc, "Its network.");
    assert!(matches!(field("lit").marks.default, Some(Literal::Bool(true))));
    assert!(matches!(field("tags").marks.default, Some(Literal::EmptyMap)));
    assert!(matches!(field("tenancy").kind, Kind::Enum(["default", "dedicated-host"])));
    assert!(field("password").marks.write_only && field("holes").marks.set);
    assert_eq!(schema.auto_name(), Some(("rackName", 32)));
    let Kind::List(Kind::Struct(hole)) = field("holes").kind else { panic!("holes are blocks") };
    assert_eq!(hole.iter().filter(|field| field.required).count(), 2);
    assert!(matches!(schema.rules, [Rule::ExactlyOne(["cidrBlock", "pool"]), Rule::Requires("password", "tenancy")]));
    assert!(schema.is_stable("arn") && !schema.is_stable("degrees"));
    assert!(schema.outputs.iter().any(|output| output.name == "consoleKey" && output.secret));
}

/// Protects what handlers see: the plain struct and the value are the same thing.
#[test]
fn plain_structs_are_values() {
    let args = RackArgs {
        room_id: "r".into(),
        size: 3,
        cidr_block: None,
        pool: Some("p".into()),
        lit: false,
        tenancy: Tenancy::Dedicated,
        holes: vec![Hole { protocol: "tcp".into(), from_port: 80, cidr_blocks: vec![], description: None }],
        password: Some("x".into()),
        policy: None,
        name: None,
        tags: BTreeMap::new(),
    };
    let value = args.clone().into_value();
    assert_eq!(value.get("cidrBlock"), None);
    assert_eq!(value.get("tenancy"), Some(&"dedicated-host".into()));
    assert_eq!(value.get("password"), Some(&Value::secret("x".into())));
    assert_eq!(RackArgs::from_value(&value).unwrap(), args);
    let absent = Value::map([("roomId", Value::from("r")), ("size", Value::Number(1.0))]);
    let read = RackArgs::from_value(&absent).unwrap();
    assert_eq!((read.lit, read.tenancy), (true, Tenancy::Default));
    let error = RackArgs::from_value(&Value::map([("roomId", "r")].map(|(k, v)| (k, Value::from(v))))).unwrap_err();
    assert_eq!(error.to_string(), "`size`: expected a whole number");
    let bad = Value::map([("tenancy", Value::from("x")), ("size", Value::Number(1.0)), ("roomId", "r".into())]);
    let error = RackArgs::from_value(&bad).unwrap_err();
    assert_eq!(error.to_string(), "`tenancy`: expected one of `default`, `dedicated-host`");
}

/// Protects the front door: every kind of argument reaches the engine, with its line.
#[test]
fn everything_that_is_set_is_declared() {
    let mut line = 0;
    let recording = testing::record(NO_CONFIG, |cx| {
        let room = Room::new("hall").tags([("Name", "hall")]).add(cx);
        line = line!() + 1;
        let rack = Rack::new("a")
            .room_id(room.id())
            .size(4)
            .cidr_block("10.0.0.0/16")
            .tenancy(Tenancy::Dedicated)
            .holes([
                Hole::new().protocol("tcp").from_port(80).cidr_blocks(["0.0.0.0/0"]),
                Hole::new().protocol(output!("{}", room.id())).from_port(443),
            ])
            .policy(json!({ "Statement": [{ "Resource": room.id(), "Effect": "Allow" }], "Nothing": null }))
            .name(None::<String>)
            .tags(vec![("Name", output!("rack of {}", room.id())), ("Plain", Output::new("x".to_owned()))])
            .add(cx);
        cx.export("arn", rack.arn());
        cx.export("subnets", vec![rack.cidr_block().subnet(8, 0), rack.cidr_block().subnet(8, 1)]);
        cx.export("ports", rack.ports().at(0));
        Ok(())
    });
    assert_eq!(recording.errors(), []);
    assert_eq!(recording.problems(), Vec::<String>::new());
    let rack = recording.get::<Rack>("a");
    assert_eq!((rack.location().line, rack.location().file.as_str()), (line, file!()));
    assert_eq!(rack.declaration().property_locations["size"].line, line + 2);
    let args = rack.args::<Rack>();
    assert_eq!((args.room_id.as_str(), args.size, args.lit), ("<Room hall.id>", 4, true));
    assert_eq!(args.holes[1].protocol, "<Room hall.id>");
    assert_eq!(
        args.policy.as_deref(),
        Some(r#"{"Nothing":null,"Statement":[{"Effect":"Allow","Resource":"<Room hall.id>"}]}"#)
    );
    assert_eq!(args.tags["Name"], "rack of <Room hall.id>");
    assert_eq!(rack.input("rackName"), "a-0000000".into());
    assert_eq!(rack.urn().as_str(), "urn:farsight:test::test::test:index/rack:Rack::a");
    assert_eq!(recording.export("arn"), "<Rack a.arn>".into());
    assert_eq!(recording.export("subnets"), Value::List(vec!["10.0.0.0/24".into(), "10.0.1.0/24".into()]));
    assert_eq!(recording.all::<Rack>().len(), 1);
}

/// Protects plans: what is declared inside a component is part of it, on every level, unless it says otherwise.
#[test]
fn a_scope_gives_parents() {
    let recording = testing::record(NO_CONFIG, |cx| {
        let outer = Component::new("app:index:Outer", "o").add(cx);
        let inside = &outer.scope(cx);
        let inner = Component::new("app:index:Inner", "i").add(inside);
        Room::new("deep").add(&inner.scope(inside));
        Room::new("elsewhere").parent(&inner).add(cx);
        Room::new("alone").add(cx);
        inside.log("inside");
        Ok(())
    });
    assert_eq!(recording.errors(), []);
    assert_eq!(recording.log(), ["inside"]);
    let chain = |name: &str| recording.get::<Room>(name).urn().type_chain().to_owned();
    assert_eq!(chain("deep"), "app:index:Outer$app:index:Inner$test:index/room:Room");
    assert_eq!(chain("elsewhere"), chain("deep"));
    assert_eq!(chain("alone"), "test:index/room:Room");
}

#[test]
fn options_arrive_under_their_wire_names() {
    let recording = testing::record(NO_CONFIG, |cx| {
        let hall = Room::new("hall").add(cx);
        let group = Component::new("app:index:Group", "g").protect(true).add(cx);
        let rack = Rack::new("a").room_id("r").size(1).pool("p").parent(&group).add(cx);
        group.outputs(cx, value!({ "rack": rack.id() }));
        Rack::new("b")
            .room_id("r")
            .size(1)
            .pool("p")
            .protect(true)
            .retain_on_delete(true)
            .ignore_changes(["tags.Name", "cidr_block", "holes[*].from_port", "holes[0].cidrBlocks"])
            .replace_on_changes(["size"])
            .delete_before_replace(true)
            .depends_on((&hall, &rack, &group))
            .depends_on(&hall)
            .depends_on([hall.urn(), rack.urn()])
            .alias("old")
            .import("rack-7")
            .provider(&hall)
            .timeouts(Timeouts { create: Some(60), ..Timeouts::default() })
            .deleted_with(&hall)
            .replace_with([&hall])
            .secret_outputs(["console_key"])
            .replacement_trigger(hall.id())
            .add(cx);
        cx.export("of_group", group.output::<String>("rack"));
        Ok(())
    });
    assert_eq!(recording.errors(), []);
    let options = &recording.get::<Rack>("b").declaration().options;
    assert!(options.protect && options.retain_on_delete && options.delete_before_replace == Some(true));
    let paths: Vec<String> = options.ignore_changes.iter().map(PropertyPath::to_string).collect();
    assert_eq!(paths, ["tags.Name", "cidrBlock", "holes[*].fromPort", "holes[0].cidrBlocks"]);
    assert_eq!(options.replace_on_changes, [PropertyPath::key("size")]);
    assert_eq!(options.depends_on.len(), 6);
    assert_eq!(
        (options.aliases.as_slice(), options.import.as_deref()),
        (["old".to_owned()].as_slice(), Some("rack-7"))
    );
    assert_eq!(options.timeouts.create, Some(60));
    assert!(options.provider.is_some() && options.deleted_with.is_some() && options.replace_with.len() == 1);
    assert_eq!(options.secret_outputs, ["consoleKey"]);
    assert!(options.replacement_trigger.has_unknown());
    let child = recording.get::<Rack>("a");
    assert_eq!(child.urn().type_chain(), "app:index:Group$test:index/rack:Rack");
    assert_eq!(child.declaration().parent, Some(recording.named("app:index:Group", "g").urn().clone()));
    assert!(!recording.named("app:index:Group", "g").declaration().custom);
    assert_eq!(recording.export("of_group"), "<Rack a.id>".into());
}

/// Protects the line that people are sent to.
#[test]
fn a_path_that_names_nothing_is_a_mistake_at_its_line() {
    let mut line = 0;
    let recording = testing::record(NO_CONFIG, |cx| {
        line = line!() + 1;
        let rack = Rack::new("a").room_id("r").size(1).pool("p").ignore_changes(["tagz", "holes[0].colour", ".."]);
        rack.add(cx);
        let _: Output<String> = Output::new(Value::Null).get("a..b");
        Ok(())
    });
    let errors: Vec<(u32, &str)> =
        recording.errors().iter().map(|e| (e.location.as_ref().unwrap().line, e.message.as_str())).collect();
    assert_eq!(errors.len(), 4, "{errors:?}");
    assert_eq!(errors[0], (line, "`tagz` names no property of test:index:Rack: there is no `tagz`"));
    assert_eq!(errors[1], (line, "`holes[0].colour` names no property of test:index:Rack: there is no `colour`"));
    assert_eq!(errors[3].0, line + 2);
}

/// Protects computations: what is known is computed at once, what is not is left to the engine, secrets stay secret.
#[test]
fn outputs_are_computed_as_soon_as_they_are_known() {
    let recording = testing::Setup::new().output("hall", "id", "room-9").record(|cx| {
        let hall = Room::new("hall").add(cx);
        let known = Output::new(20_i64);
        assert_eq!(known.map(|n| n + 1).to_value(), Value::Number(21.0));
        assert_eq!(known.secret().map(|n| n + 1).to_value(), Value::secret(Value::Number(21.0)));
        assert_eq!(output!("{known}{{{0}}}{name}", 1, name = "x").to_value(), "20{1}x".into());
        assert_eq!(Output::new(vec!["a".to_owned(), "b".to_owned()]).join("+").to_value(), "a+b".into());
        assert_eq!(farsight::join("-", ["a", "b"]).to_value(), "a-b".into());
        let pair = all((known.clone(), hall.id())).map(|(n, id)| format!("{id}/{n}"));
        assert!(pair.to_value().has_unknown());
        cx.export("pair", pair);
        cx.export("tail", hall.id().try_map(|id| id.strip_prefix("room-").map(str::to_owned).ok_or("no room")));
        cx.export("list", all(vec![hall.id(), hall.id()]).map(|ids| ids.len() as i64));
        cx.export("part", Output::new(value!({ "a": [1, 2] })).get::<i64>("a[1]"));
        cx.export("maybe", hall.id().optional().map(|id| id.is_some()));
        Ok(())
    });
    assert_eq!(recording.errors(), []);
    assert_eq!(recording.export("pair"), "room-9/20".into());
    assert_eq!(recording.export("tail"), "9".into());
    assert_eq!(recording.export("list"), Value::Number(2.0));
    assert_eq!(recording.export("part"), Value::Number(2.0));
    assert_eq!(recording.export("maybe"), Value::Bool(true));
}

#[test]
fn every_mistake_of_a_program_is_reported() {
    let recording = testing::record([("zones", "many")], |cx| {
        assert_eq!(cx.config().or("zones", 2), 2);
        let _ = Output::new("x".to_owned()).map(|text| text.parse::<i64>().expect("a number"));
        let _ = Output::new("x".to_owned()).try_map(|text| text.parse::<i64>());
        let _ = Output::new("10.0.0.0/30".to_owned()).subnet(8, 1);
        Err(farsight::Error::new("last"))
    });
    let errors: Vec<&str> = recording.errors().iter().map(|error| error.message.as_str()).collect();
    assert_eq!(errors.len(), 5, "{errors:?}");
    assert_eq!(errors[0], "configuration key `zones` of the test: expected a whole number");
    assert!(errors[1].contains("the closure panicked: a number"), "{errors:?}");
    assert_eq!(errors[2], "invalid digit found in string");
    assert_eq!(errors[3], "`10.0.0.0/30` has no subnet number 1 with 8 more prefix bits");
    assert_eq!(errors[4], "last");
    assert!(
        recording.errors()[0].kind == farsight_protocol::ProgramErrorKind::ConfigWrong
            && recording.errors()[1].kind == farsight_protocol::ProgramErrorKind::Panicked
    );
    assert!(recording.errors().iter().all(|error| error.location.as_ref().unwrap().file == file!()));
}
