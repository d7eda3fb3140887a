"""What a kind may say about itself, and how it is told that it may not."""

from typing import Any

import pytest
from pydantic import BaseModel
from queue_probe import Count, ended, enqueue, sql

from app.modules import jobs
from app.modules.jobs.kinds import registered


class Sum(BaseModel):
    n: int


async def coroutine(attempt: jobs.Attempt, payload: Count) -> None: ...


def function(attempt: jobs.SyncAttempt, payload: Count) -> Sum:
    return Sum(n=payload.n)


def without_models(attempt: Any, payload: Any) -> None: ...


def one_parameter(payload: Count) -> None: ...


def textual(attempt: jobs.SyncAttempt, payload: "Count") -> None: ...


def returns_a_dictionary(attempt: jobs.SyncAttempt, payload: Count) -> dict[str, int]:
    return {}


def test_where_a_handler_runs_follows_from_what_it_is() -> None:
    jobs.kind("test.a")(coroutine)
    jobs.kind("test.b")(function)
    jobs.kind("test.c", executor="process")(function)
    assert [registered[f"test.{name}"].executor for name in "abc"] == ["loop", "thread", "process"]
    assert registered["test.a"].run is coroutine
    assert registered["test.a"].concurrency is None
    assert registered["test.c"].concurrency is not None
    assert registered["test.b"].signature.result is Sum
    assert registered["test.b"].payload is Count


@pytest.mark.parametrize(
    ("handler", "policy", "fix"),
    [
        (coroutine, {"executor": "dask"}, "there is no executor 'dask'; there are loop, thread, process"),
        (coroutine, {"executor": "thread"}, "write def instead of async def"),
        (coroutine, {"executor": "process"}, "write def instead of async def"),
        (function, {"executor": "loop"}, "write async def"),
        (lambda attempt, payload: None, {}, "annotate payload with the payload's pydantic model"),
        (without_models, {}, "annotate payload with the payload's pydantic model"),
        (one_parameter, {}, "takes two parameters"),
        (textual, {}, "write the class itself"),
        (returns_a_dictionary, {}, "annotate what its handler returns with a pydantic model"),
        (coroutine, {"max_attempts": 0}, "max_attempts is at least 1, not 0"),
        (coroutine, {"concurrency": 0}, "concurrency is at least 1, not 0; None means no limit"),
        (coroutine, {"timeout_seconds": -1}, "timeout_seconds is a number above 0, not -1"),
        (coroutine, {"timeout_seconds": float("inf")}, "timeout_seconds is a number above 0"),
        (coroutine, {"retry_seconds": 0}, "retry_seconds is a number above 0"),
        (coroutine, {"longest_retry_seconds": float("nan")}, "longest_retry_seconds is a number above 0"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_change(handler: Any, policy: dict[str, Any], fix: str) -> None:
    with pytest.raises((TypeError, ValueError)) as refused:
        jobs.kind("test.kind", **policy)(handler)
    assert fix in str(refused.value)
    assert "test.kind" in str(refused.value)
    assert "test.kind" not in registered


def test_a_process_has_to_find_its_handler() -> None:
    def inner(attempt: jobs.SyncAttempt, payload: Count) -> None: ...

    with pytest.raises(TypeError, match=r"move .*inner to the top of a module"):
        jobs.kind("test.kind", executor="process")(inner)


@pytest.mark.parametrize("name", ["", "Test", "1st", "a b", "a:b", "é", "a" * 101])
def test_names_are_plain(name: str) -> None:
    with pytest.raises(ValueError, match="begins with a letter"):
        jobs.kind(name)


def test_a_kind_is_registered_once() -> None:
    jobs.kind("test.kind")(coroutine)
    with pytest.raises(ValueError, match="registered already"):
        jobs.kind("test.kind")(function)


@pytest.mark.parametrize(
    "values", [{}, {"concurrency": 0}, {"concurrency": -1}, {"rate": 0}, {"rate": 1, "period_seconds": 0}]
)
def test_limits_say_something_possible(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Limit"):
        jobs.Limit(**values)


async def test_rubbish_from_a_handler_fails_its_attempt(make_node) -> None:
    answers: dict[int, Any] = {
        0: {"n": 1},
        1: None,
        2: Count(n=1),
        3: Sum.model_construct(n=object()),
        4: Sum(n=4),
    }

    @jobs.kind("test.sum", max_attempts=1)
    async def total(attempt: jobs.Attempt, payload: Count) -> Sum:
        return answers[payload.n]

    @jobs.kind("test.nothing", max_attempts=1)
    async def nothing(attempt: jobs.Attempt, payload: Count) -> None:
        return answers[payload.n]

    node = await make_node()
    errors = [(await ended(node, await enqueue(node, "test.sum", n))).error or "" for n in range(5)]
    assert errors[0] == "ResultInvalid: returned a value of type dict; its annotation promises Sum"
    assert errors[1] == "ResultInvalid: returned nothing; its annotation promises Sum"
    assert errors[2] == "ResultInvalid: returned a value of type Count; its annotation promises Sum"
    assert errors[3].startswith("ResultInvalid: returned a Sum that cannot be written as JSON")
    assert errors[4] == ""
    job = await ended(node, await enqueue(node, "test.nothing", 0))
    assert job.error == "ResultInvalid: returned a value of type dict; its annotation promises nothing"


async def test_a_result_beyond_all_measure_is_refused(make_node) -> None:
    class Text(BaseModel):
        text: str

    @jobs.kind("test.long")
    async def long(attempt: jobs.Attempt, payload: Count) -> Text:
        return Text(text="x" * 5 * 1024**2)

    node = await make_node()
    job = await ended(node, await enqueue(node, "test.long"))
    assert (job.state, job.attempt) == ("failed", 1)
    assert "keep it as a data set" in (job.error or "")
    assert (await sql(node, "SELECT result FROM finished_jobs"))[0].result is None
