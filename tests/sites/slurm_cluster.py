"""A real Slurm on loopback, as many as wanted: a controller, nodes, its own munge, and accounting if asked for.

Several slurmd on one host, without cgroups: what the nodes claim to have need not be there. Needs root and Debian's
packages (``python -m tools.sites`` installs them).
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_PATH = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/sbin:/bin"
_NEEDED = ("slurmctld", "slurmd", "sbatch", "munged")
_NEEDED_FOR_ACCOUNTING = ("slurmdbd", "mariadbd", "mariadb-install-db")


def missing(*, accounting: bool = False) -> str | None:
    """Say why there can be no cluster here."""
    if os.geteuid() != 0:
        return "a Slurm cluster is started as root only"
    wanted = (*_NEEDED, *(_NEEDED_FOR_ACCOUNTING if accounting else ()))
    absent = [name for name in wanted if shutil.which(name, path=_PATH) is None]
    return f"{', '.join(absent)} not installed (python -m tools.sites)" if absent else None


_CONF = """
ClusterName={name}
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={munge}
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=1
MpiDefault=none
SwitchType=switch/none
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=sched_min_interval=20000,sched_interval=1,batch_sched_delay=0,defer_batch=0,bf_interval=1
PriorityType=priority/basic
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
MinJobAge={job_age}
MaxJobCount=20000
MaxArraySize=2001
CompleteWait=0
KillWait=3
InactiveLimit=0
SlurmctldTimeout=10
SlurmdTimeout=30
MessageTimeout=3
ReturnToService=2
MailProg=/bin/true
{accounting}
NodeName=DEFAULT CPUs={cores} RealMemory={memory_mib} State=UNKNOWN
NodeName={name}[1-{nodes}] NodeHostname={host} NodeAddr=127.0.0.1 Port=[{first}-{last}]
PartitionName=normal Nodes=ALL Default=YES MaxTime=1-00:00:00 DefaultTime=00:10:00 PriorityTier=1 State=UP
PartitionName=urgent Nodes=ALL MaxTime=04:00:00 DefaultTime=00:10:00 PriorityTier=100 PreemptMode=OFF State=UP
"""
_ACCOUNTING = """
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort={port}
AccountingStoragePass={munge}
"""
_DBD = """
AuthType=auth/munge
AuthInfo=socket={munge}
DbdHost=localhost
DbdAddr=127.0.0.1
DbdPort={port}
SlurmUser=root
PidFile={folder}/slurmdbd.pid
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort={database_port}
StorageUser=slurm
StoragePass=of-no-worth
StorageLoc=slurm
"""
_DATABASE = """
CREATE DATABASE slurm;
CREATE USER 'slurm'@'127.0.0.1' IDENTIFIED BY 'of-no-worth';
GRANT ALL ON slurm.* TO 'slurm'@'127.0.0.1';
"""


@dataclass
class SlurmCluster:
    """One that runs."""

    folder: Path
    name: str
    cores: int
    environment: dict[str, str]
    controller: "subprocess.Popen[bytes]"
    daemons: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def ask(self, *command: str) -> str:
        """Return what one of Slurm's commands prints."""
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=60, check=False, cwd=self.folder
        )
        assert done.returncode == 0, f"{command}: {done.stderr}"
        return done.stdout

    def stop_controller(self) -> None:
        """Have nobody answer."""
        stop([self.controller])

    def start_controller(self) -> None:
        """Have it answer again."""
        self.controller = start(self.folder, "slurmctld", ["-D", "-f", str(self.folder / "slurm.conf")], {})
        until(self.answers, "slurmctld does not answer", self.folder)

    def answers(self) -> bool:
        """Say whether the controller does."""
        done = subprocess.run(["sinfo", "-h"], env=self.environment, capture_output=True, timeout=60, check=False)
        return done.returncode == 0


