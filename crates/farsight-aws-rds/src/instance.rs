//! `aws:rds/instance:Instance`.

mod create;
mod seen;

use crate::rds::{PAGE, Rds, all_tags, small};
use aws_sdk_rds::operation::modify_db_instance::builders::ModifyDBInstanceFluentBuilder;
use aws_sdk_rds::types::{CloudwatchLogsExportConfiguration, DatabaseInsightsMode, DbInstance, Filter, ReplicaMode};
use farsight_aws::ec2::Vpc;
use farsight_aws::rds::{Instance, InstanceArgs};
use farsight_aws_client::tags;
use farsight_model::{Resource, Value};
use farsight_provider::{
    Change, Error, Fault, Handler, Id, Identity, Leftover, Owner, Policy, Result, Scope, Seen, Settle, Stray, mins,
    secs,
};
use std::collections::BTreeMap;

pub(crate) struct InstanceHandler {
    pub(crate) rds: Rds,
}

/// A Multi-AZ create takes 12 minutes, a restore or a change of storage can take hours (aws catalogue, rds.Instance).
const SETTLE: Settle = Settle { every: secs(15), within: mins(180) };

/// What differs without a call to ModifyDBInstance.
const ELSEWHERE: &[&str] = &[
    "allowMajorVersionUpgrade",
    "applyImmediately",
    "deleteAutomatedBackups",
    "finalSnapshotIdentifier",
    "replicateSourceDb",
    "skipFinalSnapshot",
    "tags",
];

/// What makes up the membership in a directory.
const DOMAIN: &[&str] =
    &["domain", "domainAuthSecretArn", "domainDnsIps", "domainFqdn", "domainIamRoleName", "domainOu"];

/// What makes up the storage: parts of it are refused alone.
const STORAGE: &[&str] = &["allocatedStorage", "iops", "storageThroughput", "storageType"];

impl Handler for InstanceHandler {
    type Of = Instance;

    const POLICY: Policy = Policy {
        identity: Identity::Name,
        unique_key: &["identifier"],
        serialize_by: None,
        read_batch: 100,
        settle: SETTLE,
        faults: &[
            ("DBInstanceNotFound", Fault::Gone),
            ("DBInstanceAlreadyExists", Fault::Exists),
            ("InvalidDBInstanceState", Fault::Busy),
            // Dependencies that were made a moment ago.
            ("DBParameterGroupNotFound", Fault::Lag),
            ("DBSecurityGroupNotFound", Fault::Lag),
            ("DBSubnetGroupNotFoundFault", Fault::Lag),
            ("KMSKeyNotAccessibleFault", Fault::Lag),
            ("OptionGroupNotFoundFault", Fault::Lag),
        ],
        permissions: &[
            "iam:CreateServiceLinkedRole",
            "iam:PassRole",
            "kms:CreateGrant",
            "kms:DescribeKey",
            "rds:AddTagsToResource",
            "rds:CreateDBInstance",
            "rds:CreateDBInstanceReadReplica",
            "rds:CreateDBSnapshot",
            "rds:DeleteDBInstance",
            "rds:DescribeDBInstances",
            "rds:ModifyDBInstance",
            "rds:PromoteReadReplica",
            "rds:RemoveTagsFromResource",
            "rds:RestoreDBInstanceFromDBSnapshot",
            "rds:RestoreDBInstanceToPointInTime",
            "secretsmanager:CreateSecret",
            "secretsmanager:TagResource",
        ],
    };

