//! The ways to make an instance: anew, of a snapshot, of a moment, as a replica.

use super::InstanceHandler;
use crate::rds::{create_tags, small};
use aws_sdk_rds::types::{DatabaseInsightsMode, ReplicaMode};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use farsight_aws::rds::{InstanceArgs, InstanceRestoreToPointInTime};
use farsight_aws_client::the_one;
use farsight_provider::{Error, Fault, Id, Owner, Result};

/// Sets what all ways of making an instance take.
macro_rules! common {
    ($call:expr, $owner:expr, $args:expr) => {{
        let args = $args;
        $call
            .set_allocated_storage(small(args.allocated_storage))
            .auto_minor_version_upgrade(args.auto_minor_version_upgrade)
            .set_availability_zone(args.availability_zone.clone())
            .set_backup_target(args.backup_target.clone())
            .set_ca_certificate_identifier(args.ca_cert_identifier.clone())
            .copy_tags_to_snapshot(args.copy_tags_to_snapshot)
            .set_custom_iam_instance_profile(args.custom_iam_instance_profile.clone())
            .db_instance_class(&args.instance_class)
            .set_db_parameter_group_name(args.parameter_group_name.clone())
            .set_db_subnet_group_name(args.db_subnet_group_name.clone())
            .set_dedicated_log_volume(args.dedicated_log_volume.then_some(true))
            .deletion_protection(args.deletion_protection)
            .set_domain(args.domain.clone())
            .set_domain_auth_secret_arn(args.domain_auth_secret_arn.clone())
            .set_domain_dns_ips(args.domain_dns_ips.clone())
            .set_domain_fqdn(args.domain_fqdn.clone())
            .set_domain_iam_role_name(args.domain_iam_role_name.clone())
            .set_domain_ou(args.domain_ou.clone())
            .set_enable_cloudwatch_logs_exports(some(&args.enabled_cloudwatch_logs_exports))
            .set_enable_customer_owned_ip(args.customer_owned_ip_enabled.then_some(true))
            .enable_iam_database_authentication(args.iam_database_authentication_enabled)
            .set_iops(small(args.iops))
            .multi_az(args.multi_az)
            .set_network_type(args.network_type.clone())
            .set_option_group_name(args.option_group_name.clone())
            .set_port(small(args.port))
            .publicly_accessible(args.publicly_accessible)
            .set_storage_throughput(small(args.storage_throughput))
            .set_storage_type(args.storage_type.clone())
            .set_tags(create_tags($owner, &args.tags)?)
            .set_vpc_security_group_ids(args.vpc_security_group_ids.clone())
    }};
}

/// Sets monitoring, which only new instances and replicas take.
macro_rules! monitored {
    ($call:expr, $args:expr) => {{
        let args = $args;
        let insights = args.performance_insights_enabled;
        $call
            .set_database_insights_mode(mode(args))
            .set_enable_performance_insights(insights.then_some(true))
            .set_max_allocated_storage(small(args.max_allocated_storage))
            .set_monitoring_interval(small(Some(args.monitoring_interval)))
            .set_monitoring_role_arn(args.monitoring_role_arn.clone())
            .set_performance_insights_kms_key_id(args.performance_insights_kms_key_id.clone().filter(|_| insights))
            .set_performance_insights_retention_period(
                small(args.performance_insights_retention_period).filter(|_| insights),
            )
    }};
}

impl InstanceHandler {
    pub(super) async fn make(&self, owner: &Owner, args: &InstanceArgs) -> Result<Id> {
        if let Some(snapshot) = &args.snapshot_identifier {
            self.restore(owner, args, snapshot).await
        } else if let Some(moment) = &args.restore_to_point_in_time {
            self.restore_moment(owner, args, moment).await
        } else if let Some(source) = &args.replicate_source_db {
            self.replicate(owner, args, source).await
        } else {
            self.new_instance(owner, args).await
        }
    }

