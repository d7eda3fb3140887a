"""What saturates first when many nodes share one PostgreSQL: on paper, and simulated event by event.

Run: python -m tools.fleet_model. It prints the tables of docs/explanation/fleet.md, and puts them there with --write.
"""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

from tools.fleet_figures import ASSUMED, MEASURED, Assumed, Measured
from tools.fleet_simulation import GATHER_SECONDS, Costs, Outcome, simulate

DAY = 86_400.0
JOBS_A_DAY = 1e9
MEAN = JOBS_A_DAY / DAY
PEAK = 50_000.0
NODES = 1_000
FULL = 0.7  # of a part: what is left is for the hours that are worse
PAGE = Path(__file__).resolve().parent.parent / "docs" / "explanation" / "fleet.md"
BEGIN, END = "<!-- python -m tools.fleet_model -->", "<!-- end -->"


XIDS = "transaction numbers (2^31 a day)"


@dataclass(frozen=True)
class Fleet:
    """Nodes that share one PostgreSQL and the jobs a second that arrive at them, evenly. ``hinting``: as built."""

    nodes: int
    rate: float
    hinting: bool = True

    @property
    def statements(self) -> list[tuple[float, float]]:
        """Return seconds of a processor and calls a second of enqueue, claim and finish.

        Jobs share a call with those that come to the same node while the call before is under way.
        """
        c = costs()
        each = [(c.enqueue, c.flush), (c.claim, c.flush), (c.finish, c.flush + GATHER_SECONDS)]
        return [(cpu, self.rate / (1 + self.rate / self.nodes * (cpu + wait))) for cpu, wait in each]

    @property
    def commits(self) -> float:
        """Return the transactions a second that write."""
        return sum(calls for _, calls in self.statements) + self.hints

    @property
    def hints(self) -> float:
        """Return the hints a second that the nodes send together: after a commit, gathered."""
        calls = self.statements[0][1] / self.nodes
        return self.nodes * calls / (1 + calls * ASSUMED.gather_seconds) if self.hinting and self.nodes > 1 else 0.0

    @property
    def vain_claims(self) -> float:
        """Return the claims a second that find nothing: each hint wakes every other node, one of them gets the job."""
        woken = self.hints * (self.nodes - 1) / self.nodes
        return self.nodes * woken / (1 + woken * costs().claim)


@dataclass(frozen=True)
class Part:
    """A part of the one PostgreSQL: how much of it a fleet uses, and what takes the load off it."""

    name: str
    share: float
    said: str
    remedy: str


def parts(fleet: Fleet) -> list[Part]:
    """Return every part's share in use, 1.0 is all of it; the most used first."""
    m, a = MEASURED, ASSUMED
    jobs = fleet.rate * m.job_us / 1e6 + sum(cpu * calls for cpu, calls in fleet.statements)
    hints = fleet.hints * (m.hint_us + m.listener_us * (fleet.nodes - 1)) / 1e6
    vain = fleet.vain_claims * m.nothing_us / 1e6
    idle = fleet.nodes * m.idle_us / 1e6
    passed = fleet.rate * min(fleet.nodes, a.sections) * m.passed_us / 1e6
    wal = fleet.rate * m.wal_bytes
    dead = 2 * fleet.rate
    kept = JOBS_A_DAY * fleet.rate / MEAN * a.kept_days * m.kept_bytes
    found = [
        Part("processors: the jobs themselves", jobs / a.cores, f"{jobs:.1f} cores", "PostgreSQLs by queue"),
        Part(
            "processors: waking listeners",
            hints / a.cores,
            f"{fleet.hints * (fleet.nodes - 1):,.0f} deliveries/s, {hints:.1f} cores",
            "hints only to who has room; NATS or Redis for hints",
        ),
        Part(
            "processors: claims in vain",
            vain / a.cores,
            f"{fleet.vain_claims:,.0f}/s, {vain:.1f} cores",
            "hints only to who has room; longer gathering",
        ),
        Part(
            "a node's own processor",
            fleet.rate / fleet.nodes * m.node_us / 1e6,
            f"{fleet.rate / fleet.nodes:,.1f} jobs/s a node",
            "more nodes",
        ),
        Part(
            "sections of others, with a backlog",
            passed / a.cores,
            f"{min(fleet.nodes, a.sections):,.0f} entries passed a job, {passed:.1f} cores",
            "an index by section; fewer, larger nodes",
        ),
        Part("processors: heartbeats, idle looks", idle / a.cores, f"{idle:.1f} cores", "fewer, larger nodes"),
        Part(
            "the lock of NOTIFY",
            fleet.hints / m.hints_per_second,
            f"{fleet.hints:,.0f} hints/s",
            "longer gathering; NATS or Redis for hints",
        ),
        Part(
            "connections",
            fleet.nodes * m.connections / a.connections,
            f"{fleet.nodes * m.connections:,.0f}",
            "PgBouncer for all but LISTEN; API-only nodes",
        ),
        Part("the ring of sections", fleet.nodes / a.sections, f"{fleet.nodes:,} nodes", "a larger ring"),
        Part(
            "write-ahead log",
            wal / a.wal_bytes_per_second,
            f"{wal / 1e6:,.0f} MB/s, {wal * DAY / 1e12:.1f} TB a day",
            "payloads to S3; readings to Kafka or NATS",
        ),
        Part(
            "vacuum of the queue (one worker)",
            dead / m.vacuumed_per_second,
            f"{dead:,.0f} dead rows/s, {dead * a.naptime_seconds / 1e6:.1f} million between two rounds",
            "autovacuum_naptime of seconds",
        ),
        Part(
            XIDS,
            fleet.commits * DAY / 2**31,
            f"{fleet.commits:,.0f}/s",
            "larger batches: fewer, larger nodes",
        ),
        Part("disk for the history", kept / a.disk_bytes, f"{kept / 1e12:.1f} TB", "fewer days; Citus; S3 as Parquet"),
    ]
    return sorted(found, key=lambda part: -part.share)


