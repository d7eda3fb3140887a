"""Which facts a webhook asks for, by patterns of their types: ``incident.opened``, ``incident.*``, ``*``."""

import difflib
from collections.abc import Sequence

from app.kernel.bus import event_types
from app.kernel.errors import ProblemItem
from app.modules.webhooks.errors import WebhookEventUnknown

OWN = "webhook."  # facts about webhooks are told to none: one could answer itself for ever


def fits(patterns: Sequence[str], event_type: str) -> bool:
    """Say whether a fact of this type is asked for."""
    if event_type.startswith(OWN):
        return False
    return not {"*", event_type, f"{event_type.partition('.')[0]}.*"}.isdisjoint(patterns)


def require_known(patterns: Sequence[str]) -> None:
    """Refuse patterns that nothing fits: a webhook that waits for a misspelt fact is silent, and nobody notices.

    Raises WebhookEventUnknown (422), which names those that are near.
    """
    types = {one for one in event_types() if not one.startswith(OWN)}
    known = {"*", *types, *[f"{one.partition('.')[0]}.*" for one in types]}
    wrong = {number: one for number, one in enumerate(patterns) if one not in known}
    if not wrong:
        return
    said = [f"no fact is of the type {one}; {_near(one, known)}" for one in wrong.values()]
    errors = [
        ProblemItem(pointer=f"/body/events/{number}", message=text) for number, text in zip(wrong, said, strict=True)
    ]
    raise WebhookEventUnknown(said[0][0].upper() + said[0][1:], errors=errors)


def _near(pattern: str, known: set[str]) -> str:
    kind = pattern.partition(".")[0]
    of_kind = sorted(one for one in known if one.partition(".")[0] == kind)
    near = list(dict.fromkeys([*difflib.get_close_matches(pattern, sorted(known), 2), *of_kind]))
    if near:
        return f"did you mean {' or '.join(near[:8])}?"
    return f"there are {', '.join(sorted(one for one in known if one.endswith('.*')))}"
