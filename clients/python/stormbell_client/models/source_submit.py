from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.source_submit_settings import SourceSubmitSettings





T = TypeVar("T", bound="SourceSubmit")



@_attrs_define
class SourceSubmit:
    """ A source to register.

        Attributes:
            name (str):
            driver (str):
            settings (SourceSubmitSettings | Unset): What the driver's settings_schema asks for
            enabled (bool | Unset):  Default: True.
     """

    name: str
    driver: str
    settings: SourceSubmitSettings | Unset = UNSET
    enabled: bool | Unset = True





    def to_dict(self) -> dict[str, Any]:
        from ..models.source_submit_settings import SourceSubmitSettings # noqa: PLC0415
        name = self.name

        driver = self.driver

        settings: dict[str, Any] | Unset = UNSET
        if not isinstance(self.settings, Unset):
            settings = self.settings.to_dict()

        enabled = self.enabled


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "name": name,
            "driver": driver,
        })
        if settings is not UNSET:
            field_dict["settings"] = settings
        if enabled is not UNSET:
            field_dict["enabled"] = enabled

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.source_submit_settings import SourceSubmitSettings # noqa: PLC0415
        d = dict(src_dict)
        name = d.pop("name")

        driver = d.pop("driver")

        _settings = d.pop("settings", UNSET)
        settings: SourceSubmitSettings | Unset
        if isinstance(_settings,  Unset):
            settings = UNSET
        else:
            settings = SourceSubmitSettings.from_dict(_settings)




        enabled = d.pop("enabled", UNSET)

        source_submit = cls(
            name=name,
            driver=driver,
            settings=settings,
            enabled=enabled,
        )

        return source_submit

