"""A definition's text, read without running it: its stages, its triggers, and the stages its code names, by line."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

Function = ast.FunctionDef | ast.AsyncFunctionDef

# Which arguments of an incident's methods name a stage: by place, by keyword.
_TARGETS: dict[str, tuple[int | None, tuple[str, ...]]] = {
    "send": (0, ("stage",)),
    "fan_out": (None, ("then",)),
    "simulate": (None, ("then",)),
    "ask": (None, ("then", "otherwise")),
    "open_child": (None, ("then",)),
}


@dataclass(frozen=True)
class Target:
    """A stage that code names as a receiver; ``message`` is the class made for it, when that is plain."""

    name: str
    line: int
    message: str | None = None


@dataclass
class SourceStage:
    """A method marked with @stage."""

    name: str
    node: Function
    line: int
    declared: dict[str, int] = field(default_factory=dict)
    options: dict[str, ast.expr] = field(default_factory=dict)


@dataclass
class SourceTrigger:
    """A method marked with @trigger; ``mark`` is the decorator as it stands there."""

    name: str
    node: Function
    mark: ast.expr


@dataclass
class Source:
    """The class marked with @workflow, and the functions of its file."""

    tree: ast.Module
    workflow: ast.ClassDef
    mark: ast.expr
    stages: dict[str, SourceStage]
    triggers: list[SourceTrigger]
    methods: dict[str, Function]
    functions: dict[str, Function]

    def reached(self, node: Function) -> Iterator[Function]:
        """Yield a function and those of this file it uses, each once."""
        seen: set[str] = set()
        left = [node]
        while left:
            one = left.pop()
            if one.name in seen:
                continue
            seen.add(one.name)
            yield one
            used = set(_names(one, self.workflow.name)) - set(self.stages)
            left += [f for n in sorted(used) if (f := self.methods.get(n) or self.functions.get(n)) is not None]

    def targets(self, node: Function) -> list[Target]:
        """Return the stages that ``node``, and what it uses, sends to where the text says so plainly."""
        return [t for one in self.reached(node) for t in _targets(one, self.workflow.name)]

    def mentions(self, node: Function) -> set[str]:
        """Return every stage that ``node``, and what it uses, names in any way."""
        return {
            name
            for one in self.reached(node)
            for name in (*_names(one, self.workflow.name), *_words(one))
            if name in self.stages and name != node.name
        } | {t.name for t in self.targets(node)}

    def line_of(self, message: str) -> int | None:
        """Return the line a complaint of :func:`authoring.read` is about: of the method it names, else of the class."""
        for name in re.findall(r"'([^']*)'", message):
            for method in (self.methods.get(name), self.functions.get(name)):
                if method is not None:
                    return method.lineno
        return self.workflow.lineno


def parse(text: str) -> Source | None:
    """Read a definition's text; ``None`` when no class of it is marked. Raises SyntaxError."""
    tree = ast.parse(text)
    words = _imported(tree)
    for node in tree.body:
        if not isinstance(node, ast.ClassDef):
            continue
        mark = _decorator(node, "workflow", words)
        if mark is not None:
            return _read(tree, node, mark, words)
    return None


def marked_lines(text: str) -> list[int]:
    """Return the lines of all classes that are marked with @workflow."""
    tree = ast.parse(text)
    words = _imported(tree)
    return [n.lineno for n in tree.body if isinstance(n, ast.ClassDef) and _decorator(n, "workflow", words)]


def word_of(node: ast.expr | None) -> str | None:
    """Return the last word of ``a.b.Word``, ``Word`` or ``Word[...]``."""
    if isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def _read(tree: ast.Module, cls: ast.ClassDef, mark: ast.expr, words: dict[str, str]) -> Source:
    source = Source(tree, cls, mark, {}, [], {}, {n.name: n for n in tree.body if isinstance(n, Function)})
    for node in cls.body:
        if not isinstance(node, Function):
            continue
        source.methods[node.name] = node
        if (found := _decorator(node, "stage", words)) is not None:
            options = {k.arg: k.value for k in found.keywords if k.arg} if isinstance(found, ast.Call) else {}
            declared = {
                e.value: e.lineno
                for e in getattr(options.get("sends"), "elts", [])
                if isinstance(e, ast.Constant) and isinstance(e.value, str)
            }
            source.stages[node.name] = SourceStage(node.name, node, node.lineno, declared, options)
        elif (found := _decorator(node, "trigger", words)) is not None:
            source.triggers.append(SourceTrigger(node.name, node, found))
    return source


def _imported(tree: ast.Module) -> dict[str, str]:
    """Return what the names from ``stormbell`` are called here."""
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "stormbell"
        for alias in node.names
    }


def _decorator(node: ast.ClassDef | Function, name: str, words: dict[str, str]) -> ast.expr | None:
    for mark in node.decorator_list:
        called = mark.func if isinstance(mark, ast.Call) else mark
        is_of_module = (
            isinstance(called, ast.Attribute) and word_of(called.value) == "stormbell" and called.attr == name
        )
        if is_of_module or (isinstance(called, ast.Name) and words.get(called.id) == name):
            return mark
    return None


def _targets(function: Function, cls: str) -> Iterator[Target]:
    incidents = _incidents(function)
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        if word_of(node.func) == "Opening":
            yield from _named(node, ("stage",), function, cls)
        if not (isinstance(node.func, ast.Attribute) and word_of(node.func.value) in incidents):
            continue
        if node.func.attr not in _TARGETS:
            continue
        place, keywords = _TARGETS[node.func.attr]
        if place is not None and len(node.args) > place and (name := _stage(node.args[place], function, cls)):
            sent = node.args[1] if len(node.args) > 1 else None
            yield Target(name, node.args[place].lineno, _made(sent))
        yield from _named(node, keywords, function, cls)
        if node.func.attr == "fan_out" and node.args:
            yield from _members(node.args[0], function, cls)


def _named(node: ast.Call, keywords: tuple[str, ...], function: Function, cls: str) -> Iterator[Target]:
    given = {k.arg: k.value for k in node.keywords}
    for keyword in keywords:
        if keyword in given and (name := _stage(given[keyword], function, cls)):
            yield Target(name, given[keyword].lineno, _made(given.get("message")) if keyword != "otherwise" else None)


def _members(given: ast.expr, function: Function, cls: str) -> Iterator[Target]:
    pairs = given.elts if isinstance(given, ast.List | ast.Tuple) else [getattr(given, "elt", None)]
    for pair in pairs:
        if isinstance(pair, ast.Tuple) and len(pair.elts) == 2 and (name := _stage(pair.elts[0], function, cls)):
            yield Target(name, pair.lineno, _made(pair.elts[1]))


def _stage(node: ast.expr, function: Function, cls: str) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.attr if node.value.id in (_first(function), cls) else None
    return None


def _made(node: ast.expr | None) -> str | None:
    return word_of(node.func) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None


def _first(function: Function) -> str:
    return function.args.args[0].arg if function.args.args else "self"


def _incidents(function: Function) -> set[str]:
    """Return what a function calls its incident: the argument so annotated or named, or a stage's second."""
    return {a.arg for a in function.args.args if a.arg == "incident" or word_of(a.annotation) == "Incident"}


def _names(function: Function, cls: str) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id in (_first(function), cls):
                yield node.attr
        elif isinstance(node, ast.Name):
            yield node.id


def _words(function: Function) -> Iterator[str]:
    for statement in function.body:  # not the decorators: what is only announced is not sent
        for node in ast.walk(statement):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
