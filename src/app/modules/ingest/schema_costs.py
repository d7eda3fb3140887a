"""How much of a JSON Schema is asked about one place of a document: small schemas can make that exponential.

``a0: allOf [a1, a1], a1: allOf [a2, a2], …`` asks 2**27 times with 27 parts, and a part that refers to itself twice for
one member doubles with each level of the document. What is counted is never less than what is asked.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote, urldefrag, urljoin

from app.modules.ingest.pointer import NothingThere, look_up, tokens_of

MOST_VISITS = 1000  # of one place; a choice between some hundred kinds of event is well within it
_MOST_WORK = 150_000  # of counting, about a tenth of a second; a schema of 300 parts twelve levels deep takes 25,000
_DEEPEST = 254  # of a document that is taken in
_HERE_LISTS = ("allOf", "anyOf", "oneOf")
_HERE = ("not", "if", "then", "else")
_HERE_MAPS = ("dependentSchemas", "dependencies")
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_ANCHORS = ("$anchor", "$dynamicAnchor")
_KINDS = 3  # of members: those of an object, those of a list, and the names of an object's
# Either of these looks again at what the parts beside it said.
_AGAIN = ("unevaluatedProperties", "unevaluatedItems")


def require_bounded(schema: Mapping[str, Any]) -> None:
    """Raise ValueError, saying why, for a schema that could be asked far more often than a document has places."""
    graph = _Graph(schema)
    # Visits of one place that lies so many levels below the one a part is asked about; 0 levels: that place itself.
    visits = graph.here()
    for _ in range(_DEEPEST):
        below = graph.below(visits)
        if below == visits:
            return
        visits = below


class _Members(NamedTuple):
    """Parts asked about the members of a place, one kind of them: ``always``, by their name, and else ``others``."""

    always: list[int]
    named: dict[Any, int]
    others: list[int]


class _Graph:
    """The parts of a schema, and which of them each asks about the same place and about places below it."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._work = 0
        self._anchors: dict[str, Any] = {}
        self._names: dict[str, list[Any]] = {}
        self._bases: dict[int, str] = {}
        self._index(schema)
        self._same: dict[int, list[int]] = {}
        self._members: dict[int, list[_Members]] = {}
        waiting: list[Any] = [schema]
        while waiting:
            part = waiting.pop()
            if not isinstance(part, dict) or id(part) in self._same:
                continue
            here, members = list(self._asked_here(part)), _asked_below(part)
            self._same[id(part)] = [id(one) for one in here if isinstance(one, dict)]
            self._members[id(part)] = [members_ for _, members_ in members]
            waiting += here
            for parts, _ in members:
                waiting += parts
        # All that are asked about a place when one is, and how often each.
        self._closure: dict[int, Counter[int]] = {}
        for one in self._sorted():
            closure = Counter({one: 1})
            for same in self._same[one]:
                closure.update(self._closure[same])
                self._count(len(self._closure[same]))
            self._checked(closure.total())
            self._closure[one] = closure

    def here(self) -> dict[int, int]:
        """Return for each part how many parts are asked about the place it is asked about, itself among them."""
        return {part: closure.total() for part, closure in self._closure.items()}

    def below(self, visits: Mapping[int, int]) -> dict[int, int]:
        """Return the same for places one level further below."""
        return {part: self._below(closure, visits) for part, closure in self._closure.items()}

    def _below(self, closure: Mapping[int, int], visits: Mapping[int, int]) -> int:
        most = 0
        for kind in range(_KINDS):
            any_member, by_name = 0, Counter[Any]()
            for part, times in closure.items():
                members = self._members[part][kind]
                others = sum(visits[one] for one in members.others)
                any_member += times * (others + sum(visits[one] for one in members.always))
                for name, one in members.named.items():
                    by_name[name] += times * (visits[one] - others)
                self._count(1 + len(members.named))
            most = max(most, any_member + max(by_name.values(), default=0), any_member)
        return self._checked(most)

    def _checked(self, visits: int) -> int:
        self._count()
        if visits > MOST_VISITS:
            raise ValueError(
                f"the parts of this schema refer to each other so often that more than {MOST_VISITS} are asked about "
                "one place of an item; refer to each part once for a place"
            )
        return visits

    def _count(self, work: int = 1) -> None:
        self._work += work
        if self._work > _MOST_WORK:
            raise ValueError("the parts of this schema refer to each other in too many ways; make it simpler")

    def _index(self, schema: Mapping[str, Any]) -> None:
        waiting: list[tuple[Any, str]] = [(schema, "")]
        while waiting:
            value, base = waiting.pop()
            self._count()
            if isinstance(value, list):
                waiting += [(one, base) for one in value]
            if not isinstance(value, dict):
                continue
            if isinstance(named := value.get("$id", value.get("id")), str):
                base = urljoin(base, named)
                self._anchors.setdefault(base.removesuffix("#"), value)
            self._bases[id(value)] = base
            for keyword in _ANCHORS:
                if isinstance(anchor := value.get(keyword), str):
                    self._anchors.setdefault(f"{urldefrag(base).url}#{anchor}", value)
                    self._anchors.setdefault(f"#{anchor}", value)
                    self._names.setdefault(anchor, []).append(value)
            if value.get("$recursiveAnchor") is True:
                self._names.setdefault("", []).append(value)
            waiting += [(one, base) for one in value.values()]
        self._anchors.setdefault("", schema)

    def _asked_here(self, part: Mapping[str, Any]) -> Iterator[Any]:
        times = 2 if any(keyword in part for keyword in _AGAIN) else 1
        for _ in range(times):
            for keyword in _HERE_LISTS:
                if isinstance(asked := part.get(keyword), list):
                    yield from asked
            for keyword in _HERE_MAPS:
                if isinstance(asked := part.get(keyword), dict):
                    yield from asked.values()
            yield from (part[keyword] for keyword in _HERE if keyword in part)
            for keyword in _REFERENCES:
                if isinstance(uri := part.get(keyword), str):
                    yield from self._referred(keyword, uri, self._bases.get(id(part), ""))

    def _referred(self, keyword: str, uri: str, base: str) -> list[Any]:
        name = urldefrag(uri).fragment
        if keyword != "$ref" and name in self._names:  # any of that name, as it comes
            return self._names[name]
        whole = urljoin(base, uri).removesuffix("#")
        if whole in self._anchors:
            return [self._anchors[whole]]
        within, fragment = urldefrag(whole)
        try:
            return [look_up(self._anchors[within], tokens_of(unquote(fragment)))]
        except (KeyError, NothingThere, ValueError):
            raise ValueError(f"{uri} is not found: a schema refers to its own parts only") from None

    def _sorted(self) -> list[int]:
        """Return the parts, each after those it asks about the same place."""
        order: list[int] = []
        done: set[int] = set()
        entered: set[int] = set()
        for first in self._same:
            waiting = [first]
            while waiting:
                part = waiting[-1]
                if part in done:
                    waiting.pop()
                    continue
                entered.add(part)
                left = [one for one in self._same[part] if one not in done]
                self._count(len(self._same[part]) + 1)
                if any(one in entered for one in left):
                    raise ValueError("a part of this schema refers to itself for the same place of an item")
                if left:
                    waiting.append(left[0])
                    continue
                waiting.pop()
                done.add(part)
                order.append(part)
        return order


