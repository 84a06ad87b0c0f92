//! `aws:lb/listener:Listener`.

use crate::actions::{from_sdk, to_sdk};
use crate::attributes::{Attributes, changed, row};
use crate::elb::{BATCH, Elb, PAGE, SOON, batch, create_tags, found, small};
use crate::listener_headers;
use aws_sdk_elasticloadbalancingv2::types::{
    self, AdvertiseTrustStoreCaNamesEnum, Certificate, ListenerAttribute, MutualAuthenticationAttributes, ProtocolEnum,
};
use farsight_aws::lb::{
    Listener, ListenerArgs, ListenerOutputs, LoadBalancer, MutualAuthentication, MutualAuthenticationMode, Protocol,
    Switch,
};
use farsight_aws_client::tags::{self, Tags};
use farsight_aws_client::the_one;
use farsight_model::Resource;
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Scope, Seen, Stray};
use futures_util::future::try_join_all;
use std::collections::BTreeMap;

pub(crate) struct ListenerHandler {
    pub(crate) elb: Elb,
}

/// All that is known of a listener.
struct Known {
    listener: types::Listener,
    attributes: Attributes,
    tags: Tags,
}

impl Handler for ListenerHandler {
    type Of = Listener;

    const POLICY: Policy = Policy {
        identity: Identity::NaturalKey,
        unique_key: &["loadBalancerArn", "port"],
        serialize_by: None,
        read_batch: BATCH,
        settle: SOON,
        faults: &[
            // Fresh certificates and target groups are not visible at once.
            ("CertificateNotFound", Fault::Lag),
            ("DuplicateListener", Fault::Exists),
            ("ListenerNotFound", Fault::Gone),
            ("LoadBalancerNotFound", Fault::Lag),
            ("ResourceInUse", Fault::Busy),
            ("TargetGroupNotFound", Fault::Lag),
            ("TooManyCertificates", Fault::Quota),
            ("TooManyListeners", Fault::Quota),
            ("UnsupportedCertificate", Fault::Lag),
        ],
        permissions: &[
            "elasticloadbalancing:AddTags",
            "elasticloadbalancing:CreateListener",
            "elasticloadbalancing:DeleteListener",
            "elasticloadbalancing:DescribeListenerAttributes",
            "elasticloadbalancing:DescribeListeners",
            "elasticloadbalancing:DescribeTags",
            "elasticloadbalancing:ModifyListener",
            "elasticloadbalancing:ModifyListenerAttributes",
            "elasticloadbalancing:RemoveTags",
        ],
    };