    async fn create(&self, owner: &Owner, args: &InstanceArgs) -> Result<Id> {
        self.make(owner, args).await
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<Instance>>> {
        let found = self.instances(ids).await?;
        Ok(ids.iter().map(|id| found.get(&id.to_lowercase()).map_or(Seen::Absent, seen::seen)).collect())
    }

    async fn update(&self, id: &Id, change: Change<'_, InstanceArgs>) -> Result<Option<Id>> {
        let tags = tags::changed(&change, &change.wanted.tags, &change.observed.tags)?;
        self.rds.retag(&format!("db:{id}"), &tags).await?;
        if change.touches("replicateSourceDb") {
            return self.promote(id, change.wanted).await.map(|()| None);
        }
        let modifies = |name: &str| !ELSEWHERE.contains(&name);
        if change.differences.iter().any(|difference| difference.path.head().is_some_and(modifies)) {
            let mut call = self.modification(id, &change);
            if change.touches("enabledCloudwatchLogsExports") {
                call = call.set_cloudwatch_logs_export_configuration(self.exports(id, change.wanted).await?);
            }
            self.rds.write("ModifyDBInstance", || call.clone().send()).await?;
        }
        Ok(None)
    }

    async fn delete(&self, id: &Id, args: &InstanceArgs) -> Result<()> {
        let Some(instance) = self.instance(id).await? else { return Err(Error::gone(id)) };
        if instance.db_instance_status() == Some("deleting") {
            return Ok(());
        }
        if instance.deletion_protection == Some(true) {
            let message = format!(
                "`{id}` refuses to be deleted: set `deletion_protection(false)`, run `farsight up`, and then delete it"
            );
            return Err(Error::new(Fault::Rejected, message));
        }
        let call = self.rds.client.delete_db_instance().db_instance_identifier(id);
        let call = call.delete_automated_backups(args.delete_automated_backups);
        // A replica holds nothing of its own, and the service refuses to take a final snapshot of it.
        let skip = args.skip_final_snapshot || instance.read_replica_source_db_instance_identifier().is_some();
        let resource = instance.dbi_resource_id().unwrap_or_default();
        let own = final_snapshot(id, resource);
        let names = match &args.final_snapshot_identifier {
            _ if skip => vec![None],
            // An earlier instance of this name may have left a snapshot of the same name.
            Some(given) => vec![Some(given.clone()), Some(final_snapshot(given, resource))],
            None => vec![Some(own)],
        };
        let mut done = Ok(());
        for name in names {
            let call = call.clone().skip_final_snapshot(skip).set_final_db_snapshot_identifier(name);
            done = self.rds.write("DeleteDBInstance", || call.clone().send()).await.map(|_| ());
            if !done.as_ref().is_err_and(|error| error.code.as_deref() == Some("DBSnapshotAlreadyExists")) {
                break;
            }
        }
        done
    }

    fn leaves(&self, id: &Id, known: &Value) -> Option<Leftover> {
        let text = |name: &str| known.get(name).and_then(Value::as_str).map(str::to_owned);
        let truth = |name: &str| known.get(name).and_then(Value::as_bool).unwrap_or_default();
        if truth("skipFinalSnapshot") || text("replicateSourceDb").is_some_and(|source| !source.is_empty()) {
            return None;
        }
        let resource = text("resourceId").unwrap_or_default();
        let own = final_snapshot(id, &resource);
        let (name, what) = match text("finalSnapshotIdentifier") {
            Some(given) => {
                let other = final_snapshot(&given, &resource);
                (given.clone(), format!("leaves the snapshot `{given}`, or `{other}` where that name was taken"))
            }
            None => (own.clone(), format!("leaves the snapshot `{own}`")),
        };
        Some(Leftover { what, delete: Some(format!("aws rds delete-db-snapshot --db-snapshot-identifier {name}")) })
    }

    fn delete_command(&self, id: &Id) -> Option<String> {
        Some(format!("aws rds delete-db-instance --skip-final-snapshot --db-instance-identifier {id}"))
    }

    async fn find(&self, owner: &Owner, args: &InstanceArgs) -> Result<Vec<Id>> {
        let instance = self.instance(&args.identifier).await?;
        let ours = instance.filter(|instance| tags::is_ours(&all_tags(instance.tag_list.as_deref()), owner));
        Ok(ours.and_then(|instance| instance.db_instance_identifier).into_iter().collect())
    }

    /// Instances that carry the stack's tag, or stand in its networks.
    async fn strays(&self, scope: &Scope) -> Result<Vec<Stray>> {
        let (stack, networks) = (tags::tag_value(&scope.stack), scope.ids_of(Vpc::SCHEMA.token));
        let belongs = |instance: &DbInstance| {
            let tagged = all_tags(instance.tag_list.as_deref()).get(tags::STACK) == Some(&stack);
            let vpc = instance.db_subnet_group().and_then(|group| group.vpc_id());
            tagged || vpc.is_some_and(|vpc| networks.contains(&vpc))
        };
        let all = self.instances(&[]).await?.into_iter();
        let strays = all.filter(|(id, instance)| !scope.knows(Instance::SCHEMA.token, id) && belongs(instance));
        Ok(strays.map(|(id, _)| Stray { what: format!("database `{id}`"), id }).collect())
    }
}

impl InstanceHandler {
    /// Instances by their identifiers, or all. Missing ones are just not there, as the service is asked with a filter.
    async fn instances(&self, ids: &[Id]) -> Result<BTreeMap<Id, DbInstance>> {
        let filter = Filter::builder().name("db-instance-id").set_values(Some(ids.to_vec())).build();
        let filters = (!ids.is_empty()).then(|| vec![filter]);
        let (mut found, mut marker) = (BTreeMap::new(), None);
        loop {
            let call = self.rds.client.describe_db_instances().set_filters(filters.clone());
            let call = call.max_records(PAGE).set_marker(marker.clone());
            let page = self.rds.read("DescribeDBInstances", || call.clone().send()).await?;
            for instance in page.db_instances.unwrap_or_default() {
                found.insert(instance.db_instance_identifier.clone().unwrap_or_default().to_lowercase(), instance);
            }
            marker = page.marker.filter(|marker| !marker.is_empty());
            if marker.is_none() {
                return Ok(found);
            }
        }
    }

