"""Routes FastAPI puts together when they are first asked for."""

from collections.abc import Callable
from typing import Any

from fastapi.routing import APIRoute
from starlette.routing import compile_path


class LateRoute(APIRoute):
    """A route that knows its address, and is read into parameters and models by its first request.

    Of three hundred a process asks for a few: reading them all took each start 0.7 s of CPU, the first request of one
    waits 2 ms. What is wrong with a declaration is found where the contract is written, by ``make check``.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        self.path = path
        self.endpoint = endpoint
        self.path_regex, self.path_format, self.param_convertors = compile_path(path)
        self.methods = {method.upper() for method in options.get("methods") or ("GET",)}
        self.operation_id = options.get("operation_id")
        self._unread: dict[str, Any] | None = options

    def __getattr__(self, name: str) -> Any:
        """Return what FastAPI makes of the declaration; Python asks here only for what is not there yet."""
        options = self.__dict__.get("_unread")
        if options is None:
            raise AttributeError(name)
        self._unread = None
        super().__init__(self.path, self.endpoint, **options)
        return getattr(self, name)
