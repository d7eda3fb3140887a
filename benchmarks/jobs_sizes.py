"""How much of everything a run does: all of it, or in two minutes the same with less."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sizes:
    """Counts of jobs unless said otherwise. ``peers``: how many each peer drains and is given one by one."""

    rounds: int = 3
    drain: int = 100_000
    peers: dict[str, int] = field(
        default_factory=lambda: {
            "pgqueuer": 50_000,
            "procrastinate": 3_000,
            "celery": 10_000,
            "taskiq": 20_000,
            "arq": 10_000,
            "dbos": 5_000,
        }
    )
    coalesced: int = 100_000
    one_by_one: int = 5_000
    turns: int = 200
    pickups: int = 1_000
    history: int = 1_000_000
    long_history: int = 10_000_000
    backlog: int = 200_000
    dead: int = 400_000
    fleet: int = 200_000
    settle_seconds: float = 12.0
    idle_seconds: float = 60.0
    timers: int = 10_000
    posts: int = 30_000
    gets: int = 6_000
    hints: int = 2_000


FULL = Sizes()
QUICK = Sizes(
    rounds=1,
    drain=20_000,
    peers={"pgqueuer": 10_000, "procrastinate": 400, "celery": 1_000, "taskiq": 2_000, "arq": 1_000, "dbos": 800},
    coalesced=20_000,
    one_by_one=1_000,
    turns=25,
    pickups=150,
    history=100_000,
    long_history=0,
    backlog=20_000,
    dead=40_000,
    fleet=30_000,
    settle_seconds=3.0,
    idle_seconds=10.0,
    timers=10_000,
    posts=5_000,
    gets=900,
    hints=400,
)
