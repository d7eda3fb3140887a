"""What is wrong with a definition before it runs: read from its text, so that every finding has a line."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.modules.workflows.source_text import Function, Source, SourceStage, SourceTrigger, parse, word_of

Severity = Literal["error", "warning"]

# What holds up every other stage of a node while it runs, and what to call instead.
_BLOCKING = {
    ("time", "sleep"): "send to the next stage with delay_seconds=",
    ("subprocess", "run"): "await incident.run([...])",
    ("subprocess", "check_output"): "await incident.run([...])",
    ("subprocess", "check_call"): "await incident.run([...])",
    ("os", "system"): "await incident.run([...])",
    ("requests", "get"): 'executor="process"',
    ("requests", "post"): 'executor="process"',
    ("httpx", "get"): "an httpx.AsyncClient",
    ("httpx", "post"): "an httpx.AsyncClient",
    ("request", "urlopen"): 'executor="process"',
}
_NAMED_STAGES = ("manual_data", "shutdown", "test")


@dataclass(frozen=True)
class Finding:
    """One thing to mend: an error keeps the definition out of use, or would stop its first incident."""

    line: int
    severity: Severity
    code: str
    message: str
    mend: str


def lint(text: str) -> list[Finding]:
    """Return the findings of a definition's text, by line. Raises SyntaxError."""
    source = parse(text)
    if source is None:
        return []
    found = [
        *_doubles(source),
        *_unreached(source),
        *(f for one in source.triggers for f in _trigger(source, one)),
        *(f for one in source.stages.values() for f in _stage(source, one)),
    ]
    return sorted(set(found), key=lambda f: (f.line, f.code, f.message))


def _stage(source: Source, stage: SourceStage) -> Iterator[Finding]:
    yield from _signature(source, stage)
    yield from _sends(source, stage)
    in_loop = not _is(stage.options.get("executor"), "process")
    for function in source.reached(stage.node):
        yield from _body(source, stage, function, in_loop=in_loop)


def _signature(source: Source, stage: SourceStage) -> Iterator[Finding]:
    name, node = stage.name, stage.node
    if not isinstance(node, ast.AsyncFunctionDef):
        yield Finding(node.lineno, "error", "not-async", f"stage {name} must be 'async def'", f"write async def {name}")
    arguments = node.args.args
    if len(arguments) != 3:
        taken = ", ".join(a.arg for a in arguments)
        yield Finding(
            node.lineno, "error", "signature", f"stage {name} takes ({taken})", "write (self, incident, message)"
        )
        return
    if arguments[2].annotation is None:
        yield Finding(
            arguments[2].lineno,
            "error",
            "annotation",
            f"the message of stage {name} has no annotation",
            f"write {arguments[2].arg}: M, M being the pydantic model it gets",
        )
    if arguments[1].annotation is None:
        yield Finding(
            arguments[1].lineno,
            "warning",
            "annotation",
            f"the incident of stage {name} has no annotation",
            f"write {arguments[1].arg}: Incident" + ("[State]" if _has_state(source) else ""),
        )
    elif _has_state(source) and isinstance(arguments[1].annotation, ast.Name | ast.Attribute):
        yield Finding(
            arguments[1].lineno,
            "warning",
            "annotation",
            f"the incident of stage {name} does not say what its state is",
            f"write {arguments[1].arg}: Incident[State]",
        )


def _sends(source: Source, stage: SourceStage) -> Iterator[Finding]:
    mentioned = source.mentions(stage.node)
    for name, line in stage.declared.items():
        if name not in source.stages:
            yield _unknown(source, name, line, f"stage {stage.name} says it sends to")
        elif name not in mentioned:
            yield Finding(
                line, "warning", "never-sent", f"stage {stage.name} says it sends to {name}, and never does",
                "take it out of sends=, or send",
            )  # fmt: skip
    for target in source.targets(stage.node):
        receiver = source.stages.get(target.name)
        if receiver is None:
            yield _unknown(source, target.name, target.line, f"stage {stage.name} sends to")
            continue
        # Beside a declared name that is misspelt, that it is missing too is no news.
        if target.name not in stage.declared and set(stage.declared) <= set(source.stages):
            names = ", ".join(repr(n) for n in (*stage.declared, target.name))
            yield Finding(
                target.line, "warning", "not-declared",
                f"stage {stage.name} sends to {target.name} and does not say so: the graph lacks the arrow",
                f"write @stage(sends=({names},))",
            )  # fmt: skip
        yield from _fits(source, receiver, target.message, target.line)


def _trigger(source: Source, trigger: SourceTrigger) -> Iterator[Finding]:
    name, node, mark = trigger.name, trigger.node, trigger.mark
    if not isinstance(mark, ast.Call):
        yield Finding(mark.lineno, "error", "bad-trigger", f"trigger {name} names no source", _MARK)
    else:
        sources = [k.value for k in mark.keywords if k.arg == "source"]
        empty = bool(sources) and isinstance(sources[0], ast.Constant) and not _is_text(sources[0])
        if mark.args or not sources or empty:
            yield Finding(mark.lineno, "error", "bad-trigger", f"trigger {name} names no source", _MARK)
    if isinstance(node, ast.AsyncFunctionDef):
        yield Finding(
            node.lineno, "error", "bad-trigger", f"trigger {name} is 'async def'",
            "write 'def': it only looks at the arrival; what waits belongs into a stage",
        )  # fmt: skip
    if len(node.args.args) != 2:
        taken = ", ".join(a.arg for a in node.args.args)
        yield Finding(node.lineno, "error", "bad-trigger", f"trigger {name} takes ({taken})", "write (self, arrival)")
    if node.returns is None:
        yield Finding(
            node.lineno, "warning", "annotation", f"trigger {name} does not say what it returns",
            "write -> Opening | None",
        )  # fmt: skip
    for target in source.targets(node):
        if target.name not in source.stages:
            yield _unknown(source, target.name, target.line, f"trigger {name} sends to")
        else:
            yield from _fits(source, source.stages[target.name], target.message, target.line)


