"""Corrections that hold for every service."""

import logging

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse

from . import correction, replace

log = logging.getLogger("farsight")


class Failure(ServiceException):
    """An error of this package: moto looks for the error shapes of a service by the module that an exception comes from."""


@correction
def failures_are_aws_errors():
    """moto: what it does not implement, and its own faults, are HTTP 500 with an HTML page.

    AWS: every error has a code in the envelope of the service's protocol. What moto cannot do is answered with 501 NotImplemented,
    which no SDK repeats; its own faults with 500 InternalFailure.
    """

    @replace(BaseResponse)
    def call_action(self, old):
        try:
            return old()
        except NotImplementedError as error:
            return _error(self, 501, "NotImplemented", f"the sandbox cannot do this: {error}")
        except Exception as error:
            log.exception("%s failed", self._get_action())
            return _error(self, 500, "InternalFailure", f"{type(error).__name__}: {error}")


def _error(response, status, code, message):
    _, headers, body = response.serialized(ActionResult(Failure(code, message)))
    headers, body = response._enrich_response({**headers, "status": status}, body)
    return status, headers, body
