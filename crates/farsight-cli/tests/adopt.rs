//! What exists becomes a program: from a list of ids, and from a stack of Pulumi. In the sandbox, with the built binary.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

mod common;

use common::guide::Guide;
use serde_json::{Value as Json, json};
use std::process::Command;

/// What is there before anything is adopted.
const BEFORE: &str = r#"
use farsight::prelude::*;
use farsight_aws::ec2::*;
use farsight_aws::iam::{Role, RolePolicy, RolePolicyAttachment};
use farsight_aws::logs::LogGroup;

fn main() -> farsight::Exit {
    farsight::program(|cx| {
        let vpc = Vpc::new("main").cidr_block("10.0.0.0/16").enable_dns_hostnames(true).tags([("Name", "net")]).add(cx);
        let gateway = InternetGateway::new("main").add(cx);
        let attached =
            InternetGatewayAttachment::new("main").internet_gateway_id(gateway.id()).vpc_id(vpc.id()).add(cx);
        let table = RouteTable::new("public").vpc_id(vpc.id()).add(cx);
        Route::new("internet")
            .route_table_id(table.id())
            .destination_cidr_block("0.0.0.0/0")
            .gateway_id(gateway.id())
            .depends_on(&attached)
            .add(cx);
        for (i, zone) in ["us-east-1a", "us-east-1b"].into_iter().enumerate() {
            let subnet = Subnet::new(format!("public-{i}"))
                .vpc_id(vpc.id())
                .availability_zone(zone)
                .cidr_block(vpc.cidr_block().subnet(8, i))
                .map_public_ip_on_launch(true)
                .add(cx);
            RouteTableAssociation::new(format!("public-{i}")).subnet_id(subnet.id()).route_table_id(table.id()).add(cx);
        }
        let web = SecurityGroup::new("web").vpc_id(vpc.id()).description("Web").add(cx);
        SecurityGroupIngressRule::new("http")
            .security_group_id(web.id())
            .ip_protocol("tcp")
            .from_port(80)
            .to_port(80)
            .cidr_ipv4("0.0.0.0/0")
            .add(cx);
        VpcEndpoint::new("logs")
            .vpc_id(vpc.id())
            .service_name("com.amazonaws.us-east-1.logs")
            .vpc_endpoint_type(VpcEndpointType::Interface)
            .private_dns_enabled(true)
            .security_group_ids([web.id()])
            .add(cx);
        VpcEndpoint::new("s3")
            .vpc_id(vpc.id())
            .service_name("com.amazonaws.us-east-1.s3")
            .route_table_ids([table.id()])
            .add(cx);
        let role = Role::new("task")
            .description("What runs in the tasks")
            .assume_role_policy(json!({
                "Version": "2012-10-17",
                "Statement": [{
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Principal": { "Service": "ecs-tasks.amazonaws.com" },
                }],
            }))
            .add(cx);
        RolePolicyAttachment::new("start")
            .role(role.name())
            .policy_arn("arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy")
            .add(cx);
        let worker = LogGroup::new("worker").name("/app/worker").retention_in_days(30).add(cx);
        RolePolicy::new("write-logs")
            .role(role.name())
            .policy(json!({
                "Version": "2012-10-17",
                "Statement": [{ "Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": worker.arn() }],
            }))
            .add(cx);
        Ok(())
    })
}
"#;

const MAIN: &str = "mod adopted;\n\nfn main() -> farsight::Exit {\n    farsight::program(|cx| {\n        \
                    adopted::declare(cx);\n        Ok(())\n    })\n}\n";