    /// The service answers with the listener of the same port and settings, whoever made it; so ports are looked at
    /// first.
    async fn create(&self, owner: &Owner, args: &ListenerArgs) -> Result<Id> {
        let tags = create_tags(owner, &args.tags)?;
        if self.at(args).await?.is_some() {
            let port = args.port.unwrap_or_default();
            let message = format!("there is a listener on port {port} of `{}` already", args.load_balancer_arn);
            return Err(Error::new(Fault::Exists, message));
        }
        let call = self.elb.client.create_listener().load_balancer_arn(&args.load_balancer_arn).set_tags(tags);
        let call = call
            .set_alpn_policy(args.alpn_policy.clone().map(|policy| vec![policy]))
            .set_certificates(certificates(args))
            .set_default_actions(Some(to_sdk(&args.default_actions)))
            .set_mutual_authentication(args.mutual_authentication.as_ref().map(mutual_to_sdk))
            .set_port(small(args.port))
            .set_protocol(args.protocol.map(|protocol| ProtocolEnum::from(protocol.as_str())))
            .set_ssl_policy(args.ssl_policy.clone());
        let answer = self.elb.write("CreateListener", || call.clone().send()).await?;
        let made = answer.listeners.unwrap_or_default().into_iter().next();
        the_one(made.and_then(|listener| listener.listener_arn), "CreateListener")
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<Listener>>> {
        let listeners = self.describe(ids).await?;
        let arns: Vec<Id> = listeners.keys().cloned().collect();
        let mut tags = self.elb.tags(&arns).await?;
        let known = listeners.into_iter().map(|(arn, listener)| (tags.remove(&arn).unwrap_or_default(), arn, listener));
        let known = try_join_all(known.map(async |(tags, arn, listener)| {
            let attributes = found(self.attributes(&arn).await)?;
            Ok::<_, Error>(attributes.map(|attributes| (arn, Known { listener, attributes, tags })))
        }));
        let known: BTreeMap<Id, Known> = known.await?.into_iter().flatten().collect();
        ids.iter().map(|id| known.get(id).map_or(Ok(Seen::Absent), |known| seen(id, known))).collect()
    }

    async fn update(&self, id: &Id, change: Change<'_, ListenerArgs>) -> Result<Option<Id>> {
        let (wanted, client) = (change.wanted, &self.elb.client);
        let own =
            ["alpnPolicy", "certificateArn", "defaultActions", "mutualAuthentication", "port", "protocol", "sslPolicy"];
        if change.touches_any(&own) {
            // What belongs to TLS is sent together: a new protocol needs it in the same call.
            let alpn = wanted.alpn_policy.clone().or_else(|| change.touches("alpnPolicy").then(|| "None".to_owned()));
            let off = MutualAuthentication {
                mode: MutualAuthenticationMode::Off,
                advertise_trust_store_ca_names: None,
                ignore_client_certificate_expiry: None,
                trust_store_arn: None,
            };
            let mutual = wanted.mutual_authentication.as_ref();
            let mutual = mutual.or_else(|| change.touches("mutualAuthentication").then_some(&off));
            let call = client.modify_listener().listener_arn(id);
            let call = call
                .set_alpn_policy(alpn.map(|policy| vec![policy]))
                .set_certificates(certificates(wanted))
                .set_default_actions(Some(to_sdk(&wanted.default_actions)))
                .set_mutual_authentication(mutual.map(mutual_to_sdk))
                .set_port(small(wanted.port))
                .set_protocol(wanted.protocol.map(|protocol| ProtocolEnum::from(protocol.as_str())))
                .set_ssl_policy(wanted.ssl_policy.clone());
            self.elb.write("ModifyListener", || call.clone().send()).await?;
        }
        let mut rows = listener_headers::rows(wanted);
        let server = wanted.routing_http_response_server_enabled;
        rows.push(row("routingHttpResponseServerEnabled", SERVER, server, "true"));
        rows.push(row("tcpIdleTimeoutSeconds", IDLE, wanted.tcp_idle_timeout_seconds, "350"));
        let changed = changed(&change, rows);
        if !changed.is_empty() {
            let pairs = changed.iter().map(|(key, value)| ListenerAttribute::builder().key(*key).value(value).build());
            let call = client.modify_listener_attributes().listener_arn(id).set_attributes(Some(pairs.collect()));
            self.elb.write("ModifyListenerAttributes", || call.clone().send()).await?;
        }
        self.elb.retag(id, &tags::changed(&change, &wanted.tags, &change.observed.tags)?).await?;
        Ok(None)
    }

    async fn delete(&self, id: &Id, _: &ListenerArgs) -> Result<()> {
        let delete = || self.elb.client.delete_listener().listener_arn(id).send();
        self.elb.write("DeleteListener", delete).await.map(|_| ())
    }

    async fn find(&self, owner: &Owner, args: &ListenerArgs) -> Result<Vec<Id>> {
        let there = self.at(args).await?.and_then(|listener| listener.listener_arn);
        self.elb.owned(&Vec::from_iter(there), owner).await
    }

    /// Listeners of the stack's load balancers.
    async fn strays(&self, scope: &Scope) -> Result<Vec<Stray>> {
        let mut strays = Vec::new();
        for balancer in scope.ids_of(LoadBalancer::SCHEMA.token) {
            for listener in self.listeners_of(balancer).await? {
                let (id, port) = (listener.listener_arn.unwrap_or_default(), listener.port.unwrap_or_default());
                if !scope.knows(Listener::SCHEMA.token, &id) {
                    strays.push(Stray { id, what: format!("listener on port {port} of {balancer}") });
                }
            }
        }
        Ok(strays)
    }
}

impl ListenerHandler {
    async fn describe(&self, arns: &[Id]) -> Result<BTreeMap<Id, types::Listener>> {
        let ask = |arns: Vec<Id>| async move {
            let describe = || self.elb.client.describe_listeners().set_listener_arns(Some(arns.clone())).send();
            Ok(self.elb.read("DescribeListeners", describe).await?.listeners.unwrap_or_default())
        };
        let all = batch(arns, ask).await?;
        Ok(all.into_iter().filter_map(|listener| Some((listener.listener_arn.clone()?, listener))).collect())
    }

