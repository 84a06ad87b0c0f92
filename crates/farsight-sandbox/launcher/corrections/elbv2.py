"""Corrections of Elastic Load Balancing v2."""

from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend, FakeListener, FakeLoadBalancer, FakeTargetGroup
from moto.elbv2.responses import ELBV2Response

from . import correction, replace

LOGS = {f"{kind}.s3.{key}": value for kind in ("access_logs", "connection_logs", "health_check_logs")
        for key, value in (("enabled", "false"), ("bucket", ""), ("prefix", ""))}


@correction
def load_balancer_attributes():
    """moto: a load balancer has few attributes until they are set, and those of health check logs are refused.

    AWS: it has every attribute of its kind, each with its default.
    """
    application = {
        **LOGS,
        "idle_timeout.timeout_seconds": "60",
        "client_keep_alive.seconds": "3600",
        "load_balancing.cross_zone.enabled": "true",
        "routing.http.desync_mitigation_mode": "defensive",
        "routing.http.drop_invalid_header_fields.enabled": "false",
        "routing.http.preserve_host_header.enabled": "false",
        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
        "routing.http.xff_client_port.enabled": "false",
        "routing.http.xff_header_processing.mode": "append",
        "routing.http2.enabled": "true",
        "waf.fail_open.enabled": "false",
        "zonal_shift.config.enabled": "false",
    }
    network = {
        **{key: value for key, value in LOGS.items() if key.startswith("access_logs")},
        "dns_record.client_routing_policy": "any_availability_zone",
        "load_balancing.cross_zone.enabled": "false",
        "secondary_ips.auto_assigned.per_subnet": "0",
        "zonal_shift.config.enabled": "false",
    }
    FakeLoadBalancer.VALID_ATTRS.update(LOGS)

    @replace(FakeLoadBalancer)
    def __init__(self, old, *args, **kwargs):
        old(*args, **kwargs)
        of_kind = {"application": application, "network": network}.get(self.type, {})
        self.attrs = {"deletion_protection.enabled": "false", **of_kind} if of_kind else self.attrs


@correction
def load_balancer_deletion_protection():
    """moto: a load balancer with deletion protection can be deleted.

    AWS: OperationNotPermitted.
    """

    @replace(ELBv2Backend)
    def delete_load_balancer(self, old, arn):
        balancer = self.load_balancers.get(arn)
        if balancer and balancer.attrs.get("deletion_protection.enabled") == "true":
            words = f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
            raise ELBClientError("OperationNotPermitted", words)
        return old(arn)


@correction
def target_group_attributes():
    """moto: a target group has few attributes until they are set.

    AWS: it has every attribute of its kind, each with its default.
    """
    health = {f"target_group_health.{kind}.minimum_healthy_targets.{key}": value
              for kind in ("dns_failover", "unhealthy_state_routing") for key, value in (("count", "1"), ("percentage", "off"))}
    application = {
        **health,
        "load_balancing.algorithm.anomaly_mitigation": "off",
        "stickiness.app_cookie.cookie_name": "",
        "stickiness.app_cookie.duration_seconds": "86400",
        "stickiness.lb_cookie.duration_seconds": "86400",
    }

    @replace(FakeTargetGroup)
    def __init__(self, old, *args, **kwargs):
        old(*args, **kwargs)
        if self.protocol in ("HTTP", "HTTPS"):
            self.attributes.update(application)
        elif self.protocol in ("TCP", "TLS", "UDP", "TCP_UDP"):
            datagrams = self.protocol in ("UDP", "TCP_UDP")
            kept = datagrams or self.target_type != "ip"
            self.attributes.update({
                **health,
                "deregistration_delay.connection_termination.enabled": str(datagrams).lower(),
                "preserve_client_ip.enabled": str(kept).lower(),
                "proxy_protocol_v2.enabled": "false",
                "target_health_state.unhealthy.connection_termination.enabled": str(not datagrams).lower(),
                "target_health_state.unhealthy.draining_interval_seconds": "0",
            })


@correction
def listener_settings():
    """moto: a listener drops its mutual authentication and a change of its ALPN policy, has an SSL policy even for HTTP, and few attributes.

    AWS: the first two are read back, the third is there only with TLS, and the attributes are those of its protocol, with defaults.
    """
    parts = ("", "-Issuer", "-Leaf", "-Serial-Number", "-Subject", "-Validity")
    headers = [f"X-Amzn-Mtls-Clientcert{part}" for part in parts] + ["X-Amzn-Tls-Cipher-Suite", "X-Amzn-Tls-Version"]
    names = {f"routing.http.request.{name.lower().replace('-', '_')}.header_name": name for name in headers}

    def settle(listener, response):
        mutual = response._get_param("MutualAuthentication")
        if mutual:
            listener.mutual_authentication = mutual
        elif listener.protocol == "HTTPS":
            listener.__dict__.setdefault("mutual_authentication", {"Mode": "off"})
        else:
            listener.__dict__.pop("mutual_authentication", None)
        if listener.protocol not in ("HTTPS", "TLS"):
            listener.ssl_policy = None
        elif not listener.ssl_policy:
            listener.ssl_policy = "ELBSecurityPolicy-2016-08"

    @replace(FakeListener)
    def __init__(self, old, *args, **kwargs):
        old(*args, **kwargs)
        if self.protocol in ("HTTP", "HTTPS"):
            self.attributes = {"routing.http.response.server.enabled": "true"}
        if self.protocol == "HTTPS":
            self.attributes.update(names)

    @replace(ELBV2Response)
    def create_listener(self, old):
        answer = old()
        settle(answer.result["Listeners"][0], self)
        return answer

    @replace(ELBV2Response)
    def modify_listener(self, old):
        answer = old()
        listener = answer.result["Listeners"][0]
        settle(listener, self)
        policy = self._get_param("AlpnPolicy")
        listener.alpn_policy = policy if policy else listener.alpn_policy
        return answer


@correction
def rule_transforms():
    """moto: the transforms of a rule are dropped.

    AWS: they are read back, until they are reset.
    """

    @replace(ELBV2Response)
    def create_rule(self, old):
        answer = old()
        answer.result["Rules"][0].transforms = self._get_param("Transforms") or []
        return answer

    @replace(ELBV2Response)
    def modify_rule(self, old):
        rules = self.elbv2_backend.describe_rules(None, [self._get_param("RuleArn")])
        transforms, reset = self._get_param("Transforms"), self._get_param("ResetTransforms")
        if reset or transforms:
            rules[0].transforms = transforms or []
        return old()
