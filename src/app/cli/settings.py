"""Settings as flags of a command."""

from collections.abc import Sequence
from typing import Any


def flags_of(pairs: Sequence[str], **given: Any) -> dict[str, Any]:
    """Return settings from ``--set name=value`` and named flags that were given. Raises SettingsProblem."""
    from app.kernel.settings import SettingsProblem

    flags: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise SettingsProblem(f"--set takes name=value, not {pair!r}")
        flags[name] = value
    flags.update({name.replace("__", "."): value for name, value in given.items() if value is not None})
    return flags
