"""The corrections of load balancing, scaling, alarms and topics."""

from support import Network, client


class Balancing(Network):
    def setUp(self):
        super().setUp()
        self.elb = client("elbv2")
        self.name = self._testMethodName.removeprefix("test_").replace("_", "-")[:20].strip("-")
        self.here = self.vpc()
        self.subnets = [self.subnet(self.here), self.subnet(self.here, "10.0.1.0/24", "us-east-1b")]

    def balancer(self, kind="application"):
        made = self.elb.create_load_balancer(Name=f"{self.name}-{kind[:3]}", Subnets=self.subnets, Type=kind)
        return made["LoadBalancers"][0]["LoadBalancerArn"]

    def listener(self, **more):
        answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
        call = {"Port": 80, "Protocol": "HTTP", **more}
        made = self.elb.create_listener(LoadBalancerArn=self.balancer(), DefaultActions=[answer], **call)
        return made["Listeners"][0]["ListenerArn"]

    def attributes(self, pairs):
        return {pair["Key"]: pair["Value"] for pair in pairs}

    def test_load_balancer_attributes(self):
        for kind, expected in (
            ("application", {"idle_timeout.timeout_seconds": "60", "routing.http2.enabled": "true"}),
            ("network", {"dns_record.client_routing_policy": "any_availability_zone"}),
        ):
            arn = self.balancer(kind)
            self.has(expected, self.attributes(self.elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]))

    def test_load_balancer_deletion_protection(self):
        arn = self.balancer()
        for value in ("true", "false"):
            attribute = {"Key": "deletion_protection.enabled", "Value": value}
            self.elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[attribute])
            if value == "true":
                self.refused("OperationNotPermitted", self.elb.delete_load_balancer, LoadBalancerArn=arn)
        self.elb.delete_load_balancer(LoadBalancerArn=arn)

    def test_target_group_attributes(self):
        for protocol, expected in (
            ("HTTP", {"stickiness.lb_cookie.duration_seconds": "86400", "load_balancing.algorithm.anomaly_mitigation": "off"}),
            ("TCP", {"preserve_client_ip.enabled": "true", "proxy_protocol_v2.enabled": "false"}),
        ):
            call = {"Name": f"{self.name}-{protocol}", "Protocol": protocol, "Port": 80, "VpcId": self.here}
            arn = self.elb.create_target_group(**call)["TargetGroups"][0]["TargetGroupArn"]
            self.has(expected, self.attributes(self.elb.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]))

    def test_listener_settings(self):
        plain = self.listener()
        self.assertNotIn("SslPolicy", self.elb.describe_listeners(ListenerArns=[plain])["Listeners"][0])
        attributes = self.attributes(self.elb.describe_listener_attributes(ListenerArn=plain)["Attributes"])
        self.assertEqual(attributes, {"routing.http.response.server.enabled": "true"})
        self.elb.delete_load_balancer(LoadBalancerArn=self.elb.describe_listeners(ListenerArns=[plain])["Listeners"][0]["LoadBalancerArn"])
        names = {"ServerCertificateName": self.name, "CertificateBody": "body", "PrivateKey": "key"}
        certificate = client("iam").upload_server_certificate(**names)["ServerCertificateMetadata"]["Arn"]
        self.name += "-s"
        secure = self.listener(Protocol="HTTPS", Certificates=[{"CertificateArn": certificate}])
        read = lambda: self.elb.describe_listeners(ListenerArns=[secure])["Listeners"][0]
        self.assertEqual(read()["MutualAuthentication"]["Mode"], "off")
        self.elb.modify_listener(ListenerArn=secure, MutualAuthentication={"Mode": "passthrough"}, AlpnPolicy=["None"])
        self.assertEqual(read()["MutualAuthentication"]["Mode"], "passthrough")
        self.assertEqual(read()["AlpnPolicy"], ["None"])

    def test_rule_transforms(self):
        rewrite = {"Rewrites": [{"Regex": "^/a/(.*)", "Replace": "/$1"}]}
        transforms = [{"Type": "url-rewrite", "UrlRewriteConfig": rewrite}]
        call = {"Priority": 1, "Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a/*"]}}]}
        call["Actions"] = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]
        rule = self.elb.create_rule(ListenerArn=self.listener(), Transforms=transforms, **call)["Rules"][0]["RuleArn"]
        read = lambda: self.elb.describe_rules(RuleArns=[rule])["Rules"][0]
        self.assertEqual(read()["Transforms"], transforms)
        self.elb.modify_rule(RuleArn=rule, ResetTransforms=True, Actions=call["Actions"])
        self.assertFalse(read().get("Transforms"))


