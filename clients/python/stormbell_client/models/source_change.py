from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.source_change_settings_type_0 import SourceChangeSettingsType0





T = TypeVar("T", bound="SourceChange")



@_attrs_define
class SourceChange:
    """ What to change about a source; the rest stays.

        Attributes:
            name (None | str | Unset):
            settings (None | SourceChangeSettingsType0 | Unset): All of the settings, not a part
            enabled (bool | None | Unset):
            addresses (list[str] | None | Unset):
            keep_seconds (float | None | Unset): How long bodies are kept; null: as the settings say
            keep_bytes (int | None | Unset): Bodies kept; null: as the settings say
     """

    name: None | str | Unset = UNSET
    settings: None | SourceChangeSettingsType0 | Unset = UNSET
    enabled: bool | None | Unset = UNSET
    addresses: list[str] | None | Unset = UNSET
    keep_seconds: float | None | Unset = UNSET
    keep_bytes: int | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.source_change_settings_type_0 import SourceChangeSettingsType0 # noqa: PLC0415
        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        settings: dict[str, Any] | None | Unset
        if isinstance(self.settings, Unset):
            settings = UNSET
        elif isinstance(self.settings, SourceChangeSettingsType0):
            settings = self.settings.to_dict()
        else:
            settings = self.settings

        enabled: bool | None | Unset
        if isinstance(self.enabled, Unset):
            enabled = UNSET
        else:
            enabled = self.enabled

        addresses: list[str] | None | Unset
        if isinstance(self.addresses, Unset):
            addresses = UNSET
        elif isinstance(self.addresses, list):
            addresses = self.addresses


        else:
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
        })
        if name is not UNSET:
            field_dict["name"] = name
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
        from ..models.source_change_settings_type_0 import SourceChangeSettingsType0 # noqa: PLC0415
        d = dict(src_dict)
        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))


        def _parse_settings(data: object) -> None | SourceChangeSettingsType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                settings_type_0 = SourceChangeSettingsType0.from_dict(data)



                return settings_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SourceChangeSettingsType0 | Unset, data)

        settings = _parse_settings(d.pop("settings", UNSET))


        def _parse_enabled(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        enabled = _parse_enabled(d.pop("enabled", UNSET))


        def _parse_addresses(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                addresses_type_0 = cast(list[str], data)

                return addresses_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        addresses = _parse_addresses(d.pop("addresses", UNSET))


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


        source_change = cls(
            name=name,
            settings=settings,
            enabled=enabled,
            addresses=addresses,
            keep_seconds=keep_seconds,
            keep_bytes=keep_bytes,
        )

        return source_change

