from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.software_declare_environment import SoftwareDeclareEnvironment





T = TypeVar("T", bound="SoftwareDeclare")



@_attrs_define
class SoftwareDeclare:
    """ Software that is there, and how runs reach it; with none of that, it is simply on the PATH.

        Attributes:
            name (str):
            version (None | str | Unset):
            modules (list[str] | Unset): Environment modules to load, in this order
            path (None | str | Unset): Directory to put first on PATH
            image (None | str | Unset): Container image to run in
            environment (SoftwareDeclareEnvironment | Unset): Variables of runs that need it; no secrets
            check_command (None | str | Unset): Line of bash that ends with 0 where it is there
     """

    name: str
    version: None | str | Unset = UNSET
    modules: list[str] | Unset = UNSET
    path: None | str | Unset = UNSET
    image: None | str | Unset = UNSET
    environment: SoftwareDeclareEnvironment | Unset = UNSET
    check_command: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.software_declare_environment import SoftwareDeclareEnvironment # noqa: PLC0415
        name = self.name

        version: None | str | Unset
        if isinstance(self.version, Unset):
            version = UNSET
        else:
            version = self.version

        modules: list[str] | Unset = UNSET
        if not isinstance(self.modules, Unset):
            modules = self.modules



        path: None | str | Unset
        if isinstance(self.path, Unset):
            path = UNSET
        else:
            path = self.path

        image: None | str | Unset
        if isinstance(self.image, Unset):
            image = UNSET
        else:
            image = self.image

        environment: dict[str, Any] | Unset = UNSET
        if not isinstance(self.environment, Unset):
            environment = self.environment.to_dict()

        check_command: None | str | Unset
        if isinstance(self.check_command, Unset):
            check_command = UNSET
        else:
            check_command = self.check_command


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "name": name,
        })
        if version is not UNSET:
            field_dict["version"] = version
        if modules is not UNSET:
            field_dict["modules"] = modules
        if path is not UNSET:
            field_dict["path"] = path
        if image is not UNSET:
            field_dict["image"] = image
        if environment is not UNSET:
            field_dict["environment"] = environment
        if check_command is not UNSET:
            field_dict["check_command"] = check_command

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.software_declare_environment import SoftwareDeclareEnvironment # noqa: PLC0415
        d = dict(src_dict)
        name = d.pop("name")

        def _parse_version(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        version = _parse_version(d.pop("version", UNSET))


        modules = cast(list[str], d.pop("modules", UNSET))


        def _parse_path(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        path = _parse_path(d.pop("path", UNSET))


        def _parse_image(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        image = _parse_image(d.pop("image", UNSET))


        _environment = d.pop("environment", UNSET)
        environment: SoftwareDeclareEnvironment | Unset
        if isinstance(_environment,  Unset):
            environment = UNSET
        else:
            environment = SoftwareDeclareEnvironment.from_dict(_environment)




        def _parse_check_command(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        check_command = _parse_check_command(d.pop("check_command", UNSET))


        software_declare = cls(
            name=name,
            version=version,
            modules=modules,
            path=path,
            image=image,
            environment=environment,
            check_command=check_command,
        )

        return software_declare