class Scaling(Network):
    target = {"ServiceNamespace": "dynamodb", "ScalableDimension": "dynamodb:table:ReadCapacityUnits"}

    def setUp(self):
        super().setUp()
        self.scaling = client("application-autoscaling")

    def test_autoscaling_not_found(self):
        call = {**self.target, "ResourceId": "table/none"}
        self.refused("ObjectNotFoundException", self.scaling.deregister_scalable_target, **call)
        self.refused("ObjectNotFoundException", self.scaling.delete_scaling_policy, PolicyName="none", **call)

    def test_scaling_policy_update(self):
        call = {**self.target, "ResourceId": "table/update", "PolicyName": "p", "PolicyType": "TargetTrackingScaling"}
        metric = {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"}
        put = lambda value: self.scaling.put_scaling_policy(
            TargetTrackingScalingPolicyConfiguration={"TargetValue": value, "PredefinedMetricSpecification": metric}, **call
        )
        first, second = put(50.0), put(70.0)
        self.assertEqual(first["PolicyARN"], second["PolicyARN"])
        self.assertEqual(first["Alarms"], second["Alarms"])


class Alarms(Network):
    def setUp(self):
        super().setUp()
        self.watch = client("cloudwatch")

    def tags(self, arn):
        return self.watch.list_tags_for_resource(ResourceARN=arn)["Tags"]

    def test_dashboard_tags(self):
        put = lambda value: self.watch.put_dashboard(
            DashboardName="tags", DashboardBody="{}", Tags=[{"Key": "k", "Value": value}]
        )
        put("a")
        put("b")
        arn = self.watch.get_dashboard(DashboardName="tags")["DashboardArn"]
        self.assertEqual(self.tags(arn), [{"Key": "k", "Value": "a"}])
        self.watch.delete_dashboards(DashboardNames=["tags"])
        self.watch.put_dashboard(DashboardName="tags", DashboardBody="{}")
        self.assertEqual(self.tags(arn), [])

    def test_alarm_takes_its_tags(self):
        call = {"AlarmName": "tags", "ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1, "Threshold": 1}
        call |= {"MetricName": "m", "Namespace": "n", "Period": 60, "Statistic": "Sum"}
        put = lambda value: self.watch.put_metric_alarm(Tags=[{"Key": "k", "Value": value}], **call)
        put("a")
        put("b")
        arn = self.watch.describe_alarms(AlarmNames=["tags"])["MetricAlarms"][0]["AlarmArn"]
        self.assertEqual(self.tags(arn), [{"Key": "k", "Value": "a"}])
        self.watch.delete_alarms(AlarmNames=["tags"])
        self.watch.put_metric_alarm(**call)
        self.assertEqual(self.tags(arn), [])


class Topics(Network):
    def setUp(self):
        super().setUp()
        self.sns = client("sns")
        self.topic = self.sns.create_topic(Name=self._testMethodName)["TopicArn"]

    def subscribe(self, protocol, endpoint):
        call = {"TopicArn": self.topic, "Protocol": protocol, "Endpoint": endpoint, "ReturnSubscriptionArn": True}
        return self.sns.subscribe(**call)["SubscriptionArn"]

    def attributes(self, subscription):
        return self.sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]

    def test_topic_attributes(self):
        read = lambda: self.sns.get_topic_attributes(TopicArn=self.topic)["Attributes"]
        self.has({"SignatureVersion": "1", "TracingConfig": "PassThrough"}, read())
        self.assertNotIn("DeliveryPolicy", read())
        self.sns.set_topic_attributes(TopicArn=self.topic, AttributeName="TracingConfig", AttributeValue="Active")
        self.has({"TracingConfig": "Active"}, read())

    def test_unconfirmed_subscriptions(self):
        mail = self.subscribe("email", "a@example.com")
        self.assertEqual(self.attributes(mail)["PendingConfirmation"], "true")
        queue = self.subscribe("sqs", "arn:aws:sqs:us-east-1:123456789012:q")
        self.assertEqual(self.attributes(queue)["PendingConfirmation"], "false")
        listed = [subscription["SubscriptionArn"] for subscription in self.sns.list_subscriptions()["Subscriptions"]]
        self.assertIn("PendingConfirmation", listed)
        self.assertIn(queue, listed)
        self.assertNotIn(mail, listed)

    def test_subscription_policies(self):
        queue = self.subscribe("sqs", "arn:aws:sqs:us-east-1:123456789012:q")
        put = lambda name, value: self.sns.set_subscription_attributes(
            SubscriptionArn=queue, AttributeName=name, AttributeValue=value
        )
        for name in ("FilterPolicy", "ReplayPolicy"):
            put(name, '{"a":["b"]}')
            self.assertIn(name, self.attributes(queue))
            put(name, "{}")
            self.assertNotIn(name, self.attributes(queue))
