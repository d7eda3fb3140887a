"""Problems: every error a caller can see, as RFC 9457 ``application/problem+json``.

Problem
├── NotFound 404 · Conflict 409 · Invalid 422 · Forbidden 403 · Unauthenticated 401
├── PreconditionFailed 412 · TooLarge 413 · EncodingUnsupported 415 · TooManyRequests 429 · Unavailable 503
└── (modules add theirs in errors.py; the class docstring is the title, then what to do about it)
"""

import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from pydantic import BaseModel, Field

from app.kernel.plain_words import plainly


class ProblemItem(BaseModel):
    """One field that is wrong."""

    pointer: str = Field(description="JSON pointer into the request", examples=["/body/name"])
    message: str


def items_of(errors: Iterable[Mapping[str, Any]], *under: str) -> list[ProblemItem]:
    """Return pydantic's ``errors()`` as problem items, their pointers below the path ``under``."""
    return [ProblemItem(pointer="/" + "/".join(map(str, (*under, *e["loc"]))), message=plainly(e)) for e in errors]


class ProblemDocument(BaseModel):
    """RFC 9457 problem details with a stable machine-readable ``code``."""

    type: str = Field(description="Address of the page about this code")
    title: str
    status: int
    detail: str | None = None
    code: str = Field(description="Stable identifier; programs decide on this", examples=["incident_not_found"])
    errors: list[ProblemItem] = []
    request_id: str | None = None
    retry_after: int | None = Field(default=None, description="Seconds")


class Problem(Exception):
    """Something went wrong.

    It is the server's fault, not yours. `stormbell logs --request ID` shows what happened, on the node that answered.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Sequence[ProblemItem] = (),
        retry_after: int | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail or self.title())
        self.detail = detail
        self.errors = list(errors)
        self.retry_after = retry_after
        self.headers = dict(headers or {})
        if retry_after is not None:
            self.headers["Retry-After"] = str(retry_after)

    @classmethod
    def title(cls) -> str:
        """Return the first line of the class docstring, without its full stop."""
        return (inspect.getdoc(cls) or cls.__name__).splitlines()[0].rstrip(".")

    @classmethod
    def advice(cls) -> str:
        """Return what to do about it: the rest of the class docstring, or of the nearest base's that has one."""
        rests = ((inspect.getdoc(base) or "").partition("\n\n")[2] for base in cls.__mro__)
        return " ".join(next(rest for rest in rests if rest).split())

    def document(self, request_id: str | None = None) -> dict[str, Any]:
        """Return the problem document as plain JSON values, empty members left out."""
        return ProblemDocument(
            type=f"/docs/problems#{self.code}",
            title=self.title(),
            status=self.status,
            detail=self.detail,
            code=self.code,
            errors=self.errors,
            request_id=request_id,
            retry_after=self.retry_after,
        ).model_dump(exclude_none=True, exclude_defaults=True)


def every_problem() -> list[type[Problem]]:
    """Return each kind of problem that modules imported so far can cause, by code."""

    def below(kind: type[Problem]) -> Iterator[type[Problem]]:
        yield kind
        for narrower in kind.__subclasses__():
            yield from below(narrower)

    # By their modules' own names: a class made for one answer, or in a test, has none there.
    known = {kind for kind in below(Problem) if getattr(sys.modules.get(kind.__module__), kind.__name__, None) is kind}
    return sorted(known, key=lambda kind: (kind.code, kind.__name__))


class StartProblem(Exception):
    """The process cannot start; the message is one sentence that names the fix."""


class NotFound(Problem):
    """There is no such thing here.

    Look at the address. Ids are never given twice, so what was removed does not come back.
    """

    status = 404
    code = "not_found"


class Conflict(Problem):
    """The present state does not allow this.

    Read the object again; its state says what it allows.
    """

    status = 409
    code = "conflict"


class Invalid(Problem):
    """The request is not valid.

    `errors` names each member that is wrong by a JSON pointer. Correct those and send it again.
    """

    status = 422
    code = "request_invalid"


class BadRequest(Problem):
    """The request could not be read.

    `detail` says what could not be read. Look at the syntax of the body and of the parameters.
    """

    status = 400
    code = "request_malformed"


class Unauthenticated(Problem):
    """You are not logged in.

    Send an API token as `Authorization: Bearer sb_…`, or log in. A session or token that worked before has ended or
    was revoked.
    """

    status = 401
    code = "unauthenticated"


class Forbidden(Problem):
    """You may not do this.

    `detail` names the role the operation needs, or the scope the API token misses. Use an account or a token that has
    it.
    """

    status = 403
    code = "forbidden"


class PreconditionFailed(Problem):
    """The object was changed since you read it.

    Read the object again, apply your change to what is there now, and send its new `ETag`.
    """

    status = 412
    code = "precondition_failed"


class TooLarge(Problem):
    """The request body is too large.

    `detail` says how much is taken. Send it in parts.
    """

    status = 413
    code = "body_too_large"


class EncodingUnsupported(Problem):
    """This content encoding is not read here.

    Send the body uncompressed, without `Content-Encoding`.
    """

    status = 415
    code = "encoding_unsupported"


class TooManyRequests(Problem):
    """Too many requests.

    Wait for as many seconds as `Retry-After` says.
    """

    status = 429
    code = "too_many_requests"


class Unavailable(Problem):
    """This cannot be served right now.

    Nothing was changed. Try again after as many seconds as `Retry-After` says, or in a second.
    """

    status = 503
    code = "unavailable"
