"""Query parameters an operation does not have: refused, so that ``?dryrun=true`` is not taken for no rehearsal."""

import difflib
from collections.abc import Collection, Iterable
from itertools import islice

from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import ParamTypes

from app.kernel.errors import Invalid, ProblemItem

_SHOWN = 100
_MOST = 10  # a query may have as many as a request has room for, and each is compared with all that are known


def names_of(dependant: Dependant) -> frozenset[str]:
    """Return the names of the query parameters a route and what it depends on take."""
    fields = get_flat_params(dependant)
    # The members of a model that is read from the query say nothing of their place.
    return frozenset(f.alias for f in fields if getattr(f.field_info, "in_", ParamTypes.query) is ParamTypes.query)


def refuse_unknown(given: Iterable[str], known: Collection[str]) -> None:
    """Raise Invalid (422) that names each given parameter which is not known, and the nearest that is."""
    items = [
        ProblemItem(pointer=f"/query/{name[:_SHOWN]}", message=_message(name, known))
        for name in islice((name for name in dict.fromkeys(given) if name not in known), _MOST)
    ]
    if items:
        raise Invalid("; ".join(f"{item.pointer}: {item.message}" for item in items[:3]), errors=items)


def _message(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name[:_SHOWN], known, 1)
    if near:
        return f"there is no such parameter; did you mean {near[0]}?"
    return f"there is no such parameter; it takes {', '.join(sorted(known)) or 'none'}"
