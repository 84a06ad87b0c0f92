"""Starts moto as a local AWS, with corrections of its defects.

Beside AWS's own calls the server answers GET /_farsight/health and /_farsight/status, and POST /_farsight/reset and /_farsight/stop.
"""

import argparse
import io
import json
import os
import signal
import sys
import threading
import time

# AWS has the managed policies, and a service with a desired count has running tasks; moto reads these when it is imported. There is
# one account: looking for the account of each access key would load the managed policies once for every partition.
os.environ["MOTO_ACCOUNT_ID"] = "123456789012"
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
os.environ["MOTO_ECS_SERVICE_RUNNING"] = "2"

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app  # noqa: E402
from werkzeug.serving import make_server  # noqa: E402

import corrections  # noqa: E402
import status  # noqa: E402

WARMED_UP = ("ec2", "iam", "logs")


class Handler(MotoRequestHandler):
    # An answer is written in two parts; Nagle's algorithm would hold the second back until the client acknowledges the first.
    disable_nagle_algorithm = True

    def log_request(self, *_):
        pass


class Application:
    """The WSGI application: one call at a time, since moto's dictionaries do not bear several threads."""

    def __init__(self, version, corrected):
        self.version = version
        self.corrected = corrected
        self.started_at = int(time.time())
        self.lock = threading.Lock()
        if corrected:
            corrections.apply("core")
        self.moto = DomainDispatcherApplication(self.create_backend)
        self.stop = None

    def create_backend(self, service):
        if self.corrected:
            corrections.apply("ec2")  # other services make their network interfaces and groups through it
            corrections.apply(service)
        return create_backend_app(service)

    def __call__(self, environ, start_response):
        path = environ.get("PATH_INFO", "")
        if path.startswith("/_farsight/"):
            return self.private(environ["REQUEST_METHOD"], path.removeprefix("/_farsight/"), start_response)
        read_body(environ)
        return self.serve(environ, start_response)

    def serve(self, environ, start_response):
        if not self.corrected:
            return self.moto(environ, start_response)
        with self.lock:
            return [b"".join(self.moto(environ, start_response))]

    def private(self, method, name, start_response):
        known = {"health": "GET", "status": "GET", "reset": "POST", "stop": "POST"}
        if known.get(name) != method:
            start_response("404 NOT FOUND", [("Content-Length", "0")])
            return [b""]
        answer = {"pid": os.getpid(), "version": self.version, "started_at": self.started_at}
        if name == "status":
            with self.lock:
                answer["resources"] = status.count()
        if name == "reset":
            self.reset()
        if name == "stop":
            threading.Thread(target=self.stop).start()
        body = json.dumps(answer).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    def reset(self):
        from moto.moto_api._internal.models import moto_api_backend

        with self.lock:
            moto_api_backend.reset()

    def warm_up(self):
        """Loads the services that are asked first while the client still gets ready."""
        for service in WARMED_UP:
            environ = {"HTTP_AUTHORIZATION": f"AWS4 Credential=test/20300101/us-east-1/{service}/aws4_request, S", "PATH_INFO": "/"}
            # Under the lock, so that nobody sees a module that is imported by half.
            with self.lock:
                self.moto.get_application(environ)


def read_body(environ):
    """Takes the body in before the lock, so that a slow client does not hold up the others."""
    length = environ.get("CONTENT_LENGTH") or 0
    body = environ["wsgi.input"].read(int(length)) if length or not environ.get("wsgi.input_terminated") else None
    if body is not None:
        environ["wsgi.input"] = io.BytesIO(body)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0, help="0 chooses a free port")
    parser.add_argument("--ready-file", required=True, help="where the port is written once the server listens")
    parser.add_argument("--version", required=True, help="what the health answer names")
    parser.add_argument("--end-with-stdin", action="store_true", help="stop when standard input is closed")
    parser.add_argument("--uncorrected", action="store_true", help="plain moto, to see what the corrections are for")
    options = parser.parse_args()

    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    application = Application(options.version, not options.uncorrected)
    server = make_server("127.0.0.1", options.port, application, threaded=True, request_handler=Handler)
    server.daemon_threads = True
    application.stop = server.shutdown
    threading.Thread(target=application.warm_up, daemon=True).start()
    if options.end_with_stdin:
        threading.Thread(target=end_with_stdin, daemon=True).start()
    with open(options.ready_file + ".new", "w") as file:
        file.write(str(server.server_port))
    os.replace(options.ready_file + ".new", options.ready_file)
    server.serve_forever(poll_interval=0.05)
    # Nothing is to be kept, and threads that still import or answer are not to hold the process.
    os._exit(0)


def end_with_stdin():
    """Ends with the process that holds the other end of standard input, however that process ends."""
    while sys.stdin.buffer.read(1):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