_MARK = 'write @trigger(source="the source\'s name")'


def _body(source: Source, stage: SourceStage, function: Function, *, in_loop: bool) -> Iterator[Finding]:
    this = function.args.args[0].arg if function.name in source.methods and function.args.args else None
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called = (word_of(node.func.value) or "", node.func.attr)
            if in_loop and called in _BLOCKING:
                yield Finding(
                    node.lineno, "warning", "blocks",
                    f"{'.'.join(called)} in stage {stage.name} holds up every other stage of the node",
                    f"use {_BLOCKING[called]}",
                )  # fmt: skip
            if called == ("asyncio", "sleep"):
                yield Finding(
                    node.lineno, "warning", "sleeps",
                    f"asyncio.sleep in stage {stage.name} is forgotten when the server stops",
                    "send to the next stage with delay_seconds=, which is kept",
                )  # fmt: skip
            if called[0] == this and called[1] in source.stages:
                yield Finding(
                    node.lineno, "warning", "called",
                    f"stage {called[1]} is called by {function.name} as a function, and is no stage of its own then",
                    f"use {_incident_of(stage)}.send(self.{called[1]}, ...)",
                )  # fmt: skip
        for written in _written(node):
            if this is not None and isinstance(written, ast.Attribute) and word_of(written.value) == this:
                yield Finding(
                    written.lineno, "warning", "not-kept",
                    f"self.{written.attr} is shared by all incidents of this process and lost when it ends",
                    f"keep it in {_incident_of(stage)}.state, with a field in class State",
                )  # fmt: skip


def _unreached(source: Source) -> Iterator[Finding]:
    """Stages no trigger, no named use and no reached stage sends to; without a trigger the first is where it begins."""
    named = [k.value for k in getattr(source.mark, "keywords", []) if k.arg in _NAMED_STAGES]
    reached = {v.value for v in named if isinstance(v, ast.Constant)}
    for stage in source.stages.values():
        if _is(stage.options.get("finaliser"), True):
            reached.add(stage.name)
        compensates = stage.options.get("compensate")
        if isinstance(compensates, ast.Constant):
            reached.add(compensates.value)
    for trigger in source.triggers:
        reached |= source.mentions(trigger.node)
    if not source.triggers:
        reached |= set(list(source.stages)[:1])
    while True:
        more = {n for s in reached if s in source.stages for n in source.mentions(source.stages[s].node)}
        if more <= reached:
            break
        reached |= more
    for stage in source.stages.values():
        if stage.name not in reached:
            yield Finding(
                stage.line, "warning", "unreachable", f"nothing sends to stage {stage.name}",
                "send to it, or remove it; leave it when only people and programs send to it",
            )  # fmt: skip


def _doubles(source: Source) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for node in source.workflow.body:
        if isinstance(node, Function):
            if node.name in seen and node.name in source.stages:
                yield Finding(
                    node.lineno, "error", "twice", f"{node.name} is there twice, first on line {seen[node.name]}",
                    "rename one: the first would not exist",
                )  # fmt: skip
            seen.setdefault(node.name, node.lineno)


def _fits(source: Source, receiver: SourceStage, made: str | None, line: int) -> Iterator[Finding]:
    if made is None or len(receiver.node.args.args) != 3:
        return
    wanted = word_of(receiver.node.args.args[2].annotation)
    if (
        wanted is None
        or wanted == made
        or not any(isinstance(n, ast.ClassDef) and n.name == made for n in _all(source))
    ):
        return
    if wanted not in _parents(source, made):
        yield Finding(
            line, "warning", "other-message", f"stage {receiver.name} takes {wanted} and is sent {made}",
            f"send {wanted}: another model is refused unless its fields happen to fit",
        )  # fmt: skip


def _parents(source: Source, name: str) -> set[str]:
    found: set[str] = set()
    left = [name]
    while left:
        one = left.pop()
        for node in _all(source):
            if isinstance(node, ast.ClassDef) and node.name == one:
                bases = {word_of(b) or "" for b in node.bases} - found
                found |= bases
                left += bases
    return found


def _all(source: Source) -> list[ast.stmt]:
    return [*source.tree.body, *source.workflow.body]


def _unknown(source: Source, name: str, line: int, says: str) -> Finding:
    if name in source.methods:
        return Finding(
            line, "error", "unknown-stage", f"{says} {name}, which is a method and not a stage", "mark it with @stage"
        )
    known = ", ".join(source.stages)
    return Finding(line, "error", "unknown-stage", f"{says} {name!r}, which is not a stage", f"there are: {known}")


def _written(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign) else []


def _has_state(source: Source) -> bool:
    return any(isinstance(n, ast.ClassDef) and n.name == "State" for n in source.workflow.body)


def _incident_of(stage: SourceStage) -> str:
    arguments = stage.node.args.args
    return arguments[1].arg if len(arguments) > 1 else "incident"


def _is(node: ast.expr | None, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value == value


def _is_text(node: ast.Constant) -> bool:
    return isinstance(node.value, str) and bool(node.value.strip())
