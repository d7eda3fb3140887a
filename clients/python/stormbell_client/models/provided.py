from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.provided_environment import ProvidedEnvironment





T = TypeVar("T", bound="Provided")



@_attrs_define
class Provided:
    """ Software as a run is given it; kept with the run.

        Attributes:
            name (str):
            version (None | str | Unset):
            modules (list[str] | Unset):
            path (None | str | Unset):
            image (None | str | Unset):
            environment (ProvidedEnvironment | Unset):
     """

    name: str
    version: None | str | Unset = UNSET
    modules: list[str] | Unset = UNSET
    path: None | str | Unset = UNSET
    image: None | str | Unset = UNSET
    environment: ProvidedEnvironment | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.provided_environment import ProvidedEnvironment # noqa: PLC0415
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


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
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

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.provided_environment import ProvidedEnvironment # noqa: PLC0415
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
        environment: ProvidedEnvironment | Unset
        if isinstance(_environment,  Unset):
            environment = UNSET
        else:
            environment = ProvidedEnvironment.from_dict(_environment)




        provided = cls(
            name=name,
            version=version,
            modules=modules,
            path=path,
            image=image,
            environment=environment,
        )


        provided.additional_properties = d
        return provided

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
