"""Counts what the sandbox holds. What AWS itself puts into a new account is not counted."""

import sys


def _own_groups(ec2):
    return [g for groups in ec2.groups.values() for g in groups.values() if not g.is_default]


def _own_policies(iam):
    return [p for p in iam.managed_policies.values() if f"::{iam.account_id}:" in p.arn]


# service: (module, backends, {resource: objects of one backend})
COUNTED = {
    "acm": ("acm", "acm_backends", {"certificate": lambda b: b._certificates}),
    "application-autoscaling": (
        "applicationautoscaling",
        "applicationautoscaling_backends",
        {"target": lambda b: [t for d in b.targets.values() for t in d.values()], "policy": lambda b: b.policies},
    ),
    "cloudwatch": ("cloudwatch", "cloudwatch_backends", {"alarm": lambda b: b.alarms, "dashboard": lambda b: b.dashboards}),
    "dynamodb": ("dynamodb", "dynamodb_backends", {"table": lambda b: b.tables}),
    "ec2": (
        "ec2",
        "ec2_backends",
        {
            "vpc": lambda b: [v for v in b.vpcs.values() if not v.is_default],
            "subnet": lambda b: [s for zone in b.subnets.values() for s in zone.values() if not s.default_for_az],
            "internet-gateway": lambda b: b.internet_gateways,
            "nat-gateway": lambda b: [n for n in b.nat_gateways.values() if n.state != "deleted"],
            "address": lambda b: b.addresses,
            "route-table": lambda b: [t for t in b.route_tables.values() if not t.main_association_id],
            "security-group": _own_groups,
            "security-group-rule": lambda b: [r for g in _own_groups(b) for r in g.ingress_rules + g.egress_rules],
            "vpc-endpoint": lambda b: [e for e in b.vpc_end_points.values() if e.state != "deleted"],
            "network-acl": lambda b: [a for a in b.network_acls.values() if not a.default],
            "network-interface": lambda b: b.enis,
            "instance": lambda b: [i for r in b.reservations.values() for i in r.instances if i.state != "terminated"],
            "volume": lambda b: b.volumes,
        },
    ),
    "ecr": ("ecr", "ecr_backends", {"repository": lambda b: b.repositories}),
    "ecs": (
        "ecs",
        "ecs_backends",
        {
            "cluster": lambda b: b.clusters,
            "service": lambda b: b.services,
            "task-definition": lambda b: [r for family in b.task_definitions.values() for r in family.values()],
        },
    ),
    "elasticache": (
        "elasticache",
        "elasticache_backends",
        {
            "cluster": lambda b: b.cache_clusters,
            "replication-group": lambda b: b.replication_groups,
            "subnet-group": lambda b: b.cache_subnet_groups,
        },
    ),
    "elbv2": (
        "elbv2",
        "elbv2_backends",
        {
            "load-balancer": lambda b: b.load_balancers,
            "target-group": lambda b: b.target_groups,
            "listener": lambda b: [i for lb in b.load_balancers.values() for i in lb.listeners.values()],
        },
    ),
    "iam": (
        "iam",
        "iam_backends",
        {
            "role": lambda b: b.roles,
            "policy": _own_policies,
            "instance-profile": lambda b: b.instance_profiles,
            "user": lambda b: b.users,
            "group": lambda b: b.groups,
        },
    ),
    "kms": ("kms", "kms_backends", {"key": lambda b: b.keys}),
    "lambda": ("awslambda", "lambda_backends", {"function": lambda b: b._lambdas._functions}),
    "logs": ("logs", "logs_backends", {"log-group": lambda b: b.groups, "metric-filter": lambda b: b.filters.metric_filters}),
    "rds": (
        "rds",
        "rds_backends",
        {
            "instance": lambda b: b.databases,
            "cluster": lambda b: b.clusters,
            "subnet-group": lambda b: b.subnet_groups,
            "parameter-group": lambda b: b.db_parameter_groups,
        },
    ),
    "route53": ("route53", "route53_backends", {"hosted-zone": lambda b: b.zones}),
    "s3": ("s3", "s3_backends", {"bucket": lambda b: b.buckets}),
    "secretsmanager": ("secretsmanager", "secretsmanager_backends", {"secret": lambda b: b.secrets}),
    "sns": ("sns", "sns_backends", {"topic": lambda b: b.topics, "subscription": lambda b: b.subscriptions}),
    "sqs": ("sqs", "sqs_backends", {"queue": lambda b: b.queues}),
    "ssm": ("ssm", "ssm_backends", {"parameter": lambda b: [p for p in b._parameters if not p.startswith("/aws/")]}),
    "wafv2": ("wafv2", "wafv2_backends", {"web-acl": lambda b: b.wacls}),
}


def count():
    """{service: {resource: number}} over all accounts and regions, without zeros and without loading any service."""
    held = {}
    for service, (module, backends, resources) in COUNTED.items():
        models = sys.modules.get(f"moto.{module}.models")
        if models is None:
            continue
        regions = [region for account in getattr(models, backends).values() for region in account.values()]
        numbers = {name: sum(len(objects(region)) for region in regions) for name, objects in resources.items()}
        held[service] = {name: number for name, number in numbers.items() if number}
    return {service: numbers for service, numbers in held.items() if numbers}
