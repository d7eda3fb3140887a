"""Where every storage driver is tried: real servers of this machine, each started once and only when asked for."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.kernel import drivers
from app.kernel.http import GuardedClient
from app.kernel.settings import EgressSettings
from app.modules.credentials import Bearer, Password, S3Keys, Secret, SshIdentity
from app.modules.data.errors import GrantExpired
from app.modules.data.storage import KIND, Access, Storage
from tests.sites.blob_stores import ACCOUNT, KEY, TOKEN, Blobs, blob_store
from tests.sites.dropbox import Dropbox, dropbox
from tests.sites.login_node import LoginNode, login_node
from tests.sites.storage_servers import (
    ACCESS_KEY,
    BUCKET,
    PASSWORD,
    SECRET_KEY,
    USER,
    Server,
    rclone,
    seaweed,
    wsgidav,
)

_numbers = itertools.count(1)


class Login:
    """A login that is one secret."""

    def __init__(self, secret: Secret | None) -> None:
        self.given = secret
        self.refusals = 0

    async def secret(self) -> Secret | None:
        return self.given

    async def refused(self) -> None:
        self.refusals += 1
        raise GrantExpired("it is refused")


@dataclass
class Servers:
    """Those that run already."""

    directory: Path
    stack: ExitStack
    running: dict[str, Server] = field(default_factory=dict)
    login_nodes: list[LoginNode] = field(default_factory=list)
    box: Dropbox | None = None
    stores: dict[str, Blobs] = field(default_factory=dict)

    def blobs(self, kind: str) -> Blobs:
        if kind not in self.stores:
            self.stores[kind] = self.stack.enter_context(blob_store(kind))
        return self.stores[kind]

    def dropbox(self) -> Dropbox:
        if self.box is None:
            self.box = self.stack.enter_context(dropbox())
        return self.box

    def get(self, name: str) -> Server:
        if name not in self.running:
            directory = self.directory / name
            directory.mkdir()
            starts: dict[str, Callable[[], Any]] = {
                "seaweed": lambda: seaweed(directory),
                "rclone-webdav": lambda: rclone("webdav", directory),
                "wsgidav": lambda: wsgidav(directory),
            }
            self.running[name] = self.stack.enter_context(starts[name]())
        return self.running[name]

    def login_node(self) -> LoginNode:
        """Return an OpenSSH server."""
        if not self.login_nodes:
            self.login_nodes.append(self.stack.enter_context(login_node(self.directory / "sshd")))
        return self.login_nodes[0]


@contextmanager
def servers_in(directory: Path) -> Iterator[Servers]:
    """Have servers run while they are needed."""
    with ExitStack() as stack:
        yield Servers(directory, stack)


@dataclass(frozen=True)
class Place:
    """A driver's settings and login; ``directory`` is what it stores in, where that is one of this machine."""

    driver: str
    settings: dict[str, Any]
    secret: Secret | None = None
    directory: Path | None = None


def _local(_servers: Servers, path: Path) -> Place:
    return Place("local", {"directory": str(path / "storage")}, directory=path / "storage")


def _seaweed(servers: Servers, _path: Path) -> Place:
    settings = {"endpoint": servers.get("seaweed").url, "bucket": BUCKET, "prefix": f"below/this/{next(_numbers)}"}
    return Place("s3", settings, S3Keys(ACCESS_KEY, SECRET_KEY))


def _webdav(server: str, secret: Secret | None) -> "Callable[[Servers, Path], Place]":
    def place(servers: Servers, _path: Path) -> Place:
        running = servers.get(server)
        name = f"place {next(_numbers)}"
        (running.directory / name).mkdir()
        url = f"{running.url}/{name.replace(' ', '%20')}/"
        return Place("webdav", {"url": url}, secret, running.directory / name)

    return place


def _template(servers: Servers, path: Path) -> Place:
    below = _webdav("rclone-webdav", None)(servers, path)
    assert below.directory is not None
    (below.directory / "a" / "b").mkdir(parents=True)  # the services this is for make directories by themselves
    url = below.settings["url"] + "{path}"
    calls = {name: {"method": method, "url": url} for name, method in (("get", "GET"), ("put", "PUT"))}
    settings = {**calls, "delete": {"method": "DELETE", "url": url}}
    return Place("http_template", settings, Password(USER, PASSWORD), below.directory)


def _dropbox(servers: Servers, _path: Path) -> Place:
    url = servers.dropbox().url
    settings = {"api_url": url, "content_url": url, "folder": f"Apps/Stormbell {next(_numbers)}"}
    return Place("dropbox", settings, Bearer("token-one"))


def _http(servers: Servers, path: Path) -> Place:
    below = _webdav("rclone-webdav", None)(servers, path)
    return Place("http", {"url": below.settings["url"]}, Password(USER, PASSWORD), below.directory)


def _sftp(servers: Servers, _path: Path) -> Place:
    node = servers.login_node()
    directory = servers.directory / "files over ssh" / str(next(_numbers))
    settings = {"host": "127.0.0.1", "port": node.port, "directory": str(directory), "host_keys": [node.host_key]}
    return Place("sftp", settings, SshIdentity(node.user, node.key, node.public_key), directory)


def _opendal_fs(_servers: Servers, path: Path) -> Place:
    return Place("opendal", {"service": "fs", "options": {"root": str(path / "storage")}}, directory=path / "storage")


def _opendal_s3(servers: Servers, _path: Path) -> Place:
    options = {"endpoint": servers.get("seaweed").url, "bucket": BUCKET, "region": "us-east-1"}
    options["root"] = f"/by/opendal/{next(_numbers)}"
    return Place("opendal", {"service": "s3", "options": options}, S3Keys(ACCESS_KEY, SECRET_KEY))


def _gcs(servers: Servers, _path: Path) -> Place:
    settings = {"endpoint": servers.blobs("gcs").url, "bucket": "bucket", "prefix": f"below/{next(_numbers)}"}
    return Place("gcs", settings, Bearer(TOKEN))


def _azure(servers: Servers, _path: Path) -> Place:
    settings = {"endpoint": servers.blobs("azure").url, "account": ACCOUNT, "container": "container"}
    return Place("azure", settings | {"prefix": f"below/{next(_numbers)}"}, Password(ACCOUNT, KEY))


# Those that everything is tried on.
PLACES: dict[str, Callable[[Servers, Path], Place]] = {
    "local": _local,
    "s3-seaweed": _seaweed,
    "webdav-rclone": _webdav("rclone-webdav", Password(USER, PASSWORD)),
    "webdav-wsgidav": _webdav("wsgidav", None),
    "http_template": _template,
    "dropbox": _dropbox,
    "sftp": _sftp,
    "opendal-fs": _opendal_fs,
    "opendal-s3": _opendal_s3,
    "gcs": _gcs,
    "azure": _azure,
}
# Those that only give what is put behind them.
READING: dict[str, Callable[[Servers, Path], Place]] = {"http": _http}
# Those that have tests of their own, because they need more than a server.
ELSEWHERE = {
    "database": "tests/modules/data/test_database_storage.py",
    "postgresql": "tests/modules/data/test_queries.py",
}


def open_place(place: Place, http: GuardedClient) -> Storage:
    """Make the driver of a place."""
    module = drivers.load(KIND, place.driver)
    access = Access(http, Login(place.secret), None, "sto_test")  # type: ignore[arg-type]  # none of these has a database
    opened: Storage = module.Storage(module.Settings.model_validate(place.settings), access)
    return opened


def guarded() -> GuardedClient:
    """Return a client that may reach this machine."""
    return GuardedClient(EgressSettings(allow=["127.0.0.1/32"]))
