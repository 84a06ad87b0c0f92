"""The corrections of Route 53 and ACM."""

import uuid

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from datetime import datetime, timedelta, timezone
from support import Case, Network, client


class Names(Case):
    def setUp(self):
        self.dns = client("route53")

    def zone(self, name="example.com", reference=None):
        made = self.dns.create_hosted_zone(Name=name, CallerReference=reference or uuid.uuid4().hex)
        return made["HostedZone"]["Id"].split("/")[-1]

    def change(self, zone, *changes):
        self.dns.change_resource_record_sets(
            HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": action, "ResourceRecordSet": record} for action, record in changes]}
        )

    def records(self, zone, kind="A"):
        return [r for r in self.dns.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"] if r["Type"] == kind]

    def record(self, name="www.example.com", value="10.0.0.1", **more):
        return {"Name": name, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": value}], **more}

    def test_caller_references(self):
        reference = uuid.uuid4().hex
        self.zone(reference=reference)
        call = {"Name": "example.com", "CallerReference": reference}
        self.refused("HostedZoneAlreadyExists", self.dns.create_hosted_zone, **call)

    def test_accelerated_recovery(self):
        zone = self.zone()
        for on, status in ((True, "ENABLED"), (False, "DISABLED")):
            self.dns.update_hosted_zone_features(HostedZoneId=zone, EnableAcceleratedRecovery=on)
            features = self.dns.get_hosted_zone(Id=zone)["HostedZone"]["Features"]
            self.assertEqual(features["AcceleratedRecoveryStatus"], status)

    def test_record_changes(self):
        zone, one, two = self.zone(), self.record(), self.record(value="10.0.0.2")
        blue = [self.record(name, SetIdentifier="blue", Weight=1) for name in ("a.example.com", "b.example.com")]
        self.change(zone, ("CREATE", one), *(("CREATE", record) for record in blue))
        with self.assertRaises(self.dns.exceptions.InvalidChangeBatch):
            self.change(zone, ("CREATE", self.record("other.example.com")), ("CREATE", two))
        with self.assertRaises(self.dns.exceptions.InvalidChangeBatch):
            self.change(zone, ("DELETE", two))
        self.change(zone, ("DELETE", blue[0]))
        self.assertEqual([record["Name"] for record in self.records(zone)], ["b.example.com.", "www.example.com."])
        self.assertEqual(self.records(zone)[1]["ResourceRecords"], [{"Value": "10.0.0.1"}])
        self.change(zone, ("DELETE", one))

    def test_record_fields(self):
        zone, place = self.zone(), {"AWSRegion": "eu-central-1", "Bias": 10}
        self.change(zone, ("CREATE", self.record("*.Example.com", SetIdentifier="a", GeoProximityLocation=place)))
        self.has({"Name": "\\052.example.com.", "GeoProximityLocation": place}, self.records(zone)[0])


class Certificates(Network):
    def setUp(self):
        super().setUp()
        self.acm, self.domain = client("acm"), f"{uuid.uuid4().hex[:8]}.example.com"

    def request(self, **more):
        call = {"DomainName": self.domain, "ValidationMethod": "DNS", **more}
        return self.acm.request_certificate(**call)["CertificateArn"]

    def detail(self, arn):
        return self.acm.describe_certificate(CertificateArn=arn)["Certificate"]

    def test_issued_by_dns(self):
        arn = self.request()
        self.assertEqual(self.detail(arn)["Status"], "PENDING_VALIDATION")
        record = self.detail(arn)["DomainValidationOptions"][0]["ResourceRecord"]
        dns = client("route53")
        zone = dns.create_hosted_zone(Name=self.domain, CallerReference=uuid.uuid4().hex)["HostedZone"]["Id"]
        values = {"Name": record["Name"], "Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": record["Value"]}]}
        changes = [{"Action": "CREATE", "ResourceRecordSet": values}]
        dns.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
        self.assertEqual(self.detail(arn)["Status"], "ISSUED")

    def test_certificate_fields(self):
        options = [{"DomainName": self.domain, "ValidationDomain": "example.com"}]
        arn = self.request(KeyAlgorithm="EC_prime256v1", ValidationMethod="EMAIL", DomainValidationOptions=options)
        self.assertEqual(self.detail(arn)["KeyAlgorithm"], "EC_prime256v1")
        option = self.detail(arn)["DomainValidationOptions"][0]
        self.has({"ValidationMethod": "EMAIL", "ValidationDomain": "example.com", "ResourceRecord": None}, option)

    def test_import_over_certificate(self):
        body, key = self.made_elsewhere()
        tags = [{"Key": "Name", "Value": "x"}]
        arn = self.acm.import_certificate(Certificate=body, PrivateKey=key, Tags=tags)["CertificateArn"]
        self.acm.import_certificate(Certificate=body, PrivateKey=key, CertificateArn=arn)
        self.assertEqual(self.acm.list_tags_for_certificate(CertificateArn=arn)["Tags"], tags)

    def test_certificate_in_use(self):
        arn, elb, here = self.request(), client("elbv2"), self.vpc()
        subnets = [self.subnet(here), self.subnet(here, "10.0.1.0/24", "us-east-1b")]
        balancer = elb.create_load_balancer(Name=f"tls-{uuid.uuid4().hex[:8]}", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
        answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
        call = {"Port": 443, "Protocol": "HTTPS", "Certificates": [{"CertificateArn": arn}], "DefaultActions": [answer]}
        listener = elb.create_listener(LoadBalancerArn=balancer, **call)["Listeners"][0]["ListenerArn"]
        self.refused("ResourceInUseException", self.acm.delete_certificate, CertificateArn=arn)
        elb.delete_listener(ListenerArn=listener)
        self.acm.delete_certificate(CertificateArn=arn)

    def made_elsewhere(self):
        """A certificate that signs itself, and its key."""
        key, now = rsa.generate_private_key(public_exponent=65537, key_size=2048), datetime.now(timezone.utc)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, self.domain)])
        draft = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=9))
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return draft.sign(key, hashes.SHA256()).public_bytes(form[0]), key.private_bytes(*form)