def _asked_below(part: Mapping[str, Any]) -> list[tuple[list[Any], _Members]]:
    patterns, named = _values(part, "patternProperties"), part.get("properties")
    firsts = part.get("prefixItems", part.get("items"))
    return [
        _members(patterns, named, _own(part, "additionalProperties", "unevaluatedProperties")),
        _members(
            _own(part, "contains"),
            dict(enumerate(firsts)) if isinstance(firsts, list) else None,
            _own(part, "items", "additionalItems", "unevaluatedItems"),
        ),
        _members(_own(part, "propertyNames"), None, []),
    ]


def _members(always: list[Any], named: Any, others: list[Any]) -> tuple[list[Any], _Members]:
    by_name = {name: one for name, one in named.items() if isinstance(one, dict)} if isinstance(named, dict) else {}
    always = [one for one in always if isinstance(one, dict)]
    return (
        [*always, *by_name.values(), *others],
        _Members(
            [id(one) for one in always],
            {name: id(one) for name, one in by_name.items()},
            [id(one) for one in others],
        ),
    )


def _own(part: Mapping[str, Any], *keywords: str) -> list[Any]:
    return [part[keyword] for keyword in keywords if isinstance(part.get(keyword), dict)]


def _values(part: Mapping[str, Any], keyword: str) -> list[Any]:
    return list(found.values()) if isinstance(found := part.get(keyword), dict) else []