    /// All listeners of a load balancer; none if it is not there.
    async fn listeners_of(&self, balancer: &str) -> Result<Vec<types::Listener>> {
        let (mut all, mut marker) = (Vec::new(), None);
        loop {
            let call = self.elb.client.describe_listeners().load_balancer_arn(balancer).page_size(PAGE);
            let call = call.set_marker(marker.clone());
            let Some(page) = found(self.elb.read("DescribeListeners", || call.clone().send()).await)? else {
                return Ok(Vec::new());
            };
            all.extend(page.listeners.unwrap_or_default());
            marker = page.next_marker;
            if marker.is_none() {
                return Ok(all);
            }
        }
    }

    /// The listener where the wanted one shall be; a gateway load balancer's has no port.
    async fn at(&self, args: &ListenerArgs) -> Result<Option<types::Listener>> {
        let all = self.listeners_of(&args.load_balancer_arn).await?;
        Ok(all.into_iter().find(|listener| listener.port.filter(|port| *port != 0) == small(args.port)))
    }

    async fn attributes(&self, arn: &str) -> Result<Attributes> {
        let describe = || self.elb.client.describe_listener_attributes().listener_arn(arn).send();
        let answer = self.elb.read("DescribeListenerAttributes", describe).await?;
        Ok(answer.attributes.unwrap_or_default().into_iter().map(|pair| (pair.key, pair.value)).collect())
    }
}

const SERVER: &str = "routing.http.response.server.enabled";
const IDLE: &str = "tcp.idle_timeout.seconds";

fn certificates(args: &ListenerArgs) -> Option<Vec<Certificate>> {
    let arn = args.certificate_arn.as_ref()?;
    Some(vec![Certificate::builder().certificate_arn(arn).build()])
}

fn mutual_to_sdk(mutual: &MutualAuthentication) -> MutualAuthenticationAttributes {
    let advertise = mutual.advertise_trust_store_ca_names;
    MutualAuthenticationAttributes::builder()
        .mode(mutual.mode.as_str())
        .set_trust_store_arn(mutual.trust_store_arn.clone())
        .set_ignore_client_certificate_expiry(mutual.ignore_client_certificate_expiry)
        .set_advertise_trust_store_ca_names(
            advertise.map(|switch| AdvertiseTrustStoreCaNamesEnum::from(switch.as_str())),
        )
        .build()
}

fn mutual_from_sdk(mutual: &MutualAuthenticationAttributes) -> Option<MutualAuthentication> {
    Some(MutualAuthentication {
        mode: MutualAuthenticationMode::from_wire(mutual.mode()?)?,
        advertise_trust_store_ca_names: mutual
            .advertise_trust_store_ca_names()
            .and_then(|switch| Switch::from_wire(switch.as_str())),
        ignore_client_certificate_expiry: mutual.ignore_client_certificate_expiry,
        trust_store_arn: mutual.trust_store_arn.clone(),
    })
}

fn seen(arn: &str, known: &Known) -> Result<Seen<Listener>> {
    let (listener, attributes) = (&known.listener, &known.attributes);
    let certificate = listener.certificates().iter().find(|certificate| certificate.is_default != Some(false));
    let bare = listener_headers::bare(listener.load_balancer_arn.clone().unwrap_or_default());
    let args = ListenerArgs {
        // A policy that was taken away is called so.
        alpn_policy: listener.alpn_policy().first().filter(|policy| *policy != "None").cloned(),
        certificate_arn: certificate.and_then(|certificate| certificate.certificate_arn.clone()),
        default_actions: from_sdk(listener.default_actions())?,
        mutual_authentication: listener.mutual_authentication().and_then(mutual_from_sdk),
        port: listener.port.filter(|port| *port != 0).map(i64::from),
        protocol: listener.protocol().and_then(|protocol| Protocol::from_wire(protocol.as_str())),
        routing_http_response_server_enabled: attributes.flag(SERVER),
        ssl_policy: listener.ssl_policy.clone().filter(|policy| !policy.is_empty()),
        tags: tags::observed(known.tags.clone()),
        tcp_idle_timeout_seconds: attributes.number(IDLE),
        ..bare
    };
    let args = listener_headers::read(attributes, args);
    Ok(Seen::Ready { args, outputs: ListenerOutputs { arn: arn.to_owned() } })
}