def costs() -> Costs:
    """Return what the simulation charges: a statement's fixed part, and a job's."""
    m = MEASURED
    left = max(0.0, m.alone_us - m.job_us - m.nothing_us)
    return Costs(
        enqueue=left / 2e6,
        claim=m.nothing_us / 1e6,
        finish=left / 2e6,
        job=m.job_us / 3e6,
        hint=m.hint_us / 1e6,
        listener=m.listener_us / 1e6,
        lock=1 / m.hints_per_second,
        flush=ASSUMED.flush_seconds,
        gather=ASSUMED.gather_seconds,
        cores=round(ASSUMED.cores),
    )


def processors(fleet: Fleet) -> float:
    """Return the share of the processors in use, on paper."""
    return sum(part.share for part in parts(fleet) if part.name.startswith("processors"))


def most_jobs(fleet: Fleet) -> tuple[float, str]:
    """Return the largest rate so many nodes can do, and the part that stops them (of those that depend on it)."""
    low, high = 1.0, 1e7
    while high / low > 1.001:
        middle = (low * high) ** 0.5
        low, high = (middle, high) if worst(replace(fleet, rate=middle))[1] <= 1 else (low, middle)
    return low, worst(replace(fleet, rate=high))[0]


def worst(fleet: Fleet) -> tuple[str, float]:
    """Return the part that is used most and its share; the processors count as one.

    Not what the number of nodes alone decides, nor what only wants more disk or more freezing.
    """
    shares = {part.name: part.share for part in parts(fleet) if not part.name.startswith("processors")}
    for name in ("connections", "the ring of sections", "disk for the history", XIDS):
        del shares[name]
    shares["processors"] = processors(fleet)
    name = max(shares, key=lambda key: shares[key])
    return name, shares[name]


def table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def per_cent(share: float) -> str:
    """Return a share for people."""
    return f"{share * 100:.3g} %" if share < 10 else f"{share:,.0f} times"


def of_parts() -> str:
    """Return the first table: each part at the mean and at the peak."""
    peak = {part.name: part for part in parts(Fleet(NODES, PEAK))}
    lines = [
        (part.name, per_cent(part.share), part.said, per_cent(peak[part.name].share), part.remedy)
        for part in parts(Fleet(NODES, MEAN))
    ]
    return table(("part", f"at {MEAN:,.0f}/s", "that is", f"at {PEAK:,.0f}/s", "what takes it off"), lines)


def of_sizes() -> str:
    """Return the second table: how many jobs a second fleets of a size can do, and what stops them."""
    lines = []
    for nodes in (1, 4, 16, 32, 64, 256, 512, 1000):
        built, name = most_jobs(Fleet(nodes, 1.0))
        quiet, quiet_name = most_jobs(Fleet(nodes, 1.0, hinting=False))
        lines.append((f"{nodes:,}", f"{built:,.0f}", name, f"{quiet:,.0f}", quiet_name))
    return table(("nodes", "jobs/s as built", "stopped by", "jobs/s without hints to others", "stopped by"), lines)


def of_simulation() -> str:
    """Return the third table: the same arithmetic, lived through."""
    fleets = [
        Fleet(4, 2_000),
        Fleet(16, 4_000),
        Fleet(64, 2_000),
        Fleet(64, MEAN),
        Fleet(64, MEAN, hinting=False),
        Fleet(64, PEAK, hinting=False),
        Fleet(NODES, MEAN),
        Fleet(NODES, MEAN, hinting=False),
        Fleet(NODES, PEAK, hinting=False),
    ]
    return table(
        ("nodes", "hints", "offered/s", "done/s", "processors", "on paper", "start p50", "start p99"),
        [_lived(fleet, simulate(costs(), fleet.nodes, fleet.rate, hinting=fleet.hinting)) for fleet in fleets],
    )


