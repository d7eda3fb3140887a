"""The ring of sections: who should own which, with as few changes of hands as balance allows."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

SECTIONS = 512


def changes(
    owners: Sequence[str | None], members: Iterable[str], frozen: Collection[str] = ()
) -> dict[int, str | None]:
    """Return the new owner of each section that has to change hands.

    ``owners`` is who owns each section now. Afterwards the ``members`` own all sections but those of ``frozen`` owners,
    which stay where they are, and no member owns two more than another. Without members nobody owns the rest.
    Fewer changes are not possible.
    """
    members = set(members) - set(frozen)
    counts = Counter(dict.fromkeys(members, 0))
    homeless = []
    movable = 0
    for section, owner in enumerate(owners):
        if owner is not None and owner in frozen:
            continue
        movable += 1
        if owner in members:
            counts[owner] += 1
        else:
            homeless.append(section)
    if not members:
        return {section: None for section in homeless if owners[section] is not None}
    # Who owns most keeps most: each larger share that goes to anybody else costs one more change.
    by_count = sorted(members, key=lambda member: (-counts[member], member))
    share, larger = divmod(movable, len(by_count))
    room = {member: share + (place < larger) - counts[member] for place, member in enumerate(by_count)}
    for section in reversed(range(len(owners))):
        owner = owners[section]
        if owner is not None and room.get(owner, 0) < 0:
            room[owner] += 1
            homeless.append(section)
    takers = [member for member in by_count for _ in range(room[member])]
    return dict(zip(sorted(homeless), takers, strict=True))
