"""Expressions people write in bindings: JMESPath (jmespath.org), which reads and compares and can do nothing else.

Lists and objects cannot be put together in one: ``[@, @] | [@, @] | …`` would double them with each step. What else
multiplies (lists within ``map``, text within ``to_string`` or ``join``) is counted as it is worked out, and ends.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated, Any

from jmespath import compile as compile_expression
from jmespath import exceptions
from jmespath.functions import Functions
from jmespath.visitor import Options, TreeInterpreter
from pydantic import AfterValidator

LONGEST = 500
_MOST_NODES = 100
_REFUSED = {"multi_select_list": "[a, b]", "multi_select_dict": "{a: b}"}
# A step is one part of an expression looked at once, 0.5 us of CPython 3.11: all of them are a tenth of a second, in
# which a filter of eight parts goes through 25,000 items.
MOST_STEPS = 200_000
LONGEST_TEXT = 1024**2  # that to_string and join make
_ITEMS_A_STEP, _CHARACTERS_A_STEP = 8, 256
_AT_ONCE = frozenset({"ends_with", "length", "not_null", "starts_with", "to_array", "type"})  # however much they get


class ExpressionFailed(Exception):
    """An expression cannot be worked out for this delivery; the message says which and why."""


class Steps:
    """How much may still be worked out, for one expression or for several together."""

    def __init__(self, left: int = MOST_STEPS) -> None:
        self.left = left

    def take(self, count: int = 1) -> None:
        """Count some steps. Raises ExpressionFailed when there are none left."""
        self.left -= count
        if self.left < 0:
            raise ExpressionFailed(f"it takes more than {MOST_STEPS} steps; take less of the delivery, or simpler")


@lru_cache(maxsize=1000)
def compiled(text: str) -> Any:
    """Return an expression ready to search with. Raises ValueError, saying what is wrong with it."""
    if len(text) > LONGEST:
        raise ValueError(f"an expression has at most {LONGEST} characters")
    try:
        found = compile_expression(text)
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


def search(text: str, document: Any, steps: Steps | None = None) -> Any:
    """Return what an expression finds in a document, in the ``steps`` that are left. Raises ExpressionFailed."""
    try:
        return _Interpreter(steps or Steps()).visit(compiled(text).parsed, document)
    except ExpressionFailed as failure:
        raise ExpressionFailed(f"{text[:60]}: {failure}") from failure
    except (exceptions.JMESPathError, ValueError, TypeError, ArithmeticError, RecursionError) as error:
        raise ExpressionFailed(f"{text[:60]}: {str(error)[:200]}") from error


def passes(text: str | None, document: Any, steps: Steps | None = None) -> bool:
    """Say whether a document passes a filter: what is found is not null, false or empty, as JMESPath has it."""
    if text is None:
        return True
    found = search(text, document, steps)
    return not (found is None or found is False or found == "" or found == [] or found == {})


class _Functions(Functions):
    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    def call_function(self, function_name: str, resolved_args: Iterable[Any]) -> Any:
        given = list(resolved_args)
        if function_name == "to_string" and given and not isinstance(given[0], str):
            self._measure(given[0])
        elif function_name == "join" and len(given) == 2 and isinstance(given[0], str) and isinstance(given[1], list):
            texts = [one for one in given[1] if isinstance(one, str)]
            if len(given[0]) * len(texts) + sum(map(len, texts)) > LONGEST_TEXT:
                raise _too_long("join")
        if function_name not in _AT_ONCE:
            for one in given:
                if isinstance(one, str):
                    self._steps.take(len(one) // _CHARACTERS_A_STEP)
                elif isinstance(one, list | dict):
                    self._steps.take(len(one) // _ITEMS_A_STEP)
        return super().call_function(function_name, given)

    def _measure(self, value: Any) -> None:
        # Before it is written, since what is in it once and more often is written each time.
        length, waiting = 0, [value]
        while waiting:
            one = waiting.pop()
            self._steps.take()
            if isinstance(one, str):
                length += len(one) + one.count('"') + one.count("\\")
            elif isinstance(one, dict):
                waiting += one.keys()
                waiting += one.values()
            elif isinstance(one, list):
                waiting += one
            if length > LONGEST_TEXT:
                raise _too_long("to_string")


class _Interpreter(TreeInterpreter):
    def __init__(self, steps: Steps) -> None:
        super().__init__(Options(custom_functions=_Functions(steps)))
        self._steps = steps

    def visit(self, node: Any, *args: Any, **kwargs: Any) -> Any:
        self._steps.take()
        return super().visit(node, *args, **kwargs)


def _too_long(function: str) -> ExpressionFailed:
    return ExpressionFailed(f"the text that {function} makes is longer than {LONGEST_TEXT} characters")
