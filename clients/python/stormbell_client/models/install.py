from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.install_state import InstallState
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.waiting import Waiting





T = TypeVar("T", bound="Install")



@_attrs_define
class Install:
    """ One run of a recipe on a machine.

        Attributes:
            id (str):
            machine_id (str):
            software_id (None | str):
            recipe_id (str):
            name (str):
            version (str):
            state (InstallState):
            waiting_on (None | Waiting):
            requested_by (None | str):
            created_at (datetime.datetime):
            begun_at (datetime.datetime | None):
            finished_at (datetime.datetime | None):
            exit_code (int | None):
            error (None | str):
            prefix (None | str):
            log_characters (int): How much it wrote
     """

    id: str
    machine_id: str
    software_id: None | str
    recipe_id: str
    name: str
    version: str
    state: InstallState
    waiting_on: None | Waiting
    requested_by: None | str
    created_at: datetime.datetime
    begun_at: datetime.datetime | None
    finished_at: datetime.datetime | None
    exit_code: int | None
    error: None | str
    prefix: None | str
    log_characters: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.waiting import Waiting # noqa: PLC0415
        id = self.id

        machine_id = self.machine_id

        software_id: None | str
        software_id = self.software_id

        recipe_id = self.recipe_id

        name = self.name

        version = self.version

        state = self.state.value

        waiting_on: dict[str, Any] | None
        if isinstance(self.waiting_on, Waiting):
            waiting_on = self.waiting_on.to_dict()
        else:
            waiting_on = self.waiting_on

        requested_by: None | str
        requested_by = self.requested_by

        created_at = self.created_at.isoformat()

        begun_at: None | str
        if isinstance(self.begun_at, datetime.datetime):
            begun_at = self.begun_at.isoformat()
        else:
            begun_at = self.begun_at

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        exit_code: int | None
        exit_code = self.exit_code

        error: None | str
        error = self.error

        prefix: None | str
        prefix = self.prefix

        log_characters = self.log_characters


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "machine_id": machine_id,
            "software_id": software_id,
            "recipe_id": recipe_id,
            "name": name,
            "version": version,
            "state": state,
            "waiting_on": waiting_on,
            "requested_by": requested_by,
            "created_at": created_at,
            "begun_at": begun_at,
            "finished_at": finished_at,
            "exit_code": exit_code,
            "error": error,
            "prefix": prefix,
            "log_characters": log_characters,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.waiting import Waiting # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        machine_id = d.pop("machine_id")

        def _parse_software_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        software_id = _parse_software_id(d.pop("software_id"))


        recipe_id = d.pop("recipe_id")

        name = d.pop("name")

        version = d.pop("version")

        state = InstallState(d.pop("state"))




        def _parse_waiting_on(data: object) -> None | Waiting:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                waiting_on_type_0 = Waiting.from_dict(data)



                return waiting_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Waiting, data)

        waiting_on = _parse_waiting_on(d.pop("waiting_on"))


        def _parse_requested_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        requested_by = _parse_requested_by(d.pop("requested_by"))


        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        def _parse_begun_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                begun_at_type_0 = datetime.datetime.fromisoformat(data)



                return begun_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        begun_at = _parse_begun_at(d.pop("begun_at"))


        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data)



                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))


        def _parse_exit_code(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        exit_code = _parse_exit_code(d.pop("exit_code"))


        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))


        def _parse_prefix(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        prefix = _parse_prefix(d.pop("prefix"))


        log_characters = d.pop("log_characters")

        install = cls(
            id=id,
            machine_id=machine_id,
            software_id=software_id,
            recipe_id=recipe_id,
            name=name,
            version=version,
            state=state,
            waiting_on=waiting_on,
            requested_by=requested_by,
            created_at=created_at,
            begun_at=begun_at,
            finished_at=finished_at,
            exit_code=exit_code,
            error=error,
            prefix=prefix,
            log_characters=log_characters,
        )


        install.additional_properties = d
        return install

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
