"""The table of states allows what it says and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.modules import nodes
from app.modules.nodes.states import HAPPENINGS, STATES, NodeStateImpossible, Standing, moves

# As in the description of the ancestor system, written out a second time.
ALLOWED = {
    ("initializing", "assigned", "waiting"), ("initializing", "unassigned", "paused"),
    ("initializing", "paused", "paused"), ("initializing", "unacknowledged", "dead"),
    ("waiting", "claimed", "working"), ("waiting", "paused", "paused"), ("waiting", "unassigned", "paused"),
    ("working", "emptied", "waiting"), ("working", "paused", "paused"), ("working", "unassigned", "paused"),
    ("paused", "resumed", "waiting"),
    *((state, "terminated", "dead") for state in ("initializing", "waiting", "working", "paused")),
}  # fmt: skip


@pytest.mark.covers("J5")
@given(st.lists(st.sampled_from(HAPPENINGS), max_size=30))
def test_no_other_move_is_possible(happenings: list[str]) -> None:
    at = Standing("initializing")
    for happening in happenings:
        possible = {h: after for before, h, after in moves() if before == at}
        if happening not in possible:
            with pytest.raises(NodeStateImpossible):
                at.after(happening)  # type: ignore[arg-type]
            continue
        after = at.after(happening)  # type: ignore[arg-type]
        assert after == possible[happening]
        if at.state == "dead":
            pytest.fail("dead is final")
        if at.unresponsive:
            assert happening in ("heard", "lost", "terminated")
            assert after.state == (at.state if happening == "heard" else "dead")
        elif happening == "silenced":
            assert after == Standing(at.state, unresponsive=True)
        else:
            assert (at.state, happening, after.state) in ALLOWED
        at = after


def test_every_move_of_the_description_is_there() -> None:
    there = {(b.state, h, a.state) for b, h, a in moves() if not b.unresponsive and h != "silenced"}
    assert there == ALLOWED
    assert not [before for before, _, _ in moves() if before.state == "dead"]


def test_the_diagram_is_drawn_from_the_table() -> None:
    drawn = nodes.diagram()
    assert drawn.startswith("stateDiagram-v2\n")
    for state in STATES:
        assert f" {state}" in drawn
    assert "waiting --> working: its first job began" in drawn
    assert "unresponsive --> dead: no heartbeat for one more period" in drawn