    async fn instance(&self, id: &str) -> Result<Option<DbInstance>> {
        let id = id.to_lowercase();
        Ok(self.instances(std::slice::from_ref(&id)).await?.remove(&id))
    }

    /// A replica becomes a server of its own; nothing else can be done about what it follows.
    async fn promote(&self, id: &Id, wanted: &InstanceArgs) -> Result<()> {
        if let Some(source) = &wanted.replicate_source_db {
            let message = format!("`{id}` cannot be made to follow `{source}`: a replica is made as one, or replaced");
            return Err(Error::new(Fault::Rejected, message));
        }
        let call = self.rds.client.promote_read_replica().db_instance_identifier(id);
        let call = call
            .set_backup_retention_period(small(wanted.backup_retention_period))
            .set_preferred_backup_window(wanted.backup_window.clone());
        self.rds.write("PromoteReadReplica", || call.clone().send()).await.map(|_| ())
    }

    /// The logs to begin and to end with. Asked anew: of one that is on already, the service makes an error.
    async fn exports(&self, id: &Id, wanted: &InstanceArgs) -> Result<Option<CloudwatchLogsExportConfiguration>> {
        let now = self.instance(id).await?.map(|instance| seen::exports(&instance)).unwrap_or_default();
        let beyond =
            |a: &[String], b: &[String]| -> Vec<String> { a.iter().filter(|log| !b.contains(log)).cloned().collect() };
        let wanted = &wanted.enabled_cloudwatch_logs_exports;
        let (enable, disable) = (beyond(wanted, &now), beyond(&now, wanted));
        if enable.is_empty() && disable.is_empty() {
            return Ok(None);
        }
        let exports = CloudwatchLogsExportConfiguration::builder();
        Ok(Some(exports.set_enable_log_types(Some(enable)).set_disable_log_types(Some(disable)).build()))
    }

