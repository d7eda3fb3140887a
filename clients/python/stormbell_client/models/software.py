from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.software_found_by import SoftwareFoundBy
from ..models.software_state import SoftwareState
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.software_environment import SoftwareEnvironment





T = TypeVar("T", bound="Software")



@_attrs_define
class Software:
    """ One version of something on a machine.

        Attributes:
            id (str):
            machine_id (str):
            name (str): In small letters
            version (None | str): None: nobody knows
            modules (list[str]): Loaded for runs that need it, in this order
            path (None | str): Put first on PATH for them
            image (None | str): Container image they run in
            environment (SoftwareEnvironment):
            check_command (None | str):
            found_by (SoftwareFoundBy):
            recipe_id (None | str):
            state (SoftwareState): gone: it was there, and was not when last looked for
            text (None | str): What was said when it was last looked for
            checked_at (datetime.datetime | None):
            created_at (datetime.datetime):
     """

    id: str
    machine_id: str
    name: str
    version: None | str
    modules: list[str]
    path: None | str
    image: None | str
    environment: SoftwareEnvironment
    check_command: None | str
    found_by: SoftwareFoundBy
    recipe_id: None | str
    state: SoftwareState
    text: None | str
    checked_at: datetime.datetime | None
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.software_environment import SoftwareEnvironment # noqa: PLC0415
        id = self.id

        machine_id = self.machine_id

        name = self.name

        version: None | str
        version = self.version

        modules = self.modules



        path: None | str
        path = self.path

        image: None | str
        image = self.image

        environment = self.environment.to_dict()

        check_command: None | str
        check_command = self.check_command

        found_by = self.found_by.value

        recipe_id: None | str
        recipe_id = self.recipe_id

        state = self.state.value

        text: None | str
        text = self.text

        checked_at: None | str
        if isinstance(self.checked_at, datetime.datetime):
            checked_at = self.checked_at.isoformat()
        else:
            checked_at = self.checked_at

        created_at = self.created_at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "machine_id": machine_id,
            "name": name,
            "version": version,
            "modules": modules,
            "path": path,
            "image": image,
            "environment": environment,
            "check_command": check_command,
            "found_by": found_by,
            "recipe_id": recipe_id,
            "state": state,
            "text": text,
            "checked_at": checked_at,
            "created_at": created_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.software_environment import SoftwareEnvironment # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        machine_id = d.pop("machine_id")

        name = d.pop("name")

        def _parse_version(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        version = _parse_version(d.pop("version"))


        modules = cast(list[str], d.pop("modules"))


        def _parse_path(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        path = _parse_path(d.pop("path"))


        def _parse_image(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        image = _parse_image(d.pop("image"))


        environment = SoftwareEnvironment.from_dict(d.pop("environment"))




        def _parse_check_command(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        check_command = _parse_check_command(d.pop("check_command"))


        found_by = SoftwareFoundBy(d.pop("found_by"))




        def _parse_recipe_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        recipe_id = _parse_recipe_id(d.pop("recipe_id"))


        state = SoftwareState(d.pop("state"))




        def _parse_text(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        text = _parse_text(d.pop("text"))


        def _parse_checked_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                checked_at_type_0 = datetime.datetime.fromisoformat(data)



                return checked_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        checked_at = _parse_checked_at(d.pop("checked_at"))


        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        software = cls(
            id=id,
            machine_id=machine_id,
            name=name,
            version=version,
            modules=modules,
            path=path,
            image=image,
            environment=environment,
            check_command=check_command,
            found_by=found_by,
            recipe_id=recipe_id,
            state=state,
            text=text,
            checked_at=checked_at,
            created_at=created_at,
        )


        software.additional_properties = d
        return software

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
