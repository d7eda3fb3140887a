"""Machines with batch systems as the tests reach them: fixtures, started once a session, for a module to import."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass

import pytest

from app.modules.machines.transport.ssh import Settings, Transport
from tests.sites import docker_engine as docker
from tests.sites import grid_engine as sge
from tests.sites import slurm_cluster as slurm
from tests.sites import slurm_rest
from tests.sites.kubernetes_api import KubernetesApi, kubernetes_api
from tests.sites.login_node import LoginNode, login_node
from tests.sites.machine_login import settings_of, surroundings_of
from tests.sites.pbs_server import PbsServer, pbs_server
from tests.sites.ssh_server import MISSING, SSHD


@dataclass
class SlurmMachine:
    """A cluster and the node one logs in to; ``rest`` is the address of its slurmrestd, if it has one."""

    cluster: slurm.SlurmCluster
    login: LoginNode
    rest: str | None = None


@pytest.fixture(scope="session")
def slurm_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlurmMachine]:
    """Slurm with accounting, over SSH: one node of two cores."""
    if (why := slurm.missing(accounting=True)) is not None or SSHD is None:
        pytest.skip(why or MISSING)
    folder = tmp_path_factory.mktemp("slurm")
    has_rest = slurm_rest.missing() is None
    more = slurm_rest.conf(folder) if has_rest else ""
    with ExitStack() as left:
        cluster = left.enter_context(slurm.slurm_cluster(folder / "alpha", "alpha", accounting=True, more=more))
        environment = {"SLURM_CONF": cluster.environment["SLURM_CONF"]}
        login = left.enter_context(login_node(folder / "login", environment=environment))
        rest = left.enter_context(slurm_rest.slurmrestd(cluster)) if has_rest else None
        yield SlurmMachine(cluster, login, rest)


@pytest.fixture(scope="session")
def slurmrestd_machine(slurm_machine: SlurmMachine) -> SlurmMachine:
    """The same, where slurmrestd is asked."""
    if slurm_machine.rest is None:
        pytest.skip(slurm_rest.missing() or "")
    return slurm_machine


@pytest.fixture(scope="session")
def forgetful_slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlurmMachine]:
    """Slurm without accounting that forgets what ended after two seconds, over SSH: two nodes of two cores."""
    if (why := slurm.missing()) is not None or SSHD is None:
        pytest.skip(why or MISSING)
    folder = tmp_path_factory.mktemp("slurm")
    with slurm.slurm_cluster(folder / "beta", "beta", nodes=2, job_age=2) as cluster:
        environment = {"SLURM_CONF": cluster.environment["SLURM_CONF"]}
        with login_node(folder / "login", environment=environment) as login:
            yield SlurmMachine(cluster, login)


@dataclass
class PbsMachine:
    """A PBS and the node one logs in to."""

    server: PbsServer
    login: LoginNode


@pytest.fixture(scope="session")
def pbs_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PbsMachine]:
    """The stand-in for PBS, with two cores, over SSH."""
    if SSHD is None:
        pytest.skip(MISSING)
    folder = tmp_path_factory.mktemp("pbs")
    server = pbs_server(folder / "pbs")
    with login_node(folder / "login", environment={"PATH": f"{server.bin}:/usr/local/bin:/usr/bin:/bin"}) as login:
        yield PbsMachine(server, login)


@pytest.fixture(scope="session")
def grid_engine_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoginNode]:
    """A real Grid Engine with two slots, over SSH."""
    if (why := sge.missing()) is not None or SSHD is None:
        pytest.skip(why or MISSING)
    folder = tmp_path_factory.mktemp("sge")
    with sge.grid_engine(folder / "sge"), login_node(folder / "login", environment=sge.ENVIRONMENT) as login:
        yield login


@dataclass
class DockerMachine:
    """An engine and the node one logs in to."""

    engine: docker.DockerEngine
    login: LoginNode


@pytest.fixture(scope="session")
def docker_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DockerMachine]:
    """A real Docker engine, over SSH."""
    if (why := docker.missing()) is not None or SSHD is None:
        pytest.skip(why or MISSING)
    folder = tmp_path_factory.mktemp("docker")
    with docker.docker_engine(folder / "docker") as engine, login_node(folder / "login") as login:
        yield DockerMachine(engine, login)


@dataclass
class KubernetesMachine:
    """The stand-in for an API server, and the node one logs in to that sees the volume of its pods."""

    api: KubernetesApi
    login: LoginNode


@pytest.fixture(scope="session")
def kubernetes_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KubernetesMachine]:
    """The stand-in for Kubernetes, with two cores, and files over SSH."""
    if SSHD is None:
        pytest.skip(MISSING)
    folder = tmp_path_factory.mktemp("kubernetes")
    with kubernetes_api(folder / "api") as api, login_node(folder / "login") as login:
        yield KubernetesMachine(api, login)


@asynccontextmanager
async def logged_in(login: LoginNode, **settings: object) -> AsyncIterator[Transport]:
    """Connect as a machine's transport does."""
    transport = Transport(Settings.model_validate(settings_of(login, **settings)), surroundings_of(login))
    try:
        yield transport
    finally:
        await transport.close()
