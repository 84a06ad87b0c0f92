//! A resource type with one of everything, as the tables of a provider have it.

// Not every test uses all of it.
#![allow(dead_code)]

use farsight::prelude::*;

/// How a rack is shared.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tenancy {
    /// By all.
    Default,
    /// By nobody.
    #[prop(rename = "dedicated-host")]
    Dedicated,
}

/// A hole in the wall.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct Hole {
    /// What passes.
    pub protocol: String,
    /// From here.
    pub from_port: i64,
    /// From whom.
    #[prop(set, compare = cidr)]
    pub cidr_blocks: Vec<String>,
    /// Why.
    pub description: Option<String>,
}

/// A place for machines.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "Rack",
    token = "test:index/rack:Rack",
    import_id = "rack id, such as `rack-1`",
    outputs = RackOutputs,
    exactly_one("cidr_block", "pool"),
    requires("password", "tenancy")
)]
pub struct RackArgs {
    /// Where it stands.
    #[prop(replace)]
    pub room_id: String,
    /// How many machines fit.
    pub size: i64,
    /// Its network.
    #[prop(replace, compare = cidr)]
    pub cidr_block: Option<String>,
    /// Where its network comes from.
    pub pool: Option<String>,
    /// Whether it is lit.
    #[prop(default = true)]
    pub lit: bool,
    /// How it is shared.
    #[prop(default = "default")]
    pub tenancy: Tenancy,
    /// Its holes.
    #[prop(set)]
    pub holes: Vec<Hole>,
    /// Its key.
    #[prop(write_only)]
    pub password: Option<String>,
    /// Who may open it.
    #[prop(compare = policy)]
    pub policy: Option<String>,
    /// Its name on the door.
    #[prop(auto_name = 32, name = "rackName")]
    pub name: Option<String>,
    /// Notes.
    pub tags: BTreeMap<String, String>,
}

/// What a rack answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct RackOutputs {
    /// Its address.
    #[prop(stable)]
    pub arn: String,
    /// Its temperature.
    pub degrees: Option<f64>,
    /// Its ports.
    pub ports: Vec<i64>,
    /// The key to its console.
    #[prop(secret)]
    pub console_key: Option<String>,
}

/// A room with racks.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(resource = "Room", token = "test:index/room:Room", import_id = "any text", outputs = RoomOutputs)]
pub struct RoomArgs {
    /// Notes.
    pub tags: BTreeMap<String, String>,
}

/// What a room answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct RoomOutputs {}
