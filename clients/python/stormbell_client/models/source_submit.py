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
            addresses (list[str] | Unset): Networks whose POST /ingest is for this source, if `ingest.by_address` is on
            keep_seconds (float | None | Unset): How long bodies are kept
            keep_bytes (int | None | Unset): Bodies kept; the oldest go first
     """

    name: str
    driver: str
    settings: SourceSubmitSettings | Unset = UNSET
    enabled: bool | Unset = True
    addresses: list[str] | Unset = UNSET
    keep_seconds: float | None | Unset = UNSET
    keep_bytes: int | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.source_submit_settings import SourceSubmitSettings # noqa: PLC0415
        name = self.name

        driver = self.driver

        settings: dict[str, Any] | Unset = UNSET
        if not isinstance(self.settings, Unset):
            settings = self.settings.to_dict()

        enabled = self.enabled

        addresses: list[str] | Unset = UNSET
        if not isinstance(self.addresses, Unset):
            addresses = self.addresses



        keep_seconds: float | None | Unset
        if isinstance(self.keep_seconds, Unset):
            keep_seconds = UNSET
        else:
            keep_seconds = self.keep_seconds

        keep_bytes: int | None | Unset
        if isinstance(self.keep_bytes, Unset):
            keep_bytes = UNSET
        else:
            keep_bytes = self.keep_bytes


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "name": name,
            "driver": driver,
        })
        if settings is not UNSET:
            field_dict["settings"] = settings
        if enabled is not UNSET:
            field_dict["enabled"] = enabled
        if addresses is not UNSET:
            field_dict["addresses"] = addresses
        if keep_seconds is not UNSET:
            field_dict["keep_seconds"] = keep_seconds
        if keep_bytes is not UNSET:
            field_dict["keep_bytes"] = keep_bytes

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

        addresses = cast(list[str], d.pop("addresses", UNSET))


        def _parse_keep_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        keep_seconds = _parse_keep_seconds(d.pop("keep_seconds", UNSET))


        def _parse_keep_bytes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        keep_bytes = _parse_keep_bytes(d.pop("keep_bytes", UNSET))


        source_submit = cls(
            name=name,
            driver=driver,
            settings=settings,
            enabled=enabled,
            addresses=addresses,
            keep_seconds=keep_seconds,
            keep_bytes=keep_bytes,
        )

        return source_submit

