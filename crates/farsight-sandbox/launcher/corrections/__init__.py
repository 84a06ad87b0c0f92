"""Corrections of what moto gets wrong about AWS.

One function is one correction. Its docstring says what moto does and what AWS does; the test of the same name, with `test_` before
it, shows the difference. Corrections are registered by the moto service whose classes they change, and are applied when that
service gets its first request, so that start-up does not import every service.
"""

import functools
import importlib

SERVICES = {
    "core": ["core", "cbor"],
    "ec2": ["ec2_requests", "ec2_network", "ec2_routes", "ec2_groups", "ec2_nat", "ec2_endpoints"],
    "iam": ["iam"],
    "logs": ["logs"],
    "rds": ["rds"],
    "elasticache": ["elasticache"],
    "ecs": ["ecs"],
    "ecr": ["ecr"],
    "secretsmanager": ["secretsmanager"],
    "elb": ["elbv2"],  # moto calls both generations so, until it has read the version
    "cloudwatch": ["cloudwatch"],
    "sns": ["sns"],
    "applicationautoscaling": ["applicationautoscaling"],
    "acm": ["acm"],
    "route53": ["route53"],
    "wafv2": ["wafv2"],
}

_registered = {}
_applied = set()


def correction(function):
    """Registers a correction under the module that it is written in."""
    _registered.setdefault(function.__module__, []).append(function)
    return function


def shortcut(function):
    """Registers a change that only makes moto faster: it alters no answer, so there is nothing to test or to list."""
    function.shortcut = True
    return correction(function)


def replace(owner, name=None):
    """Replaces a method of `owner`; the new one gets the old one, bound, as its first argument after `self`."""

    def decorate(new):
        attribute = name or new.__name__
        old = getattr(owner, attribute, None)

        @functools.wraps(new)
        def method(self, *args, **kwargs):
            return new(self, old and functools.partial(old, self), *args, **kwargs)

        setattr(owner, attribute, method)
        return method

    return decorate


def of_service(service):
    """The corrections of one service, in the order in which they are applied."""
    found = []
    for name in SERVICES.get(service, []):
        module = importlib.import_module(f"corrections.{name}")
        found += _registered.get(module.__name__, [])
    return found


def apply(service):
    """Applies the corrections of a service once."""
    if service in _applied:
        return
    _applied.add(service)
    for function in of_service(service):
        function()


def describe():
    """All corrections as (service, name, docstring)."""
    found = [(service, f) for service in SERVICES for f in of_service(service)]
    return [(service, f.__name__, f.__doc__) for service, f in found if not hasattr(f, "shortcut")]
