"""What a handler's signature says: its payload's model, its result's model, whether it may return nothing."""

import inspect
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from app.modules.jobs.verdicts import Discard, ResultInvalid

# Beyond this a result is data, and belongs where data is kept.
RESULT_BYTES = 4 * 1024**2


@dataclass(frozen=True, slots=True)
class Signature:
    """The models a handler is annotated with. ``result`` is ``None`` for one that never returns anything."""

    payload: type[BaseModel]
    result: type[BaseModel] | None
    may_return_nothing: bool

    def result_json(self, result: object) -> str | None:
        """Return what a handler returned as JSON. Raises ResultInvalid when it is not what was promised."""
        if result is None:
            if self.may_return_nothing:
                return None
            raise ResultInvalid(f"returned nothing; its annotation promises {_name(self.result)}")
        if type(result) is not self.result and (self.result is None or not isinstance(result, self.result)):
            promise = "nothing" if self.result is None else _name(self.result)
            raise ResultInvalid(f"returned a value of type {_name(type(result))}; its annotation promises {promise}")
        try:
            document = result.__pydantic_serializer__.to_json(result, warnings="error").decode()
        except (ValueError, TypeError, RecursionError) as error:
            # pydantic's PydanticSerializationError is a ValueError.
            raise ResultInvalid(f"returned a {_name(self.result)} that cannot be written as JSON: {error}") from error
        if len(document) > RESULT_BYTES:
            raise Discard(f"the result is larger than {RESULT_BYTES} bytes; keep it as a data set and return its id")
        if "\\u0000" in document:
            raise Discard("the result contains the character U+0000, which the database cannot hold")
        return document


def signature_of(kind: str, handler: Callable[..., Any]) -> Signature:
    """Read ``handler``'s signature. Raises TypeError, naming the fix, when it is not a job handler's."""
    parameters = list(inspect.signature(handler).parameters.values())
    if len(parameters) != 2:
        raise TypeError(f"job kind {kind!r}: its handler takes two parameters, the attempt and the payload")
    payload = parameters[1].annotation
    if isinstance(payload, str):
        raise TypeError(
            f"job kind {kind!r}: the annotation of {parameters[1].name} is text; "
            "write the class itself, and leave out 'from __future__ import annotations'"
        )
    if not _is_model(payload):
        raise TypeError(f"job kind {kind!r}: annotate {parameters[1].name} with the payload's pydantic model")
    return Signature(payload, *_result_of(kind, inspect.signature(handler).return_annotation))


def _result_of(kind: str, annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    if annotation is inspect.Signature.empty:
        return BaseModel, True
    if annotation is None:
        return None, True
    parts = get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else (annotation,)
    models = [part for part in parts if part is not types.NoneType]
    if len(models) == 1 and _is_model(models[0]):
        return models[0], len(parts) > 1
    raise TypeError(
        f"job kind {kind!r}: annotate what its handler returns with a pydantic model, 'Model | None' or None, "
        f"not {annotation!r}"
    )


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _name(model: type[Any] | None) -> str:
    return "nothing" if model is None else model.__name__
