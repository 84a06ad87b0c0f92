"""Corrections of ACM."""

from moto.acm.models import AWSCertificateManagerBackend, CertBundle
from moto.acm.responses import AWSCertificateManagerResponse
from moto.acm.exceptions import AWSError
from moto.elbv2.models import elbv2_backends
from moto.route53.models import route53_backends
from moto.utilities.utils import get_partition

from . import correction, replace


@correction
def issued_by_dns():
    """moto: a certificate is issued a minute after its request, whatever DNS says.

    AWS: it is issued once the records that validate its domains are in DNS; here, in a public zone of the account.
    """

    @replace(CertBundle)
    def check(self, old):
        pending = self.type == "AMAZON_ISSUED" and self.status == "PENDING_VALIDATION"
        old()
        if pending:
            options = self.describe()["Certificate"]["DomainValidationOptions"]
            proven = all("ResourceRecord" in option and in_dns(self.arn, option["ResourceRecord"]) for option in options)
            self.status = "ISSUED" if proven else "PENDING_VALIDATION"


@correction
def certificate_fields():
    """moto: the key, the validation method and the validation domains of a request are dropped.

    AWS: they are read back; a certificate that is validated by mail has addresses instead of records.
    """

    @replace(AWSCertificateManagerResponse)
    def request_certificate(self, old):
        answer = old()
        bundle = self.acm_backend._certificates[answer.result["CertificateArn"]]
        bundle.asked = {name: self._get_param(name) for name in ("KeyAlgorithm", "ValidationMethod", "DomainValidationOptions")}
        return answer

    @replace(CertBundle)
    def describe(self, old):
        answer = old()
        asked = self.__dict__.get("asked", {})
        if asked.get("KeyAlgorithm"):
            answer["Certificate"]["KeyAlgorithm"] = asked["KeyAlgorithm"]
        method = asked.get("ValidationMethod")
        domains = {option["DomainName"]: option["ValidationDomain"] for option in asked.get("DomainValidationOptions") or []}
        for option in answer["Certificate"].get("DomainValidationOptions", []):
            option["ValidationMethod"] = method or "EMAIL"
            if option["ValidationMethod"] == "EMAIL":
                del option["ResourceRecord"]
                option["ValidationDomain"] = domains.get(option["DomainName"], option["DomainName"])
                option["ValidationEmails"] = [f"{who}@{option['ValidationDomain']}" for who in ("admin", "hostmaster")]
        return answer


@correction
def import_over_certificate():
    """moto: importing over a certificate takes its tags away.

    AWS: the tags stay.
    """

    @replace(AWSCertificateManagerBackend)
    def import_certificate(self, old, certificate, private_key, chain, arn, tags):
        before = self._certificates.get(arn)
        made = old(certificate, private_key, chain=chain, arn=arn, tags=tags)
        if before:
            self._certificates[made].tags = before.tags
        return made


@correction
def certificate_in_use():
    """moto: the certificate of a listener can be deleted.

    AWS: ResourceInUseException.
    """

    @replace(AWSCertificateManagerBackend)
    def delete_certificate(self, old, arn):
        for balancer in elbv2_backends[self.account_id][self.region_name].load_balancers.values():
            for listener in balancer.listeners.values():
                if arn in [listener.certificate, *listener.certificates]:
                    raise AWSError(f"Certificate {arn} is in use.", exception_type="ResourceInUseException")
        return old(arn)


def in_dns(arn, record):
    """Whether a public zone of the certificate's account has the record."""
    account, region = arn.split(":")[4], arn.split(":")[3]
    for zone in route53_backends[account][get_partition(region)].zones.values():
        for there in () if zone.private_zone else zone.rrsets:
            if there.type == record["Type"] and there.name.rstrip(".") == record["Name"].rstrip("."):
                return [value.rstrip(".") for value in there.records] == [record["Value"].rstrip(".")]
    return False
