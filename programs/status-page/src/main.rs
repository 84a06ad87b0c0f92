//! A page about the farsight server: where it is and what it logs, from the outputs of its stack.
//!
//! `server` in the configuration names that stack; the stack of the same name of the project `farsight-server` if not
//! given.

use farsight::prelude::*;
use farsight_aws::cloudwatch::{Dashboard, DashboardBody, Widget};

fn main() -> farsight::Exit {
    farsight::program(declare)
}

fn declare(cx: &Context) -> farsight::Result<()> {
    let server = cx.config().or("server", format!("farsight-server/{}", cx.stack()));
    let server = cx.stack_reference(server)?;
    let address = server.require::<String>("LoadBalancerDNS")?;
    let region = farsight_aws::region(cx)?;
    let newest =
        |group: Output<String>| output!("SOURCE '{group}' | fields @timestamp, @message | sort @timestamp desc");
    let logs =
        |title: &str, group: Output<String>| Widget::logs(region.as_str(), newest(group)).title(title).size(12, 12);
    let page = DashboardBody::new()
        .widget(Widget::text(output!("# farsight\n\nThe API answers at http://{address}")).size(24, 3))
        .widget(logs("API", server.require("apiLogGroup")?))
        .widget(logs("Worker", server.require("workerLogGroup")?));
    let page = Dashboard::new("status")
        .dashboard_name(format!("{}-{}", cx.project(), cx.stack()))
        .dashboard_body(page)
        .add(cx);
    cx.export("dashboard", page.dashboard_name());
    cx.export("health", output!("http://{address}/health"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::declare;
    use farsight::Value;
    use farsight::testing::Setup;
    use farsight_aws::cloudwatch::Dashboard;

    fn setup(outputs: &'static [(&'static str, &'static str)]) -> Setup {
        Setup::new()
            .answer("aws:index/getRegion:getRegion", |_| Value::map([("region", "eu-central-1".into())]))
            .answer("farsight:index/stackReference:stackReference", |args| {
                assert_eq!(args.get("name"), Some(&"farsight-server/test".into()));
                Value::map(outputs.iter().map(|(name, value)| (*name, Value::from(*value))))
            })
    }

    #[test]
    fn the_page_shows_the_other_stack() {
        let recording =
            setup(&[("LoadBalancerDNS", "alb.example.com"), ("apiLogGroup", "/ecs/a"), ("workerLogGroup", "/ecs/w")])
                .record(declare);
        assert_eq!(recording.errors(), []);
        assert_eq!(recording.export("health"), "http://alb.example.com/health".into());
        let page = recording.get::<Dashboard>("status").args::<Dashboard>();
        assert_eq!(page.dashboard_name, "test-test");
        assert!(page.dashboard_body.contains("SOURCE '/ecs/w'"), "{}", page.dashboard_body);
    }

    #[test]
    fn an_output_that_is_not_there_is_named() {
        let recording = setup(&[("vpcId", "vpc-1")]).record(declare);
        let [error] = recording.errors() else { panic!("{:?}", recording.errors()) };
        assert!(error.message.contains("has no output `LoadBalancerDNS`; it has vpcId"), "{error:?}");
    }
}
