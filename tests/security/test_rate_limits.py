"""No caller takes a node from the others: each limit, and one more."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event

from app.kernel.bus import hint
from app.kernel.node import Node
from app.kernel.principal import PRINCIPALS_TOPIC, Principal, Role
from app.kernel.rate_limits import REMEMBERED_COUNT, Bucket, LimitSettings, RateLimits, StreamsTaken
from app.kernel.settings import Settings
from app.modules import accounts
from tests.conftest import settings_for

USER_BURST, STRANGER_BURST = 30, 10


class HandClock:
    """Time that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(
        tmp_path / "data",
        **{
            "limits.user_requests_per_second": 0.001,
            "limits.user_requests_burst": USER_BURST,
            "limits.stranger_requests_per_second": 0.001,
            "limits.stranger_requests_burst": STRANGER_BURST,
        },
    )


@pytest.mark.security("S21")
async def test_one_request_more_than_the_limit_is_429_for_that_caller_only(
    running_node: Node, client: httpx.AsyncClient, anonymous: httpx.AsyncClient
) -> None:
    for _ in range(USER_BURST):
        assert (await client.get("/api/v1/version")).status_code == 200
    refused = await client.get("/api/v1/version")
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert int(refused.headers["retry-after"]) == refused.json()["retry_after"] > 900
    answers = [await anonymous.get("/api/v1/setup") for _ in range(STRANGER_BURST)]
    assert {answer.status_code for answer in answers} == {200}, "a stranger has an allowance of its own"


@pytest.mark.security("S21", "S18")
async def test_strangers_are_counted_whether_the_door_is_open_or_not(
    running_node: Node, anonymous: httpx.AsyncClient
) -> None:
    statuses = []
    for number in range(STRANGER_BURST):
        token = {"Authorization": f"Bearer sb_{number:043d}"}
        answer = await (anonymous.get("/api/v1/jobs", headers=token) if number % 2 else anonymous.get("/api/v1/setup"))
        statuses.append(answer.status_code)
    assert set(statuses) == {200, 401}
    assert (await anonymous.get("/api/v1/setup")).status_code == 429
    assert (await anonymous.get("/api/v1/jobs")).status_code == 429
    assert (await anonymous.get("/livez")).status_code == 200, "a supervisor is no caller"


@pytest.mark.security("S21", "S18")
async def test_a_guess_too_many_does_not_reach_the_database(
    running_node: Node, client: httpx.AsyncClient, anonymous: httpx.AsyncClient
) -> None:
    assert (await client.get("/api/v1/version")).status_code == 200, "known by now: the address's guesses are not its"
    looked_up: list[str] = []

    @event.listens_for(running_node.database.engine.sync_engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "FROM users JOIN" in statement or "tokens.sha256" in statement:
            looked_up.append(statement)

    for number in range(3 * STRANGER_BURST):
        answer = await anonymous.get("/api/v1/jobs", headers={"Authorization": f"Bearer sb_{number:043d}"})
        assert answer.status_code == (401 if number < STRANGER_BURST else 429)
    assert len(looked_up) == STRANGER_BURST
    async with running_node.database.transaction() as session:
        hint(session, PRINCIPALS_TOPIC)  # the node forgets what it knew of callers, and asks anew
    assert (await client.get("/api/v1/version")).status_code == 200


async def test_a_right_token_is_not_counted_as_a_guess(running_node: Node, anonymous: httpx.AsyncClient) -> None:
    async with running_node.database.transaction() as session:
        user = await accounts.create_user(session, "ada@example.org", "Ada", Role.VIEWER, "a password nobody else has")
    tokens = []
    for number in range(STRANGER_BURST + 5):
        async with running_node.database.transaction() as session:
            tokens.append((await accounts.create_token(session, user.id, f"program {number}", ("*",)))[1])
    for raw in tokens:
        answer = await anonymous.get("/api/v1/version", headers={"Authorization": f"Bearer {raw}"})
        assert answer.status_code == 200


def test_a_bucket_lets_its_burst_through_and_then_its_rate() -> None:
    clock = HandClock()
    bucket = Bucket(10, 5, monotonic=clock)
    assert [bucket.take("a") for _ in range(5)] == [0] * 5
    assert bucket.take("a") == pytest.approx(0.1)
    assert bucket.take("a") == pytest.approx(0.1), "who is refused is not made to wait longer for asking"
    assert bucket.take("b") == 0
    clock.now += 0.1
    assert bucket.take("a") == 0
    assert bucket.take("a") > 0
    clock.now += 3600
    assert [bucket.take("a") for _ in range(5)] == [0] * 5, "a pause fills the bucket and no more"
    assert bucket.take("a") > 0


def test_a_bucket_remembers_a_bounded_number_of_callers() -> None:
    clock = HandClock()
    bucket = Bucket(1, 1, monotonic=clock)
    for number in range(REMEMBERED_COUNT):
        bucket.take(str(number))
    clock.now += 0.5
    bucket.take("last")
    assert len(bucket._full_at) <= REMEMBERED_COUNT


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("203.0.113.9", "203.0.113.10", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.9", "::ffff:203.0.113.10", False),
    ],
)
def test_strangers_are_told_apart_by_what_one_customer_has(one: str, other: str, shared: bool) -> None:
    limits = RateLimits(LimitSettings(stranger_requests_per_second=0.001, stranger_requests_burst=1))
    limits.count(_scope(one), None)
    if shared:
        with pytest.raises(Exception, match="Try again"):
            limits.count(_scope(other), None)
    else:
        limits.count(_scope(other), None)


def test_a_request_is_counted_once() -> None:
    limits = RateLimits(LimitSettings(user_requests_per_second=0.001, user_requests_burst=1))
    scope = _scope("203.0.113.9")
    limits.count(scope, "usr_a")
    limits.count(scope, "usr_a")


@pytest.mark.security("S21")
def test_one_stream_more_than_an_account_may_have() -> None:
    limits = RateLimits(LimitSettings(user_streams=2))
    with limits.stream("usr_a"), limits.stream("usr_b"):
        with limits.stream("usr_a"), pytest.raises(StreamsTaken), limits.stream("usr_a"):
            pass
        with limits.stream("usr_a"):
            pass
    assert not limits._streams


@pytest.mark.security("S21")
async def test_every_stream_takes_one_of_the_accounts_seats(
    running_node: Node, client: httpx.AsyncClient, owner: Principal
) -> None:
    from app.kernel.rate_limits import limits_of

    observation = (await client.post("/api/v1/observations")).json()
    limits = limits_of(running_node)
    limits._streams[owner.user_id] = running_node.settings.kernel.limits.user_streams
    for path in ("/api/v1/events", f"/api/v1/observations/{observation['id']}/stream"):
        refused = await client.get(path, headers={"Accept": "text/event-stream"})
        assert (refused.status_code, refused.json()["code"]) == (429, "streams_taken"), path


def _scope(ip: str) -> dict[str, Any]:
    return {"type": "http", "client": (ip, 40000)}
