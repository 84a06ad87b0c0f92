//! What an instance is, as the service describes it.

use crate::rds::{all_tags, text};
use aws_sdk_rds::types::{DbInstance, Endpoint, PendingModifiedValues};
use farsight_aws::rds::{
    DatabaseInsightsMode, Instance, InstanceArgs, InstanceListenerEndpoint, InstanceMasterUserSecret, InstanceOutputs,
};
use farsight_aws_client::tags;
use farsight_provider::Seen;

/// States of an instance that was never made.
const BROKEN: &[&str] = &["failed", "incompatible-create", "incompatible-restore", "restore-error"];

/// States that no time cures, of an instance whose data is there: it is mended, never replaced.
const STUCK: &[&str] = &[
    "inaccessible-encryption-credentials",
    "inaccessible-encryption-credentials-recoverable",
    "incompatible-network",
    "incompatible-option-group",
    "incompatible-parameters",
    "insufficient-capacity",
];

/// States at rest. Storage is optimised for hours, while the instance can be used and changed.
const AT_REST: &[&str] = &["available", "storage-full", "storage-optimization", "stopped"];

pub(super) fn seen(instance: &DbInstance) -> Seen<Instance> {
    let status = instance.db_instance_status().unwrap_or("creating");
    if BROKEN.contains(&status) {
        return Seen::Failed(status.to_owned());
    }
    if STUCK.contains(&status) {
        return Seen::Stuck { args: args(instance), outputs: outputs(instance, status), why: status.to_owned() };
    }
    if !AT_REST.contains(&status) {
        return Seen::Settling(status.to_owned());
    }
    if let Some(word) = moving(instance) {
        return Seen::Settling(word);
    }
    Seen::Ready { args: args(instance), outputs: outputs(instance, status) }
}

/// What is still on its way inside an instance that is available.
fn moving(instance: &DbInstance) -> Option<String> {
    let mut groups = instance.vpc_security_groups().iter().filter_map(|group| group.status());
    if let Some(status) = groups.find(|status| matches!(*status, "adding" | "removing")) {
        return Some(format!("a security group is {status}"));
    }
    let mut groups = instance.db_parameter_groups().iter().filter_map(|group| group.parameter_apply_status());
    if groups.any(|status| status == "applying") {
        return Some("parameters are applied".into());
    }
    let mut groups = instance.option_group_memberships().iter().filter_map(|group| group.status());
    if let Some(status) = groups.find(|status| matches!(*status, "applying" | "pending-apply" | "removing")) {
        return Some(format!("the option group is {status}"));
    }
    let mut secrets = instance.master_user_secret().into_iter().filter_map(|secret| secret.secret_status());
    secrets.any(|status| status == "creating").then(|| "the password's secret is creating".into())
}

/// The logs that go to CloudWatch, with the changes that wait for the maintenance window.
///
/// The documentation of the two pending lists says the opposite of their names, so neither counts alone: what is named
/// in one of them is about to change sides.
pub(super) fn exports(instance: &DbInstance) -> Vec<String> {
    let now = instance.enabled_cloudwatch_logs_exports();
    let pending = instance.pending_modified_values().and_then(|pending| pending.pending_cloudwatch_logs_exports());
    let Some(pending) = pending else { return now.to_vec() };
    let changing: Vec<&String> = pending.log_types_to_enable().iter().chain(pending.log_types_to_disable()).collect();
    let stay = now.iter().filter(|log| !changing.contains(log));
    let come = changing.iter().copied().filter(|log| !now.contains(log));
    stay.chain(come).cloned().collect()
}

