"""A stand-in for a Kubernetes API server with its Job controller and one node, as the API reference describes them.

It speaks TLS and wants a token; Jobs (batch/v1) and Pods of one namespace, with resource versions, pages and their end
(410). A Pod is a process of this host, so what images, volumes and limits do is not shown by tests over it.
"""

import ipaddress
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.sites.kubernetes_node import KubernetesNode

TOKEN = "service-account-token-of-no-worth"
JOBS, PODS = "/apis/batch/v1/namespaces/default/jobs", "/api/v1/namespaces/default/pods"
_WORDS = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    409: "AlreadyExists",
    410: "Expired",
}
_WORDS |= {415: "UnsupportedMediaType", 422: "Invalid", 503: "ServiceUnavailable"}


@dataclass
class KubernetesApi:
    """One that runs; ``ca`` is the certificate to trust."""

    url: str
    ca: str
    node: KubernetesNode
    is_up: bool = True
    # The next page of a list is asked for too late.
    expires_next_page: bool = False
    page_size: int = 500
    # The account may see nothing beyond its namespace.
    hides_nodes: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)

    def answers(self, *, yes: bool) -> None:
        """Have requests answered, or turned away; what runs goes on."""
        self.is_up = yes


class Refused(Exception):
    """What is answered with a Status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


@contextmanager
def kubernetes_api(folder: Path, *, cores: int = 2) -> Iterator[KubernetesApi]:
    """Serve until left; what still runs then is ended."""
    folder.mkdir(parents=True)
    ca = _certificate(folder)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            api.asked.append((self.command, self.path))
            try:
                status, found = _answer(api, self.command, self.path, dict(self.headers.items()), body)
            except Refused as refused:
                status = refused.status
                found = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": status}
                found |= {"reason": _WORDS[status], "message": refused.message}
            said = json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815 (the library's names)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    api = KubernetesApi(f"https://127.0.0.1:{server.server_port}", ca, KubernetesNode(cores))
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    serving.start()
    api.node.start()
    try:
        yield api
    finally:
        api.node.stop()
        server.shutdown()
        serving.join()
        server.server_close()


def _answer(api: KubernetesApi, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
    if not api.is_up:
        raise Refused(503, "the server is currently unable to handle the request")
    if headers.get("Authorization") != f"Bearer {TOKEN}":
        raise Refused(401, "Unauthorized")
    parts = urlsplit(path)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if (method, parts.path) == ("GET", "/api/v1/nodes"):
        if api.hides_nodes:
            raise Refused(403, 'nodes is forbidden: cannot list resource "nodes" in API group "" at the cluster scope')
        return 200, {"kind": "NodeList", "apiVersion": "v1", "metadata": {}, "items": [api.node.as_object()]}
    for collection, objects in ((JOBS, api.node.jobs), (PODS, api.node.pods)):
        if parts.path == collection or parts.path.startswith(f"{collection}/"):
            with api.node.lock:
                status, found = _on(api, method, objects, parts.path[len(collection) + 1 :], query, headers, body)
                return status, deepcopy(found)
    raise Refused(404, "the server could not find the requested resource")


def _on(
    api: KubernetesApi,
    method: str,
    objects: dict[str, Any],
    name: str,
    query: dict[str, str],
    headers: dict[str, str],
    body: bytes,
) -> tuple[int, Any]:
    if method == "GET" and not name:
        return 200, _list(api, objects, query)
    if method == "POST" and not name and objects is api.node.jobs:
        return 201, api.node.make(_checked(api, json.loads(body)))
    if name not in objects:
        raise Refused(404, f'"{name}" not found')
    if method == "GET":
        return 200, objects[name]
    if method == "PATCH" and objects is api.node.jobs:
        if headers.get("Content-Type") != "application/merge-patch+json":
            raise Refused(415, "the body of the request was in an unknown format")
        _merge(objects[name], json.loads(body))
        api.node.touch(objects[name])
        return 200, objects[name]
    if method == "DELETE":
        found = objects[name]
        api.node.remove(found, orphans=query.get("propagationPolicy") not in ("Background", "Foreground"))
        return 200, found
    raise Refused(400, "not understood")


def _list(api: KubernetesApi, objects: dict[str, Any], query: dict[str, str]) -> Any:
    label, _, value = query.get("labelSelector", "").partition("=")
    found = [one for one in objects.values() if not label or one["metadata"].get("labels", {}).get(label) == value]
    first = int(query.get("continue", "0"))
    if first and api.expires_next_page:
        api.expires_next_page = False
        raise Refused(410, "The provided continue parameter is too old to display a consistent list result.")
    most = min(int(query["limit"]), api.page_size) if "limit" in query else len(found)
    metadata = {"resourceVersion": str(api.node.version)}
    if first + most < len(found):
        metadata["continue"] = str(first + most)
    return {"kind": "List", "apiVersion": "v1", "metadata": metadata, "items": found[first : first + most]}


def _checked(api: KubernetesApi, job: Any) -> Any:
    name, spec = job["metadata"]["name"], job["spec"]
    if len(name) > 63 or not all(one.isalnum() or one == "-" for one in name) or name != name.lower():
        raise Refused(422, f'Job.batch "{name}" is invalid: metadata.name: Invalid value')
    if spec["template"]["spec"]["restartPolicy"] not in ("Never", "OnFailure"):
        raise Refused(422, f'Job.batch "{name}" is invalid: spec.template.spec.restartPolicy: Required value')
    if "backoffLimitPerIndex" in spec and spec.get("completionMode") != "Indexed":
        raise Refused(422, f'Job.batch "{name}" is invalid: spec.backoffLimitPerIndex: Invalid value')
    if name in api.node.jobs:
        raise Refused(409, f'jobs.batch "{name}" already exists')
    return job


def _merge(target: dict[str, Any], change: dict[str, Any]) -> None:
    """Apply a JSON merge patch (RFC 7386)."""
    for name, value in change.items():
        if value is None:
            target.pop(name, None)
        elif isinstance(value, dict):
            _merge(target.setdefault(name, {}), value)
        else:
            target[name] = value


def _certificate(folder: Path) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "stand-in")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    unlocked = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, unlocked)
    (folder / "key.pem").write_bytes(pem)
    ca = made.public_bytes(serialization.Encoding.PEM)
    (folder / "cert.pem").write_bytes(ca)
    return ca.decode()