    async fn new_instance(&self, owner: &Owner, args: &InstanceArgs) -> Result<Id> {
        let managed = args.manage_master_user_password;
        let call = self.rds.client.create_db_instance().db_instance_identifier(&args.identifier);
        let call = monitored!(common!(call, owner, args), args)
            .set_backup_retention_period(small(args.backup_retention_period))
            .set_character_set_name(args.character_set_name.clone())
            .set_db_name(args.db_name.clone())
            .set_engine(args.engine.clone())
            .set_engine_lifecycle_support(args.engine_lifecycle_support.clone())
            .set_engine_version(args.engine_version.clone())
            .set_kms_key_id(args.kms_key_id.clone())
            .set_license_model(args.license_model.clone())
            .set_manage_master_user_password(managed.then_some(true))
            .set_master_user_password(args.password.clone().filter(|_| !managed))
            .set_master_user_secret_kms_key_id(args.master_user_secret_kms_key_id.clone().filter(|_| managed))
            .set_master_username(args.username.clone())
            .set_nchar_character_set_name(args.nchar_character_set_name.clone())
            .set_preferred_backup_window(args.backup_window.clone())
            .set_preferred_maintenance_window(args.maintenance_window.clone())
            .storage_encrypted(args.storage_encrypted)
            .set_timezone(args.timezone.clone());
        let answer = self.rds.write("CreateDBInstance", || call.clone().send()).await?;
        the_one(answer.db_instance.and_then(|instance| instance.db_instance_identifier), "CreateDBInstance")
    }

    async fn restore(&self, owner: &Owner, args: &InstanceArgs, snapshot: &str) -> Result<Id> {
        let call = self.rds.client.restore_db_instance_from_db_snapshot();
        let call = call.db_instance_identifier(&args.identifier).db_snapshot_identifier(snapshot);
        let call = common!(call, owner, args)
            .set_backup_retention_period(small(args.backup_retention_period))
            .set_db_name(args.db_name.clone())
            .set_engine(args.engine.clone())
            .set_engine_lifecycle_support(args.engine_lifecycle_support.clone())
            .set_license_model(args.license_model.clone())
            .set_preferred_backup_window(args.backup_window.clone());
        let operation = "RestoreDBInstanceFromDBSnapshot";
        let answer = self.rds.write(operation, || call.clone().send()).await?;
        the_one(answer.db_instance.and_then(|instance| instance.db_instance_identifier), operation)
    }

    async fn restore_moment(
        &self,
        owner: &Owner,
        args: &InstanceArgs,
        moment: &InstanceRestoreToPointInTime,
    ) -> Result<Id> {
        let call = self.rds.client.restore_db_instance_to_point_in_time();
        let call = call
            .target_db_instance_identifier(&args.identifier)
            .set_restore_time(moment.restore_time.as_deref().map(time).transpose()?)
            .set_source_db_instance_automated_backups_arn(moment.source_db_instance_automated_backups_arn.clone())
            .set_source_db_instance_identifier(moment.source_db_instance_identifier.clone())
            .set_source_dbi_resource_id(moment.source_dbi_resource_id.clone())
            .set_use_latest_restorable_time(moment.use_latest_restorable_time);
        let call = common!(call, owner, args)
            .set_backup_retention_period(small(args.backup_retention_period))
            .set_db_name(args.db_name.clone())
            .set_engine(args.engine.clone())
            .set_engine_lifecycle_support(args.engine_lifecycle_support.clone())
            .set_license_model(args.license_model.clone())
            .set_max_allocated_storage(small(args.max_allocated_storage))
            .set_preferred_backup_window(args.backup_window.clone());
        let operation = "RestoreDBInstanceToPointInTime";
        let answer = self.rds.write(operation, || call.clone().send()).await?;
        the_one(answer.db_instance.and_then(|instance| instance.db_instance_identifier), operation)
    }

    async fn replicate(&self, owner: &Owner, args: &InstanceArgs, source: &str) -> Result<Id> {
        let call = self.rds.client.create_db_instance_read_replica();
        let call = call.db_instance_identifier(&args.identifier).source_db_instance_identifier(source);
        let call = monitored!(common!(call, owner, args), args)
            .set_kms_key_id(args.kms_key_id.clone())
            .set_replica_mode(args.replica_mode.as_deref().map(ReplicaMode::from));
        let operation = "CreateDBInstanceReadReplica";
        let answer = self.rds.write(operation, || call.clone().send()).await?;
        the_one(answer.db_instance.and_then(|instance| instance.db_instance_identifier), operation)
    }
}

fn some(list: &[String]) -> Option<Vec<String>> {
    (!list.is_empty()).then(|| list.to_vec())
}

fn mode(args: &InstanceArgs) -> Option<DatabaseInsightsMode> {
    args.database_insights_mode.map(|mode| DatabaseInsightsMode::from(mode.as_str()))
}

fn time(text: &str) -> Result<DateTime> {
    DateTime::from_str(text, Format::DateTime).map_err(|_| {
        let message = format!("`restoreTime`: `{text}` is no moment such as `2026-01-31T12:00:00Z`");
        Error::new(Fault::Rejected, message)
    })
}
