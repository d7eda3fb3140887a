"""Settings: flag, then ``STORMBELL_*``, then ``./stormbell.toml`` and its like, then the default.

Each leaf has one name everywhere: ``server.port`` in TOML, ``STORMBELL_SERVER_PORT`` (or ``…_FILE`` naming a file that
holds the value) in the environment, ``--set server.port=…`` as a flag. An unknown name is an error with a suggestion.
"""

import difflib
import ipaddress
import json
import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from app.kernel.errors import StartProblem
from app.kernel.plain_words import plainly
from app.kernel.rate_limits import LimitSettings
from app.kernel.tracing import TracingSettings

M = TypeVar("M", bound=BaseModel)
PREFIX = "STORMBELL_"
# Read by the client commands and by failpoints; not settings of the server.
_OTHER_NAMES = {
    "STORMBELL_URL",
    "STORMBELL_TOKEN",
    "STORMBELL_TOKEN_FILE",
    "STORMBELL_CONFIG",
    "STORMBELL_FAILPOINTS",
}
TOML_PATHS = (
    Path("/etc/stormbell/config.toml"),
    Path("~/.config/stormbell/config.toml"),
    Path("stormbell.toml"),
)


def _split(value: Any) -> Any:
    if isinstance(value, str) and value.lstrip().startswith("["):  # as the file has it
        try:
            return json.loads(value)
        except ValueError as error:
            raise ValueError("is neither a JSON list nor values with commas between them") from error
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


# A list the environment and flags may write as comma-separated text, or as JSON.
CommaList = Annotated[list[str], BeforeValidator(_split)]


class SettingsProblem(StartProblem):
    """A setting is unknown or not valid; the message is one sentence for the person who set it."""


class DataDirectoryUnusable(StartProblem):
    """The data directory cannot be made; the message says which, why and what to do."""


# What a node can be there for. By default every node is there for everything (docs/decisions/0008).
ROLES = ("api", "worker", "leader")


class ServerSettings(BaseModel):
    """How the process listens."""

    model_config = ConfigDict(extra="forbid")
    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="TCP port; 0 takes a free one")
    public_url: str | None = Field(None, description="Address people use, when a proxy stands before")
    allowed_hosts: CommaList = Field([], description="Further Host headers to accept (DNS rebinding guard)")
    trusted_proxies: CommaList = Field(
        [], description="Addresses or networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed"
    )
    tls_certificate: Path | None = Field(None, description="PEM file with the certificate and its chain; serves TLS")
    tls_key: Path | None = Field(None, description="PEM file with the certificate's key")
    insecure: bool = Field(False, description="Allow listening beyond loopback without TLS")
    node_name: str | None = Field(None, description="Name of this node; default: the host's name")
    roles: CommaList = Field(
        list(ROLES), min_length=1, description="What this node is there for: api, worker, leader; default: everything"
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, networks: list[str]) -> list[str]:
        for network in networks:
            try:
                ipaddress.ip_network(network, strict=False)
            except ValueError:
                raise ValueError(f"{network} is no address and no network such as 10.0.0.0/8") from None
        return networks

    @model_validator(mode="after")
    def _has_both(self) -> "ServerSettings":
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("tls_certificate and tls_key are set together or not at all")
        return self

    @field_validator("roles")
    @classmethod
    def _known(cls, roles: list[str]) -> list[str]:
        for role in roles:
            if role not in ROLES:
                raise ValueError(f"there is no role {role}; there are {', '.join(ROLES)}")
        return roles


class DatabaseSettings(BaseModel):
    """The one database."""

    model_config = ConfigDict(extra="forbid")
    url: SecretStr | None = Field(None, description="External PostgreSQL; unset starts the embedded one")
    bin_directory: Path | None = Field(None, description="PostgreSQL binaries for the embedded server")
    pool_size: int = Field(10, ge=2, le=200, description="Connections kept for requests and loops")


class EgressSettings(BaseModel):
    """What the server may connect to on behalf of users."""

    model_config = ConfigDict(extra="forbid")
    allow: CommaList = Field([], description="host, host:port or CIDR that is reachable although private or loopback")
    timeout_seconds: float = Field(30.0, gt=0, description="For one request, connecting included")
    max_bytes: int = Field(64 * 1024**2, gt=0, description="Largest response body, after decompression")


class VaultSettings(BaseModel):
    """What opens stored secrets."""

    model_config = ConfigDict(extra="forbid")
    key: SecretStr | None = Field(
        None, description="Contents of the key file, the same for all nodes; unset: vault.key in the data directory"
    )


class Kernel(BaseModel):
    """The kernel's own sections."""

    model_config = ConfigDict(extra="forbid")
    data_directory: Path = Field(Path("stormbell-data"), description="Where everything this node keeps lives")
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description="Least severity written")
    server: ServerSettings = Field(default_factory=ServerSettings)
    database: DatabaseSettings = Field(default_factory=lambda: DatabaseSettings())
    egress: EgressSettings = Field(default_factory=EgressSettings)
    limits: LimitSettings = Field(default_factory=lambda: LimitSettings())
    tracing: TracingSettings = Field(default_factory=lambda: TracingSettings())
    vault: VaultSettings = Field(default_factory=lambda: VaultSettings())