def _lived(fleet: Fleet, outcome: Outcome) -> Sequence[str]:
    keeps_up = outcome.done > 0.9 * fleet.rate
    return (
        f"{fleet.nodes:,}",
        "to all" if fleet.hinting else "none",
        f"{fleet.rate:,.0f}",
        f"{outcome.done:,.0f}",
        per_cent(outcome.busy),
        per_cent(processors(fleet)),
        f"{outcome.p50 * 1000:.1f} ms" if keeps_up else "grows",
        f"{outcome.p99 * 1000:.1f} ms" if keeps_up else "grows",
    )


def of_ways() -> str:
    """Return the fourth table: the same jobs, arranged otherwise."""
    ways = [
        (f"{NODES:,} nodes, one PostgreSQL, as built", Fleet(NODES, PEAK)),
        (f"{NODES:,} nodes, one PostgreSQL, no hints to others", Fleet(NODES, PEAK, hinting=False)),
        ("64 larger nodes, one PostgreSQL, as built", Fleet(64, PEAK)),
        ("64 larger nodes, one PostgreSQL, no hints to others", Fleet(64, PEAK, hinting=False)),
        ("8 PostgreSQLs by queue, each with 125 nodes, as built", Fleet(125, PEAK / 8)),
        ("8 PostgreSQLs by queue, each with 125 nodes, no hints to others", Fleet(125, PEAK / 8, hinting=False)),
        ("16 PostgreSQLs by queue, each with 8 larger nodes, as built", Fleet(8, PEAK / 16)),
    ]
    lines = []
    for said, fleet in ways:
        used = {part.name: part.share for part in parts(fleet)}
        shares = (processors(fleet), used["connections"], used["the lock of NOTIFY"], used[XIDS])
        lines.append((said, *map(per_cent, shares)))
    head = (f"{PEAK:,.0f} jobs/s together", "processors", "connections", "lock of NOTIFY", "transaction numbers")
    return table(head, lines)


def answer() -> str:
    """Return the page's answer in two sentences: what gives way first, and into how many PostgreSQLs to shard."""
    first = parts(Fleet(NODES, MEAN))[0]
    said = (
        f"First to give way: **{first.name}**, {per_cent(first.share)} what there is at {MEAN:,.0f} jobs/s; "
        f"all processors together {per_cent(processors(Fleet(NODES, MEAN)))}. What takes it off: {first.remedy}."
    )
    for hinting, how in ((True, "as built"), (False, "without hints to others")):
        count = shards(hinting=hinting)
        said += (
            f" Sharded by queue, {how}, {count} PostgreSQLs with {NODES // count} nodes each carry the peak of "
            f"{PEAK:,.0f}/s, none of them used above {per_cent(FULL)}."
        )
    return said


def shards(*, hinting: bool) -> int:
    """Return the least power of two of PostgreSQLs, each with its own nodes and queues, that carries the peak."""
    count = 1
    while True:
        fleet = Fleet(NODES // count, PEAK / count, hinting=hinting)
        used = {part.name: part.share for part in parts(fleet)}
        shares = [used[name] for name in ("connections", "the ring of sections", "the lock of NOTIFY")]
        if max(processors(fleet), worst(fleet)[1], *shares) <= FULL:
            return count
        count *= 2


def report() -> str:
    """Return everything the page shows."""
    return "\n\n".join(
        [
            answer(),
            f"**{NODES:,} nodes, {JOBS_A_DAY:,.0f} jobs a day, one PostgreSQL of {ASSUMED.cores:.0f} cores, on paper**",
            of_parts(),
            "**How much a fleet of a size can do, on paper**",
            of_sizes(),
            "**Simulated, event by event**",
            of_simulation(),
            "**The same jobs, arranged otherwise, each PostgreSQL on paper**",
            of_ways(),
            "**Measured (a row of the benchmark each)**",
            _named(MEASURED),
            "**Assumed**",
            _named(ASSUMED),
        ]
    )


def _named(figures: Measured | Assumed) -> str:
    lines = [(item.name, f"{getattr(figures, item.name):,}", item.metadata["said"]) for item in fields(figures)]
    return table(("name", "value", "what it is"), lines)


def written(page: str) -> str:
    """Return the page with today's tables in their place."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{report()}\n\n{END}{after}"


def main() -> int:
    """Print the tables; with --write put them into the page."""
    if sys.argv[1:] == ["--write"]:
        PAGE.write_text(written(PAGE.read_text()))
    else:
        print(report())
    return 0


if __name__ == "__main__":
    sys.exit(main())
