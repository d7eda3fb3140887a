from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.command_run_environment import CommandRunEnvironment





T = TypeVar("T", bound="CommandRun")



@_attrs_define
class CommandRun:
    """ A short command. No shell reads its words.

        Attributes:
            command (list[str]):
            directory (None | str | Unset): Where it starts; left out, where a login does
            environment (CommandRunEnvironment | Unset):
            stdin (str | Unset):  Default: ''.
            timeout_seconds (float | Unset):  Default: 30.0.
     """

    command: list[str]
    directory: None | str | Unset = UNSET
    environment: CommandRunEnvironment | Unset = UNSET
    stdin: str | Unset = ''
    timeout_seconds: float | Unset = 30.0





    def to_dict(self) -> dict[str, Any]:
        from ..models.command_run_environment import CommandRunEnvironment # noqa: PLC0415
        command = self.command



        directory: None | str | Unset
        if isinstance(self.directory, Unset):
            directory = UNSET
        else:
            directory = self.directory

        environment: dict[str, Any] | Unset = UNSET
        if not isinstance(self.environment, Unset):
            environment = self.environment.to_dict()

        stdin = self.stdin

        timeout_seconds = self.timeout_seconds


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "command": command,
        })
        if directory is not UNSET:
            field_dict["directory"] = directory
        if environment is not UNSET:
            field_dict["environment"] = environment
        if stdin is not UNSET:
            field_dict["stdin"] = stdin
        if timeout_seconds is not UNSET:
            field_dict["timeout_seconds"] = timeout_seconds

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.command_run_environment import CommandRunEnvironment # noqa: PLC0415
        d = dict(src_dict)
        command = cast(list[str], d.pop("command"))


        def _parse_directory(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        directory = _parse_directory(d.pop("directory", UNSET))


        _environment = d.pop("environment", UNSET)
        environment: CommandRunEnvironment | Unset
        if isinstance(_environment,  Unset):
            environment = UNSET
        else:
            environment = CommandRunEnvironment.from_dict(_environment)




        stdin = d.pop("stdin", UNSET)

        timeout_seconds = d.pop("timeout_seconds", UNSET)

        command_run = cls(
            command=command,
            directory=directory,
            environment=environment,
            stdin=stdin,
            timeout_seconds=timeout_seconds,
        )

        return command_run

