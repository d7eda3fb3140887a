"""Sections are shared evenly and change hands as little as that allows."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from app.modules.nodes.ring import SECTIONS, changes

NAMES = [f"boot_{letter}" for letter in "abcdefgh"]
owners_of = st.lists(st.sampled_from([None, *NAMES]), min_size=1, max_size=64)
members_of = st.sets(st.sampled_from(NAMES))


def fewest(owners: list[str | None], members: set[str], frozen: set[str]) -> int:
    """Return how many sections have to move at least: all but those that may stay, the larger shares well given."""
    movable = [owner for owner in owners if owner not in frozen]
    counts = sorted((movable.count(member) for member in members), reverse=True)
    share, larger = divmod(len(movable), len(members))
    return len(movable) - sum(min(count, share + (place < larger)) for place, count in enumerate(counts))


@given(owners_of, members_of, members_of)
def test_balanced_within_one_with_the_fewest_moves(
    owners: list[str | None], members: set[str], frozen: set[str]
) -> None:
    members = members - frozen
    given_away = changes(owners, members, frozen)
    after = [given_away.get(section, owner) for section, owner in enumerate(owners)]
    for section, owner in enumerate(owners):
        if owner in frozen:
            assert section not in given_away
    assert all(owners[section] != owner for section, owner in given_away.items())
    rest = [owner for owner in after if owner not in frozen]
    if not members:
        assert set(rest) <= {None}
        return
    counts = Counter(dict.fromkeys(members, 0))
    counts.update(rest)  # type: ignore[arg-type]
    assert set(counts) == members
    assert max(counts.values()) - min(counts.values()) <= 1
    assert len(given_away) == fewest(owners, members, frozen)
    assert changes(after, members, frozen) == {}


def test_a_ninth_node_takes_its_share_and_nothing_else_moves() -> None:
    owners: list[str | None] = [None] * SECTIONS
    for section, owner in changes(owners, NAMES).items():
        owners[section] = owner
    moved = changes(owners, [*NAMES, "boot_i"])
    assert len(moved) == SECTIONS // 9
    assert set(moved.values()) == {"boot_i"}