/// What `pulumi stack export` would say of a stack of ours: the same names and types, ids and defaults in its way.
fn as_pulumi(document: &Json) -> Json {
    let urn = |text: &str| text.replace("urn:farsight:", "urn:pulumi:");
    let resources = document["resources"].as_array().unwrap().iter().map(|row| {
        let text = row["urn"].as_str().unwrap();
        let token = text.split("::").nth(2).unwrap();
        let meaningless = token.contains("ec2/route:") || token.contains("rolePolicyAttachment");
        let dependencies: Vec<String> =
            row["dependencies"].as_array().into_iter().flatten().map(|one| urn(one.as_str().unwrap())).collect();
        json!({
            "urn": urn(text),
            "custom": true,
            "id": if meaningless { json!("r-1080289494") } else { row["id"].clone() },
            "type": token,
            "inputs": row["inputs"],
            "outputs": row["outputs"],
            "parent": "urn:pulumi:dev::farsight-server::pulumi:pulumi:Stack::farsight-server-dev",
            "dependencies": dependencies,
            "protect": token.contains("logGroup"),
        })
    });
    let mut resources: Vec<Json> = resources.collect();
    let stack = "urn:pulumi:dev::farsight-server::pulumi:pulumi:Stack::farsight-server-dev";
    resources.insert(0, json!({ "urn": stack, "custom": false, "type": "pulumi:pulumi:Stack" }));
    let foreign = "urn:pulumi:dev::farsight-server::cloudflare:index/record:Record::www";
    let kind = "cloudflare:index/record:Record";
    resources.push(json!({ "urn": foreign, "custom": true, "id": "x", "type": kind }));
    json!({ "version": 3, "deployment": { "manifest": {}, "resources": resources } })
}

/// Makes the program one that only declares what was adopted; the code must be as `rustfmt` would have it.
fn becomes_the_program(guide: &Guide, code: &str) {
    let generated = guide.program().join("src/adopted.rs");
    let format = Command::new("rustfmt").args(["--edition", "2024", "--check"]).arg(&generated).output().unwrap();
    assert!(format.status.success(), "{}", String::from_utf8_lossy(&format.stdout));
    for part in ["ec2::Vpc::new(\"main\")", ".vpc_id(main_vpc.id())", "VpcEndpointType::Interface", "json!({"] {
        assert!(code.contains(part), "the code has no `{part}`:\n{code}");
    }
    assert!(!code.contains("\"vpc-") && !code.contains("\"subnet-"), "an id is left in the code:\n{code}");
    std::fs::write(guide.program().join("src/main.rs"), MAIN).unwrap();
}

/// Protects the promise of `import --generate` and of `--from-pulumi`: with the code, the next preview is empty.
#[test]
fn what_exists_becomes_a_program() {
    let guide = Guide::new();
    std::fs::write(guide.program().join("src/main.rs"), BEFORE).unwrap();
    guide.ok(&["up", "--sandbox", "--yes"]);
    let document = guide.json(&["state", "export"]);
    let listed: Vec<Json> = guide
        .json(&["state", "ls", "--json"])
        .as_array()
        .unwrap()
        .iter()
        .map(|row| json!({ "type": row["type"], "name": row["name"], "id": row["id"] }))
        .collect();
    let code = guide.program().join("src/adopted.rs");

    guide.ok(&["stack", "init", "listed", "--no-select"]);
    let file = guide.program().join("resources.json");
    std::fs::write(&file, json!({ "resources": listed }).to_string()).unwrap();
    let file = file.to_str().unwrap();
    guide.ok(&["-s", "listed", "import", "--sandbox", "--file", file, "--generate=src/adopted.rs"]);
    becomes_the_program(&guide, &std::fs::read_to_string(&code).unwrap());
    guide.ok(&["-s", "listed", "preview", "--expect-no-changes"]);
    guide.ok(&["-s", "listed", "up", "--yes"]);
    guide.ok(&["-s", "listed", "drift", "--check"]);

    guide.ok(&["stack", "init", "pulumi", "--no-select"]);
    let export = guide.program().join("export.json");
    std::fs::write(&export, as_pulumi(&document).to_string()).unwrap();
    let import = ["-s", "pulumi", "import", "--sandbox", "--json", "--from-pulumi", export.to_str().unwrap()];
    // The file of the code is there already: nothing is adopted.
    guide.exits(2, &import);
    assert_eq!(guide.json(&["-s", "pulumi", "state", "ls", "--json"]), json!([]));
    std::fs::remove_file(&code).unwrap();
    let answer = guide.json(&import);
    assert_eq!(answer["resources"].as_array().unwrap().len(), listed.len());
    assert_eq!(answer["aside"][0]["type"], "cloudflare:index/record:Record");
    let aside = std::fs::read_to_string(guide.program().join("export.aside.json")).unwrap();
    assert!(aside.contains("no provider knows the type"), "{aside}");
    becomes_the_program(&guide, &std::fs::read_to_string(&code).unwrap());
    guide.ok(&["-s", "pulumi", "preview", "--expect-no-changes"]);
    let row = guide.json(&["-s", "pulumi", "state", "show", "worker", "--json"]);
    assert_eq!(row["options"]["protect"], true, "{row}");
}