@contextmanager
def slurm_cluster(
    folder: Path,
    name: str,
    *,
    nodes: int = 1,
    cores: int = 2,
    memory_mib: int = 16_000,
    accounting: bool = False,
    job_age: int = 300,
    more: str = "",
    most_submitted: int | None = None,
) -> Iterator[SlurmCluster]:
    """Run a cluster until left; what still runs on it then is ended. ``more`` is for its and its accounting's conf.

    ``most_submitted`` jobs of a user are taken at a time; it needs accounting.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as left:
        munge = left.enter_context(_munge(folder))
        extra = "AccountingStorageType=accounting_storage/none"
        if accounting:
            extra = _ACCOUNTING.format(port=left.enter_context(_accounting(folder, munge, more)), munge=munge)
            if most_submitted is not None:
                extra += "AccountingStorageEnforce=limits\n"
        port, *ports = free_ports(nodes + 1)
        (folder / "state").mkdir()
        conf = folder / "slurm.conf"
        conf.write_text(
            _CONF.format(
                name=name,
                host=socket.gethostname(),
                port=port,
                munge=munge,
                folder=folder,
                job_age=job_age,
                accounting=f"{extra}\n{more}",
                nodes=nodes,
                cores=cores,
                memory_mib=memory_mib,
                first=ports[0],
                last=ports[-1],
            )
        )
        environment = {"PATH": _PATH, "SLURM_CONF": str(conf), "HOME": str(folder)}
        cluster = SlurmCluster(
            folder, name, nodes * cores, environment, start(folder, "slurmctld", ["-D", "-f", str(conf)], {})
        )
        left.callback(lambda: stop([*cluster.daemons, cluster.controller]))
        until(cluster.answers, "slurmctld does not answer", folder)
        for number in range(1, nodes + 1):
            node = f"{name}{number}"
            (folder / f"spool-{node}").mkdir()
            cluster.daemons.append(start(folder, "slurmd", ["-D", "-N", node, "-f", str(conf)], {}, log=node))
        idle = ("sinfo", "-h", "-N", "-p", "normal", "-t", "idle", "-o", "%N")
        until(lambda: len(cluster.ask(*idle).split()) == nodes, "the nodes do not come up", folder)
        left.callback(_end_jobs, cluster)
        if most_submitted is not None:
            _limit(cluster, most_submitted)
        yield cluster


def until(done: Callable[[], bool], otherwise: str, folder: Path, seconds: float = 30) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + seconds
    while not done():
        logs = {one.name: one.read_text(errors="replace")[-600:] for one in folder.glob("*.log")}
        assert time.monotonic() < deadline, f"{otherwise}: {logs}"
        time.sleep(0.03)


def _limit(cluster: SlurmCluster, most_submitted: int) -> None:
    cluster.ask("sacctmgr", "-i", "modify", "qos", "normal", "set", f"MaxSubmitJobsPerUser={most_submitted}")
    cluster.ask("sacctmgr", "-i", "modify", "user", "root", "set", "qos=normal", "defaultqos=normal")
    held = ("sbatch", "--hold", "--wrap=true", "--output=/dev/null")

    def is_known() -> bool:
        done = subprocess.run(held, env=cluster.environment, capture_output=True, timeout=60, check=False, cwd="/")
        return b"QOSMaxSubmitJobPerUserLimit" in done.stderr

    until(is_known, "the controller does not know the limit", cluster.folder)
    _end_jobs(cluster)


def _end_jobs(cluster: SlurmCluster) -> None:
    if cluster.controller.poll() is not None:
        cluster.start_controller()
    cluster.ask("scancel", "--user=root", "--full")
    until(lambda: not cluster.ask("squeue", "-h").strip(), "jobs do not end", cluster.folder)


@contextmanager
def _munge(folder: Path) -> Iterator[Path]:
    key, sock = folder / "munge.key", folder / "munge.socket"
    key.write_bytes(os.urandom(128))
    key.chmod(0o600)
    options: dict[str, object] = {
        "socket": sock,
        "key-file": key,
        "log-file": folder / "munged.log",
        "pid-file": folder / "munged.pid",
    }
    options |= {"seed-file": folder / "munge.seed", "num-threads": 2}
    given = [f"--{name}={value}" for name, value in options.items()]
    process = start(folder, "munged", ["--foreground", "--force", *given], {}, log="munged-said")
    try:
        until(sock.exists, "munged does not listen", folder)
        yield sock
    finally:
        stop([process])


@contextmanager
def _accounting(folder: Path, munge: Path, more: str) -> Iterator[int]:
    port, database_port = free_ports(2)
    data = folder / "database"
    with ExitStack() as left:
        install = ["--user=root", f"--datadir={data}", "--auth-root-authentication-method=socket", "--skip-test-db"]
        subprocess.run(
            ["mariadb-install-db", "--no-defaults", *install],
            check=True,
            capture_output=True,
            timeout=60,
            env={"PATH": _PATH},
        )
        sock = Path(f"/tmp/sb-{database_port}.sock")
        given = [f"--datadir={data}", f"--socket={sock}", f"--port={database_port}", "--bind-address=127.0.0.1"]
        quick = ["--innodb-buffer-pool-size=64M", "--innodb-flush-log-at-trx-commit=2", "--skip-log-bin"]
        quick.append("--innodb-log-file-size=8M")
        server = ["--no-defaults", "--user=root", "--skip-name-resolve", "--innodb-lock-wait-timeout=900"]
        database = start(folder, "mariadbd", [*server, *given, *quick], {})
        left.callback(lambda: stop([database]))
        until(sock.exists, "mariadbd does not listen", folder)
        client = ["mariadb", "--no-defaults", f"--socket={sock}", "-u", "root", "-e", _DATABASE]
        subprocess.run(client, check=True, capture_output=True, timeout=60, env={"PATH": _PATH})
        place = folder / "accounting"
        place.mkdir()
        conf = place / "slurmdbd.conf"
        conf.write_text(_DBD.format(munge=munge, port=port, folder=folder, database_port=database_port) + more)
        conf.chmod(0o600)
        # It looks for its configuration beside the slurm.conf it is told of.
        (place / "slurm.conf").write_text(
            f"ClusterName=none\nSlurmctldHost=localhost\nAuthInfo=socket={munge}\nNodeName=none\n"
            + _ACCOUNTING.format(port=port, munge=munge)
        )
        environment = {"SLURM_CONF": str(place / "slurm.conf")}
        keeper = start(folder, "slurmdbd", ["-D"], environment)
        left.callback(lambda: stop([keeper]))
        until(lambda: listens(port), "slurmdbd does not listen", folder)
        yield port


def start(
    folder: Path, program: str, arguments: Sequence[str], environment: Mapping[str, str], *, log: str | None = None
) -> "subprocess.Popen[bytes]":
    """Start one of its programs."""
    found = shutil.which(program, path=_PATH)
    assert found is not None
    with (folder / f"{log or program}.log").open("ab") as file:
        return subprocess.Popen(
            [found, *arguments],
            env={"PATH": _PATH, "HOME": str(folder), **environment},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )


def stop(processes: "Sequence[subprocess.Popen[bytes]]") -> None:
    """End what was started."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def listens(port: int) -> bool:
    """Say whether somebody does on a port of loopback."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def free_ports(count: int) -> list[int]:
    """Return neighbouring ports that nobody has."""
    while True:
        with socket.socket() as first:
            first.bind(("127.0.0.1", 0))
            begin = first.getsockname()[1] + 1
        held: list[socket.socket] = []
        try:
            for port in range(begin, begin + count):
                held.append(socket.socket())
                held[-1].bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            continue
        finally:
            for one in held:
                one.close()
        return list(range(begin, begin + count))