/// The inputs, as they will be when all pending changes are made.
fn args(instance: &DbInstance) -> InstanceArgs {
    let none = PendingModifiedValues::builder().build();
    let pending = instance.pending_modified_values().unwrap_or(&none);
    let number = |pending: Option<i32>, now: Option<i32>| pending.or(now).map(i64::from);
    let domain = instance.domain_memberships().iter().find(|domain| domain.status() != Some("removed"));
    let domain = |part: fn(&aws_sdk_rds::types::DomainMembership) -> Option<&String>| text(domain.and_then(part));
    let dns_ips = instance.domain_memberships().first().map(|domain| domain.dns_ips().to_vec());
    let insights = instance.performance_insights_enabled.unwrap_or_default();
    InstanceArgs {
        allocated_storage: number(pending.allocated_storage, instance.allocated_storage),
        allow_major_version_upgrade: false,
        apply_immediately: false,
        auto_minor_version_upgrade: instance.auto_minor_version_upgrade.unwrap_or_default(),
        availability_zone: instance.availability_zone.clone(),
        backup_retention_period: number(pending.backup_retention_period, instance.backup_retention_period),
        backup_target: instance.backup_target.clone(),
        backup_window: instance.preferred_backup_window.clone(),
        ca_cert_identifier: pending.ca_certificate_identifier.clone().or(instance.ca_certificate_identifier.clone()),
        character_set_name: instance.character_set_name.clone(),
        copy_tags_to_snapshot: instance.copy_tags_to_snapshot.unwrap_or_default(),
        custom_iam_instance_profile: instance.custom_iam_instance_profile.clone(),
        customer_owned_ip_enabled: instance.customer_owned_ip_enabled.unwrap_or_default(),
        database_insights_mode: instance
            .database_insights_mode()
            .and_then(|mode| DatabaseInsightsMode::from_wire(mode.as_str())),
        db_name: text(instance.db_name.as_ref()),
        db_subnet_group_name: instance.db_subnet_group().and_then(|group| group.db_subnet_group_name.clone()),
        dedicated_log_volume: pending.dedicated_log_volume.or(instance.dedicated_log_volume).unwrap_or_default(),
        delete_automated_backups: true,
        deletion_protection: instance.deletion_protection.unwrap_or_default(),
        domain: domain(|domain| domain.domain.as_ref()),
        domain_auth_secret_arn: domain(|domain| domain.auth_secret_arn.as_ref()),
        domain_dns_ips: dns_ips.filter(|ips| !ips.is_empty()),
        domain_fqdn: domain(|domain| domain.fqdn.as_ref()),
        domain_iam_role_name: domain(|domain| domain.iam_role_name.as_ref()),
        domain_ou: domain(|domain| domain.ou.as_ref()),
        enabled_cloudwatch_logs_exports: exports(instance),
        engine: instance.engine.clone(),
        engine_lifecycle_support: instance.engine_lifecycle_support.clone(),
        engine_version: pending.engine_version.clone().or(instance.engine_version.clone()),
        final_snapshot_identifier: None,
        iam_database_authentication_enabled: pending
            .iam_database_authentication_enabled
            .or(instance.iam_database_authentication_enabled)
            .unwrap_or_default(),
        identifier: instance.db_instance_identifier.clone().unwrap_or_default(),
        instance_class: pending.db_instance_class.clone().or(instance.db_instance_class.clone()).unwrap_or_default(),
        iops: number(pending.iops, instance.iops),
        kms_key_id: instance.kms_key_id.clone(),
        license_model: pending.license_model.clone().or(instance.license_model.clone()),
        maintenance_window: instance.preferred_maintenance_window.clone(),
        manage_master_user_password: instance.master_user_secret.is_some(),
        master_user_secret_kms_key_id: instance.master_user_secret().and_then(|secret| secret.kms_key_id.clone()),
        max_allocated_storage: instance.max_allocated_storage.map(i64::from),
        monitoring_interval: instance.monitoring_interval.map_or(0, i64::from),
        monitoring_role_arn: text(instance.monitoring_role_arn.as_ref()),
        multi_az: pending.multi_az.or(instance.multi_az).unwrap_or_default(),
        nchar_character_set_name: instance.nchar_character_set_name.clone(),
        network_type: instance.network_type.clone(),
        option_group_name: instance
            .option_group_memberships()
            .iter()
            .rfind(|group| group.status() != Some("pending-removal"))
            .and_then(|group| group.option_group_name.clone()),
        parameter_group_name: instance
            .db_parameter_groups()
            .first()
            .and_then(|group| group.db_parameter_group_name.clone()),
        password: None,
        performance_insights_enabled: insights,
        performance_insights_kms_key_id: text(instance.performance_insights_kms_key_id.as_ref()).filter(|_| insights),
        performance_insights_retention_period: instance
            .performance_insights_retention_period
            .map(i64::from)
            .filter(|_| insights),
        port: number(pending.port, port(instance)),
        publicly_accessible: instance.publicly_accessible.unwrap_or_default(),
        replica_mode: instance.replica_mode().map(|mode| mode.as_str().to_owned()),
        replicate_source_db: text(instance.read_replica_source_db_instance_identifier.as_ref()),
        restore_to_point_in_time: None,
        skip_final_snapshot: false,
        snapshot_identifier: None,
        storage_encrypted: instance.storage_encrypted.unwrap_or_default(),
        storage_throughput: number(pending.storage_throughput, instance.storage_throughput),
        storage_type: pending.storage_type.clone().or(instance.storage_type.clone()),
        tags: tags::observed(all_tags(instance.tag_list.as_deref())),
        timezone: text(instance.timezone.as_ref()),
        username: text(instance.master_username.as_ref()),
        vpc_security_group_ids: Some(
            instance.vpc_security_groups().iter().filter_map(|group| group.vpc_security_group_id.clone()).collect(),
        ),
    }
}

