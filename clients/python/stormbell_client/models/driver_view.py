from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.driver_view_settings_schema_type_0 import DriverViewSettingsSchemaType0





T = TypeVar("T", bound="DriverView")



@_attrs_define
class DriverView:
    """ One driver and the form of its settings.

        Attributes:
            kind (str):
            name (str):
            title (str):
            available (bool):
            error (None | str):
            settings_schema (DriverViewSettingsSchemaType0 | None):
     """

    kind: str
    name: str
    title: str
    available: bool
    error: None | str
    settings_schema: DriverViewSettingsSchemaType0 | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.driver_view_settings_schema_type_0 import DriverViewSettingsSchemaType0 # noqa: PLC0415
        kind = self.kind

        name = self.name

        title = self.title

        available = self.available

        error: None | str
        error = self.error

        settings_schema: dict[str, Any] | None
        if isinstance(self.settings_schema, DriverViewSettingsSchemaType0):
            settings_schema = self.settings_schema.to_dict()
        else:
            settings_schema = self.settings_schema


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "kind": kind,
            "name": name,
            "title": title,
            "available": available,
            "error": error,
            "settings_schema": settings_schema,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.driver_view_settings_schema_type_0 import DriverViewSettingsSchemaType0 # noqa: PLC0415
        d = dict(src_dict)
        kind = d.pop("kind")

        name = d.pop("name")

        title = d.pop("title")

        available = d.pop("available")

        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))


        def _parse_settings_schema(data: object) -> DriverViewSettingsSchemaType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                settings_schema_type_0 = DriverViewSettingsSchemaType0.from_dict(data)



                return settings_schema_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(DriverViewSettingsSchemaType0 | None, data)

        settings_schema = _parse_settings_schema(d.pop("settings_schema"))


        driver_view = cls(
            kind=kind,
            name=name,
            title=title,
            available=available,
            error=error,
            settings_schema=settings_schema,
        )


        driver_view.additional_properties = d
        return driver_view

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
