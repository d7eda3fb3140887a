"""The peers: one file each, in environments of their own: they hold back packages of ours and each other's."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Peer:
    """One peer: ``name`` is its module here, ``group`` the dependency group in pyproject.toml that has it."""

    name: str
    shown: str
    package: str
    needs: Literal["postgres", "redis", "nothing"]
    group: str = "bench-peers"

    @property
    def python(self) -> Path:
        """Return the interpreter of its environment, which may not be there."""
        return environment(self.group) / "bin" / "python"

    def version(self) -> str | None:
        """Return the installed version, ``None`` when it is not installed."""
        name = self.package.replace("-", "_")
        found = sorted(environment(self.group).glob(f"lib/python*/site-packages/{name}-*.dist-info"))
        return found[0].name.removesuffix(".dist-info").split("-")[1] if found else None


PEERS = (
    Peer("pgqueuer", "pgqueuer", "pgqueuer", "postgres"),
    Peer("procrastinate", "procrastinate", "procrastinate", "postgres"),
    Peer("celery", "Celery solo", "celery", "redis"),
    Peer("taskiq", "taskiq-redis", "taskiq", "redis"),
    # It wants redis < 6, taskiq-redis redis >= 8.
    Peer("arq", "arq", "arq", "redis", group="bench-arq"),
    Peer("dbos", "DBOS", "dbos", "postgres"),
)
# Beside our workflows and arrivals.
DBOS_WORKFLOWS = Peer("dbos_workflows", "DBOS", "dbos", "postgres")
PREFECT_WORKFLOWS = Peer("prefect_workflows", "Prefect", "prefect", "postgres", group="bench-prefect")
NATS_INGEST = Peer("nats_ingest", "NATS JetStream", "nats-py", "nothing")
GROUPS = tuple(dict.fromkeys(peer.group for peer in (*PEERS, DBOS_WORKFLOWS, PREFECT_WORKFLOWS, NATS_INGEST)))
INSTALL = "python -m benchmarks.peers"


def environment(group: str) -> Path:
    """Return where the environment of a dependency group is, or would be."""
    return ROOT / ".venv" / group