/// The endpoint has the port; the field for it is 0 for most instances.
fn port(instance: &DbInstance) -> Option<i32> {
    instance.endpoint().and_then(Endpoint::port).or(instance.db_instance_port).filter(|port| *port != 0)
}

fn outputs(instance: &DbInstance, status: &str) -> InstanceOutputs {
    let endpoint = instance.endpoint();
    let address = endpoint.and_then(|endpoint| endpoint.address.clone());
    InstanceOutputs {
        endpoint: address.as_ref().zip(port(instance)).map(|(address, port)| format!("{address}:{port}")),
        address,
        arn: instance.db_instance_arn.clone().unwrap_or_default(),
        engine_version_actual: instance.engine_version.clone(),
        hosted_zone_id: endpoint.and_then(|endpoint| endpoint.hosted_zone_id.clone()),
        listener_endpoints: instance
            .listener_endpoint()
            .map(|endpoint| InstanceListenerEndpoint {
                address: endpoint.address.clone(),
                hosted_zone_id: endpoint.hosted_zone_id.clone(),
                port: endpoint.port.map(i64::from),
            })
            .into_iter()
            .collect(),
        master_user_secrets: instance
            .master_user_secret()
            .map(|secret| InstanceMasterUserSecret {
                kms_key_id: secret.kms_key_id.clone(),
                secret_arn: secret.secret_arn.clone(),
                secret_status: secret.secret_status.clone(),
            })
            .into_iter()
            .collect(),
        replicas: instance.read_replica_db_instance_identifiers().to_vec(),
        resource_id: instance.dbi_resource_id.clone(),
        status: Some(status.to_owned()),
        upgrade_rollout_order: instance.upgrade_rollout_order().map(|order| order.as_str().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_rds::types::PendingCloudwatchLogsExports;

    fn instance() -> aws_sdk_rds::types::builders::DbInstanceBuilder {
        DbInstance::builder().db_instance_identifier("a").db_instance_status("available").db_instance_class("db.a")
    }

    /// Protects from endless updates: what waits for the maintenance window counts as done.
    #[test]
    fn pending_changes_count() {
        let logs = PendingCloudwatchLogsExports::builder().log_types_to_enable("b").log_types_to_disable("a").build();
        let pending = PendingModifiedValues::builder().db_instance_class("db.b").multi_az(true).port(2);
        let pending = pending.pending_cloudwatch_logs_exports(logs).build();
        let endpoint = Endpoint::builder().address("host").port(1).build();
        let instance =
            instance().enabled_cloudwatch_logs_exports("a").endpoint(endpoint).pending_modified_values(pending);
        let Seen::Ready { args, outputs } = seen(&instance.build()) else { panic!("not ready") };
        assert_eq!((args.instance_class.as_str(), args.multi_az, args.port), ("db.b", true, Some(2)));
        assert_eq!(args.enabled_cloudwatch_logs_exports, ["b"]);
        assert_eq!(outputs.endpoint.as_deref(), Some("host:1"));
    }

    #[test]
    fn only_what_is_at_rest_is_ready() {
        let of = |status: &str| seen(&instance().db_instance_status(status).build());
        assert!(matches!(of("creating"), Seen::Settling(_)));
        assert!(matches!(of("backing-up"), Seen::Settling(_)));
        assert!(matches!(of("incompatible-restore"), Seen::Failed(_)));
        // Its data must not go with it.
        assert!(matches!(of("incompatible-parameters"), Seen::Stuck { .. }));
        assert!(matches!(of("storage-optimization"), Seen::Ready { .. }));
    }
}
