"""A number in a request is a number and a switch is a switch: ``false`` is not 0 bytes, ``"0"`` is not off.

Pydantic would make one of the other unless it is told not to, and the caller would never learn what was understood.
"""

import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from app.main import create_app

LOOSE = (int, float, bool)


def test_numbers_and_switches_of_requests_are_taken_as_they_are() -> None:
    bodies = {model for body in _bodies() for model in _models(body)}
    assert len(bodies) > 50
    assert sorted(loose for model in bodies for loose in _loose(model)) == []


def _bodies() -> Iterator[Any]:
    for context in iter_route_contexts(create_app().routes):
        route = context.original_route
        if isinstance(route, APIRoute) and route.body_field is not None:
            yield route.body_field.field_info.annotation


def _models(annotation: Any, seen: set[Any] | None = None) -> Iterator[type[BaseModel]]:
    """Yield the models of a type and those their fields are made of."""
    seen = set() if seen is None else seen
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation not in seen:
        seen.add(annotation)
        yield annotation
        for field in annotation.model_fields.values():
            yield from _models(field.annotation, seen)
    for argument in get_args(annotation):
        yield from _models(argument, seen)


def _loose(model: type[BaseModel]) -> Iterator[str]:
    if model.model_config.get("strict"):
        return
    for name, field in model.model_fields.items():
        if not _is_strict(field.metadata) and any(map(_takes_others, _alternatives(field.annotation))):
            yield f"{model.__module__}.{model.__name__}.{name}"


def _alternatives(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else (annotation,)


def _takes_others(annotation: Any) -> bool:
    if get_origin(annotation) is Annotated:
        kind, *said = get_args(annotation)
        return kind in LOOSE and not _is_strict(said)
    return annotation in LOOSE


def _is_strict(said: list[Any]) -> bool:
    return any(
        _is_strict(one.metadata) if isinstance(one, FieldInfo) else bool(getattr(one, "strict", False)) for one in said
    )
