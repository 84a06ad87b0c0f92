"""CBOR, the newest of AWS's protocols, in front of services that moto answers in JSON."""

import base64
import datetime
import io
import json
import re

import cbor2
from moto.core.utils import get_service_model
from moto.moto_server.werkzeug_app import DomainDispatcherApplication

from . import correction, replace

# The protocol's path names the service by the prefix of its JSON target.
SERVICES = {"GraniteServiceVersion20100801": "cloudwatch"}


@correction
def cbor_protocol():
    """moto: HTTP 404 for CloudWatch's rpc-v2-cbor, the only protocol that the AWS SDK for Rust speaks to it.

    AWS: answers it like any other protocol.
    """

    @replace(DomainDispatcherApplication)
    def __call__(self, old, environ, start_response):
        match = re.fullmatch(r"/service/(\w+)/operation/(\w+)", environ.get("PATH_INFO", ""))
        if not match or match[1] not in SERVICES:
            return old(environ, start_response)
        head = {}
        answer = b"".join(old(_as_json(environ, *match.groups()), lambda status, headers, *_: head.update(status=status)))
        shape = get_service_model(SERVICES[match[1]]).operation_model(match[2]).output_shape
        value = json.loads(answer or b"{}")
        body = cbor2.dumps(_with_times(value, shape) if head["status"].startswith("200") else value)
        headers = {"Content-Type": "application/cbor", "Smithy-Protocol": "rpc-v2-cbor", "Content-Length": str(len(body))}
        start_response(head["status"], list(headers.items()))
        return [body]


def _as_json(environ, target, operation):
    """The same request in JSON."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    text = json.dumps(cbor2.loads(body) if body else {}, default=_plain).encode()
    return {
        **environ,
        "PATH_INFO": "/",
        "RAW_URI": "/",
        "REQUEST_URI": "/",
        "CONTENT_TYPE": "application/x-amz-json-1.0",
        "CONTENT_LENGTH": str(len(text)),
        "HTTP_X_AMZ_TARGET": f"{target}.{operation}",
        "wsgi.input": io.BytesIO(text),
    }


def _plain(value):
    if isinstance(value, datetime.datetime):
        return value.timestamp()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} in a request")


def _with_times(value, shape):
    """Marks the times of an answer: JSON has them as numbers, CBOR tags them."""
    if value is None or shape is None:
        return value
    if shape.type_name == "structure":
        return {k: _with_times(v, shape.members.get(k)) for k, v in value.items() if v is not None}
    if shape.type_name == "list":
        return [_with_times(entry, shape.member) for entry in value]
    if shape.type_name == "timestamp":
        return cbor2.CBORTag(1, value)
    return value
