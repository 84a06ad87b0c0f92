import time

from support import Case, client


class Logs(Case):
    def setUp(self):
        self.logs = client("logs")
        self.name = f"/test/{self._testMethodName}"

    def read(self):
        return self.logs.describe_log_groups(logGroupNamePrefix=self.name)["logGroups"][0]

    def make(self, **more):
        self.logs.create_log_group(logGroupName=self.name, **more)

    def metric_filter(self, **more):
        transformation = {"metricName": "errors", "metricNamespace": "n", "metricValue": "1", "defaultValue": 0.0, "unit": "Count"}
        names = {"logGroupName": self.name, "filterName": "f"}
        return {**names, "filterPattern": "ERROR", "metricTransformations": [transformation], **more}

    def filters(self):
        return self.logs.describe_metric_filters(logGroupName=self.name)["metricFilters"]


class Corrections(Logs):
    def test_retention_values(self):
        self.make()
        call = {"logGroupName": self.name, "retentionInDays": 29}
        self.refused("InvalidParameterException", self.logs.put_retention_policy, **call)
        self.assertNotIn("retentionInDays", self.read())

    def test_log_group_class(self):
        self.make(logGroupClass="INFREQUENT_ACCESS")
        self.assertEqual(self.read()["logGroupClass"], "INFREQUENT_ACCESS")
        self.logs.create_log_group(logGroupName="/plain")
        self.assertEqual(self.logs.describe_log_groups(logGroupNamePrefix="/plain")["logGroups"][0]["logGroupClass"], "STANDARD")

    def test_log_group_deletion_protection(self):
        self.make(deletionProtectionEnabled=True)
        self.assertTrue(self.read()["deletionProtectionEnabled"])
        self.refused("ValidationException", self.logs.delete_log_group, logGroupName=self.name)
        self.logs.put_log_group_deletion_protection(logGroupIdentifier=self.name, deletionProtectionEnabled=False)
        self.assertFalse(self.read()["deletionProtectionEnabled"])
        self.logs.delete_log_group(logGroupName=self.name)

    def test_log_group_key(self):
        first, second = (client("kms").create_key()["KeyMetadata"]["Arn"] for _ in range(2))
        self.make(kmsKeyId=first)
        self.logs.associate_kms_key(logGroupName=self.name, kmsKeyId=second)
        self.assertEqual(self.read()["kmsKeyId"], second)
        self.logs.disassociate_kms_key(logGroupName=self.name)
        self.assertNotIn("kmsKeyId", self.read())

    def test_log_group_searches(self):
        self.make(logGroupClass="DELIVERY")
        self.logs.create_log_group(logGroupName=f"{self.name}/other")

        def found(**search):
            return [g["logGroupName"] for g in self.logs.describe_log_groups(**search)["logGroups"]]

        self.assertEqual(found(logGroupIdentifiers=[self.read()["logGroupArn"]]), [self.name])
        self.assertEqual(found(logGroupNamePattern="searches/oth"), [f"{self.name}/other"])
        self.assertEqual(found(logGroupNamePrefix=self.name, logGroupClass="DELIVERY"), [self.name])

    def test_log_event_search(self):
        self.make()
        # Events that are older than two weeks are refused.
        began = int(time.time() * 1000) - 60_000
        for stream, at in (("api/one/1", 3000), ("api/two/1", 1000), ("apis/one/1", 2000)):
            self.logs.create_log_stream(logGroupName=self.name, logStreamName=stream)
            event = {"timestamp": began + at, "message": f"{stream} said"}
            self.logs.put_log_events(logGroupName=self.name, logStreamName=stream, logEvents=[event])

        def found(**search):
            answer = self.logs.filter_log_events(logGroupName=self.name, **search)
            return [event["timestamp"] - began for event in answer["events"]]

        self.assertEqual(found(), [1000, 2000, 3000])
        self.assertEqual(found(logStreamNamePrefix="api/"), [1000, 3000])
        self.assertEqual(found(logStreamNamePrefix="web/"), [])
        self.assertEqual(found(logStreamNamePrefix="api/", startTime=began + 2000, filterPattern="said"), [3000])

    def test_log_group_takes_its_own(self):
        self.make(tags={"a": "1"})
        self.logs.put_metric_filter(**self.metric_filter())
        self.logs.delete_log_group(logGroupName=self.name)
        self.make()
        self.assertEqual(self.logs.list_tags_for_resource(resourceArn=self.read()["logGroupArn"])["tags"], {})
        self.assertEqual(self.filters(), [])

    def test_tags_of_missing_log_group(self):
        arn = f"arn:aws:logs:us-east-1:123456789012:log-group:{self.name}"
        self.refused("ResourceNotFoundException", self.logs.list_tags_for_resource, resourceArn=arn)
        self.refused("ResourceNotFoundException", self.logs.tag_resource, resourceArn=arn, tags={"a": "1"})

    def test_metric_filters_of_a_group(self):
        self.refused("ResourceNotFoundException", self.logs.put_metric_filter, **self.metric_filter())
        self.make()
        ids = {"logGroupName": self.name, "filterName": "f"}
        self.refused("ResourceNotFoundException", self.logs.delete_metric_filter, **ids)
        self.logs.put_metric_filter(**self.metric_filter())
        self.assertEqual(self.read()["metricFilterCount"], 1)

    def test_metric_filter_update(self):
        self.make()
        self.logs.put_metric_filter(**self.metric_filter())
        self.logs.put_metric_filter(**self.metric_filter(filterPattern="WARN"))
        self.assertEqual([f["filterPattern"] for f in self.filters()], ["WARN"])

    def test_metric_filter_options(self):
        self.make()
        call = self.metric_filter(applyOnTransformedLogs=True, emitSystemFieldDimensions=["@aws.account"])
        self.logs.put_metric_filter(**call)
        self.has(call, self.filters()[0])
        self.assertGreater(self.filters()[0]["creationTime"], 0)


