"""Expressions people write in bindings: JMESPath (jmespath.org), which reads and compares and can do nothing else.

Lists and objects cannot be put together in one: ``[@, @] | [@, @] | …`` would double them with each step. So the work
of an expression grows with what it reads and with its own length, and both have limits.
"""

from functools import lru_cache
from typing import Annotated, Any

import jmespath
from jmespath import exceptions
from pydantic import AfterValidator

LONGEST = 500
_MOST_NODES = 100
_REFUSED = {"multi_select_list": "[a, b]", "multi_select_dict": "{a: b}"}
_OPTIONS = jmespath.Options()


class ExpressionFailed(Exception):
    """An expression cannot be worked out for this delivery; the message says which and why."""


@lru_cache(maxsize=1000)
def compiled(text: str) -> Any:
    """Return an expression ready to search with. Raises ValueError, saying what is wrong with it."""
    if len(text) > LONGEST:
        raise ValueError(f"an expression has at most {LONGEST} characters")
    try:
        found = jmespath.compile(text)
    except (exceptions.JMESPathError, RecursionError, ValueError) as error:
        said = str(error).splitlines()[0] if not isinstance(error, RecursionError) else "nested too deeply"
        raise ValueError(f"{text[:60]!r} is not JMESPath: {said}") from error
    waiting, count = [found.parsed], 0
    while waiting:
        node = waiting.pop()
        count += 1
        if node["type"] in _REFUSED:
            raise ValueError(f"{_REFUSED[node['type']]} is not taken in an expression; give each field its own")
        if node["type"] == "literal" and count > _MOST_NODES:
            break
        waiting += [child for child in node["children"] if isinstance(child, dict) and "type" in child]
    if count > _MOST_NODES:
        raise ValueError(f"an expression has at most {_MOST_NODES} parts")
    return found


def _checked(text: str) -> str:
    compiled(text)
    return text


Expression = Annotated[str, AfterValidator(_checked)]


def search(text: str, document: Any) -> Any:
    """Return what an expression finds in a document. Raises ExpressionFailed."""
    try:
        return compiled(text).search(document, options=_OPTIONS)
    except (exceptions.JMESPathError, ValueError, TypeError, ArithmeticError, RecursionError) as error:
        raise ExpressionFailed(f"{text[:60]}: {str(error)[:200]}") from error


def passes(text: str | None, document: Any) -> bool:
    """Say whether a document passes a filter: what is found is not null, false or empty, as JMESPath has it."""
    if text is None:
        return True
    found = search(text, document)
    return not (found is None or found is False or found == "" or found == [] or found == {})
