//! `aws:cloudwatch/dashboard:Dashboard`.

use crate::cloudwatch::{CloudWatch, FAULTS, SETTLE, found, sdk_tags};
use aws_sdk_cloudwatch::operation::get_dashboard::GetDashboardOutput;
use farsight_aws::cloudwatch::{Dashboard, DashboardArgs, DashboardOutputs};
use farsight_aws_client::tags;
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Seen};
use futures_util::future::try_join_all;

pub(crate) struct DashboardHandler {
    pub(crate) cloudwatch: CloudWatch,
}

impl Handler for DashboardHandler {
    type Of = Dashboard;

    const POLICY: Policy = Policy {
        identity: Identity::Upsert,
        unique_key: &["dashboardName"],
        serialize_by: None,
        // There is no call for several; this many are asked side by side.
        read_batch: 20,
        settle: SETTLE,
        faults: FAULTS,
        permissions: &[
            "cloudwatch:DeleteDashboards",
            "cloudwatch:GetDashboard",
            "cloudwatch:ListTagsForResource",
            "cloudwatch:PutDashboard",
            "cloudwatch:TagResource",
        ],
    };

    /// The service overwrites a dashboard of the same name; one of others is left to them.
    async fn create(&self, owner: &Owner, args: &DashboardArgs) -> Result<Id> {
        if let Some(there) = self.get(&args.dashboard_name).await?
            && !self.is_ours(&there, owner).await?
        {
            let message = format!("there is a dashboard of the name `{}` already", args.dashboard_name);
            return Err(Error::new(Fault::Exists, message));
        }
        let tags = sdk_tags(&tags::of_owner(owner));
        let put = || {
            let call = self.cloudwatch.client.put_dashboard().dashboard_name(&args.dashboard_name);
            call.dashboard_body(&args.dashboard_body).set_tags(Some(tags.clone())).send()
        };
        self.cloudwatch.write("PutDashboard", put).await?;
        Ok(args.dashboard_name.clone())
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<Dashboard>>> {
        let look = async |name: &Id| Ok(self.get(name).await?.map_or(Seen::Absent, |dashboard| seen(name, dashboard)));
        try_join_all(ids.iter().map(look)).await
    }

    async fn update(&self, id: &Id, change: Change<'_, DashboardArgs>) -> Result<Option<Id>> {
        let body = &change.wanted.dashboard_body;
        let put = || self.cloudwatch.client.put_dashboard().dashboard_name(id).dashboard_body(body).send();
        self.cloudwatch.write("PutDashboard", put).await?;
        Ok(None)
    }

    async fn delete(&self, id: &Id, _: &DashboardArgs) -> Result<()> {
        let delete = || self.cloudwatch.client.delete_dashboards().dashboard_names(id).send();
        self.cloudwatch.write("DeleteDashboards", delete).await.map(|_| ())
    }

    async fn find(&self, owner: &Owner, args: &DashboardArgs) -> Result<Vec<Id>> {
        let Some(there) = self.get(&args.dashboard_name).await? else { return Ok(Vec::new()) };
        let ours = self.is_ours(&there, owner).await?;
        Ok(ours.then(|| args.dashboard_name.clone()).into_iter().collect())
    }
}

impl DashboardHandler {
    async fn get(&self, name: &str) -> Result<Option<GetDashboardOutput>> {
        let get = || self.cloudwatch.client.get_dashboard().dashboard_name(name).send();
        found(self.cloudwatch.read("GetDashboard", get).await)
    }

    async fn is_ours(&self, dashboard: &GetDashboardOutput, owner: &Owner) -> Result<bool> {
        let tags = self.cloudwatch.tags(dashboard.dashboard_arn().unwrap_or_default()).await?;
        Ok(tags::is_ours(&tags.unwrap_or_default(), owner))
    }
}

fn seen(name: &str, dashboard: GetDashboardOutput) -> Seen<Dashboard> {
    Seen::Ready {
        args: DashboardArgs {
            dashboard_body: dashboard.dashboard_body.unwrap_or_default(),
            dashboard_name: name.to_owned(),
        },
        outputs: DashboardOutputs { dashboard_arn: dashboard.dashboard_arn.unwrap_or_default() },
    }
}