class Settings:
    """All settings of one process: the kernel's and one section per module that has any."""

    def __init__(self, kernel: Kernel, sections: Mapping[str, BaseModel], origins: Mapping[str, str]) -> None:
        self.kernel = kernel
        self.sections = dict(sections)
        self.origins = dict(origins)

    @property
    def data_directory(self) -> Path:
        """Return the absolute data directory."""
        return self.kernel.data_directory.expanduser().absolute()

    def made_data_directory(self) -> Path:
        """Make the data directory unless it is there, and return it. Raises DataDirectoryUnusable."""
        directory = self.data_directory
        try:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise DataDirectoryUnusable(
                f"the data directory {directory} cannot be made: {error.strerror}; name another with --data"
            ) from error
        return directory

    def of(self, model: type[M]) -> M:
        """Return the section of a module by its model."""
        for section in self.sections.values():
            if isinstance(section, model):
                return section
        return model()

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Yield (name, value, origin) of every leaf, secrets hidden."""
        for name, value in _leaves(self.kernel, self.sections):
            yield name, str(value), self.origins.get(name, "default")


def load(
    sections: Mapping[str, type[BaseModel]],
    *,
    flags: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
    toml_paths: Sequence[Path] = TOML_PATHS,
) -> Settings:
    """Read all sources. Raises SettingsProblem with one sentence naming the setting, the source and the fix."""
    environ = os.environ if environ is None else environ
    names = _names(Kernel, sections)
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}

    def take(name: str, value: Any, origin: str, shown: str) -> None:
        if name not in names:
            near = difflib.get_close_matches(name, names, 1, 0.5)
            raise SettingsProblem(
                f"{shown} in {origin} is not a setting" + (f"; did you mean {near[0]}?" if near else "")
            )
        values[name], origins[name] = value, origin

    paths = [Path(environ["STORMBELL_CONFIG"])] if "STORMBELL_CONFIG" in environ else toml_paths
    for path in paths:
        if (expanded := path.expanduser()).is_file():
            try:
                document = tomllib.loads(expanded.read_text())
            except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
                raise SettingsProblem(f"{expanded} cannot be read: {error}") from error
            for name, value in _flatten(document, names):
                take(name, value, str(expanded), name)
    by_variable = {PREFIX + name.replace(".", "_").upper(): name for name in names}
    for variable, value in sorted(environ.items()):
        if not variable.startswith(PREFIX) or variable in _OTHER_NAMES:
            continue
        if variable in by_variable:
            take(by_variable[variable], value, "the environment", variable)
        elif variable.removesuffix("_FILE") in by_variable:
            try:
                secret = Path(value).read_text().rstrip("\n")
            except OSError as error:
                raise SettingsProblem(f"{variable} names {value}, which cannot be read: {error.strerror}") from error
            take(by_variable[variable.removesuffix("_FILE")], secret, f"the file {variable} names", variable)
        else:
            near = difflib.get_close_matches(variable, by_variable, 1, 0.5)
            raise SettingsProblem(
                f"{variable} in the environment is not a setting" + (f"; did you mean {near[0]}?" if near else "")
            )
    for name, value in (flags or {}).items():
        take(name, value, "a flag", name)
    return _build(names, sections, values, origins)


def _build(
    names: set[str],
    sections: Mapping[str, type[BaseModel]],
    values: Mapping[str, Any],
    origins: Mapping[str, str],
) -> Settings:
    tree: dict[str, Any] = {}
    for name, value in values.items():
        *parents, leaf = name.split(".")
        branch = tree
        for parent in parents:
            branch = branch.setdefault(parent, {})
        branch[leaf] = value
    try:
        kernel = Kernel.model_validate({k: v for k, v in tree.items() if k not in sections})
        built = {n: model.model_validate(tree.get(n, {})) for n, model in sections.items()}
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        full = next((n for n in names if n == name or n.endswith(f".{name}")), name)
        origin = origins.get(full, "its default")
        raise SettingsProblem(f"{full} from {origin} is not valid: {plainly(first)}") from error
    return Settings(kernel, built, origins)


def _names(model: type[BaseModel], sections: Mapping[str, type[BaseModel]], prefix: str = "") -> set[str]:
    names: set[str] = set()
    for name, info in model.model_fields.items():
        inner = info.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            names |= _names(inner, {}, f"{prefix}{name}.")
        else:
            names.add(prefix + name)
    for name, section in sections.items():
        names |= _names(section, {}, f"{name}.")
    return names


def _flatten(document: Mapping[str, Any], names: set[str], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in document.items():
        if isinstance(value, dict) and prefix + key not in names:
            yield from _flatten(value, names, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def _leaves(kernel: BaseModel, sections: Mapping[str, BaseModel], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name in type(kernel).model_fields:
        value = getattr(kernel, name)
        if isinstance(value, BaseModel):
            yield from _leaves(value, {}, f"{prefix}{name}.")
        else:
            yield prefix + name, value
    for name, section in sections.items():
        yield from _leaves(section, {}, f"{name}.")