class ReadBack(Logs):
    def test_metric_filter(self):
        self.make()
        transformation = {"metricName": "m", "metricNamespace": "n", "metricValue": "1", "dimensions": {"a": "$.a"}}
        call = self.metric_filter(metricTransformations=[transformation])
        self.logs.put_metric_filter(**call)
        self.has(call, self.filters()[0])
        self.logs.delete_metric_filter(logGroupName=self.name, filterName="f")
        self.assertEqual(self.filters(), [])

    def test_key_of_creation(self):
        key = client("kms").create_key()["KeyMetadata"]["Arn"]
        self.make(kmsKeyId=key)
        self.assertEqual(self.read()["kmsKeyId"], key)

    def test_log_group(self):
        self.make(tags={"a": "1"})
        arn = f"arn:aws:logs:us-east-1:123456789012:log-group:{self.name}"
        read = self.read()
        self.has({"arn": f"{arn}:*", "logGroupArn": arn, "storedBytes": 0, "retentionInDays": None}, read)
        self.assertEqual(self.logs.list_tags_for_resource(resourceArn=arn)["tags"], {"a": "1"})
        self.logs.tag_resource(resourceArn=arn, tags={"b": "2", "a": "3"})
        self.logs.untag_resource(resourceArn=arn, tagKeys=["a"])
        self.assertEqual(self.logs.list_tags_for_resource(resourceArn=arn)["tags"], {"b": "2"})
        self.refused("ResourceAlreadyExistsException", self.make)
        self.logs.delete_log_group(logGroupName=self.name)
        self.assertNotIn(self.name, [g["logGroupName"] for g in self.logs.describe_log_groups(logGroupNamePrefix=self.name)["logGroups"]])
        self.refused("ResourceNotFoundException", self.logs.delete_log_group, logGroupName=self.name)

    def test_retention(self):
        self.make()
        for days in (1, 30, 3653):
            self.logs.put_retention_policy(logGroupName=self.name, retentionInDays=days)
            self.assertEqual(self.read()["retentionInDays"], days)
        self.logs.delete_retention_policy(logGroupName=self.name)
        self.assertNotIn("retentionInDays", self.read())

    def test_old_tag_calls(self):
        self.make()
        self.logs.tag_log_group(logGroupName=self.name, tags={"a": "1"})
        self.assertEqual(self.logs.list_tags_log_group(logGroupName=self.name)["tags"], {"a": "1"})
        self.logs.untag_log_group(logGroupName=self.name, tags=["a"])
        self.assertEqual(self.logs.list_tags_log_group(logGroupName=self.name)["tags"], {})

    def test_streams(self):
        self.make()
        self.logs.create_log_stream(logGroupName=self.name, logStreamName="s")
        call = {"logGroupName": self.name, "logStreamName": "s"}
        self.refused("ResourceAlreadyExistsException", self.logs.create_log_stream, **call)
        streams = self.logs.describe_log_streams(logGroupName=self.name)["logStreams"]
        self.assertEqual([s["logStreamName"] for s in streams], ["s"])

    def test_resource_policy(self):
        self.logs.put_resource_policy(policyName=self._testMethodName, policyDocument='{"Version": "2012-10-17"}')
        names = [p["policyName"] for p in self.logs.describe_resource_policies()["resourcePolicies"]]
        self.assertIn(self._testMethodName, names)
        self.logs.delete_resource_policy(policyName=self._testMethodName)

    def test_subscription_filter_needs_group(self):
        call = {"logGroupName": "/missing", "filterName": "f", "filterPattern": "", "destinationArn": "arn:aws:lambda:x:1:function:f"}
        self.refused("ResourceNotFoundException", self.logs.put_subscription_filter, **call)