    /// One call with everything that differs.
    fn modification(&self, id: &Id, change: &Change<'_, InstanceArgs>) -> ModifyDBInstanceFluentBuilder {
        let (wanted, observed) = (change.wanted, change.observed);
        let text = |name: &str, value: &Option<String>| value.clone().filter(|_| change.touches(name));
        let number = |name: &str, value: Option<i64>| small(value).filter(|_| change.touches(name));
        let truth = |name: &str, value: bool| change.touches(name).then_some(value);
        let storage = |value: Option<i64>| small(value).filter(|_| change.touches_any(STORAGE));
        // As much as there is: no growth at all (aws catalogue, rds.Instance).
        let most = wanted.max_allocated_storage.or(wanted.allocated_storage).or(observed.allocated_storage);
        // Taken away, the role must be named away; with an interval of 0 there is none.
        let role = wanted.monitoring_role_arn.clone().unwrap_or_default();
        let insights = wanted.database_insights_mode.filter(|_| change.touches("databaseInsightsMode"));
        let managed = truth("manageMasterUserPassword", wanted.manage_master_user_password);
        // The password goes along when the service no longer makes it, and is refused while it does.
        let password = wanted.password.clone().filter(|_| !wanted.manage_master_user_password);
        let password = password.filter(|_| change.touches("password") || managed == Some(false));
        let class = change.touches("instanceClass").then(|| wanted.instance_class.clone());
        let groups = wanted.vpc_security_group_ids.clone().filter(|_| change.touches("vpcSecurityGroupIds"));
        let call = self
            .rds
            .client
            .modify_db_instance()
            .db_instance_identifier(id)
            .apply_immediately(wanted.apply_immediately)
            .set_allocated_storage(storage(wanted.allocated_storage))
            .set_allow_major_version_upgrade(truth("engineVersion", wanted.allow_major_version_upgrade))
            .set_auto_minor_version_upgrade(truth("autoMinorVersionUpgrade", wanted.auto_minor_version_upgrade))
            .set_backup_retention_period(number("backupRetentionPeriod", wanted.backup_retention_period))
            .set_ca_certificate_identifier(text("caCertIdentifier", &wanted.ca_cert_identifier))
            .set_copy_tags_to_snapshot(truth("copyTagsToSnapshot", wanted.copy_tags_to_snapshot))
            .set_database_insights_mode(insights.map(|mode| DatabaseInsightsMode::from(mode.as_str())))
            .set_db_instance_class(class)
            .set_db_parameter_group_name(text("parameterGroupName", &wanted.parameter_group_name))
            .set_db_port_number(number("port", wanted.port))
            .set_dedicated_log_volume(truth("dedicatedLogVolume", wanted.dedicated_log_volume))
            .set_deletion_protection(truth("deletionProtection", wanted.deletion_protection))
            .set_enable_customer_owned_ip(truth("customerOwnedIpEnabled", wanted.customer_owned_ip_enabled))
            .set_enable_iam_database_authentication(truth(
                "iamDatabaseAuthenticationEnabled",
                wanted.iam_database_authentication_enabled,
            ))
            .set_engine_version(text("engineVersion", &wanted.engine_version))
            .set_iops(storage(wanted.iops))
            .set_license_model(text("licenseModel", &wanted.license_model))
            .set_manage_master_user_password(managed)
            .set_master_user_password(password)
            .set_max_allocated_storage(number("maxAllocatedStorage", most))
            .set_monitoring_interval(number("monitoringInterval", Some(wanted.monitoring_interval)))
            .set_monitoring_role_arn(change.touches_any(&["monitoringInterval", "monitoringRoleArn"]).then_some(role))
            .set_multi_az(truth("multiAz", wanted.multi_az))
            .set_network_type(text("networkType", &wanted.network_type))
            .set_option_group_name(text("optionGroupName", &wanted.option_group_name))
            .set_preferred_backup_window(text("backupWindow", &wanted.backup_window))
            .set_preferred_maintenance_window(text("maintenanceWindow", &wanted.maintenance_window))
            .set_publicly_accessible(truth("publiclyAccessible", wanted.publicly_accessible))
            .set_replica_mode(text("replicaMode", &wanted.replica_mode).map(|mode| ReplicaMode::from(mode.as_str())))
            .set_storage_throughput(storage(wanted.storage_throughput))
            .set_storage_type(wanted.storage_type.clone().filter(|_| change.touches_any(STORAGE)))
            .set_vpc_security_group_ids(groups);
        let call = with_insights(call, change);
        let call = with_secret_key(call, change);
        if change.touches_any(DOMAIN) { with_domain(call, wanted) } else { call }
    }
}

/// Performance Insights: its key and time go along when it is put on.
fn with_insights(
    call: ModifyDBInstanceFluentBuilder,
    change: &Change<'_, InstanceArgs>,
) -> ModifyDBInstanceFluentBuilder {
    let parts = ["performanceInsightsEnabled", "performanceInsightsKmsKeyId", "performanceInsightsRetentionPeriod"];
    let wanted = change.wanted;
    // Advanced Database Insights is refused without Performance Insights in the same call.
    if !change.touches_any(&parts) && !change.touches("databaseInsightsMode") {
        return call;
    }
    let on = wanted.performance_insights_enabled;
    call.enable_performance_insights(on)
        .set_performance_insights_kms_key_id(wanted.performance_insights_kms_key_id.clone().filter(|_| on))
        .set_performance_insights_retention_period(small(wanted.performance_insights_retention_period).filter(|_| on))
}

/// The key of the managed secret: a new one is refused unless the call manages the password too.
fn with_secret_key(
    call: ModifyDBInstanceFluentBuilder,
    change: &Change<'_, InstanceArgs>,
) -> ModifyDBInstanceFluentBuilder {
    let wanted = change.wanted;
    if !wanted.manage_master_user_password
        || !change.touches_any(&["manageMasterUserPassword", "masterUserSecretKmsKeyId"])
    {
        return call;
    }
    let key = wanted.master_user_secret_kms_key_id.clone();
    call.manage_master_user_password(true).set_master_user_secret_kms_key_id(key)
}

/// The whole membership in a directory, or none.
fn with_domain(call: ModifyDBInstanceFluentBuilder, wanted: &InstanceArgs) -> ModifyDBInstanceFluentBuilder {
    if wanted.domain.is_none() && wanted.domain_fqdn.is_none() {
        return call.disable_domain(true);
    }
    call.set_domain(wanted.domain.clone())
        .set_domain_auth_secret_arn(wanted.domain_auth_secret_arn.clone())
        .set_domain_dns_ips(wanted.domain_dns_ips.clone())
        .set_domain_fqdn(wanted.domain_fqdn.clone())
        .set_domain_iam_role_name(wanted.domain_iam_role_name.clone())
        .set_domain_ou(wanted.domain_ou.clone())
}

/// The name of a last snapshot. The resource id makes it unlike that of an earlier instance of the same name, so that
/// `down` can be followed by `up` and `down` again; and like itself when the delete is repeated.
fn final_snapshot(name: &str, resource: &str) -> String {
    let resource = resource.to_lowercase();
    format!("{name}-final-{}", resource.strip_prefix("db-").unwrap_or(&resource))
}
