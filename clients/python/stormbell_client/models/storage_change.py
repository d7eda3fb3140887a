from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.storage_change_settings_type_0 import StorageChangeSettingsType0





T = TypeVar("T", bound="StorageChange")



@_attrs_define
class StorageChange:
    """ What of a storage changes; what is left out stays, null takes a limit away.

        Attributes:
            name (None | str | Unset):
            settings (None | StorageChangeSettingsType0 | Unset): All of them, not only those that change
            credential (None | str | Unset):
            enabled (bool | None | Unset):
            read_only (bool | None | Unset):
            quota_bytes (int | None | Unset):
            parallelism (int | None | Unset):
            bytes_per_second (int | None | Unset):
     """

    name: None | str | Unset = UNSET
    settings: None | StorageChangeSettingsType0 | Unset = UNSET
    credential: None | str | Unset = UNSET
    enabled: bool | None | Unset = UNSET
    read_only: bool | None | Unset = UNSET
    quota_bytes: int | None | Unset = UNSET
    parallelism: int | None | Unset = UNSET
    bytes_per_second: int | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.storage_change_settings_type_0 import StorageChangeSettingsType0 # noqa: PLC0415
        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        settings: dict[str, Any] | None | Unset
        if isinstance(self.settings, Unset):
            settings = UNSET
        elif isinstance(self.settings, StorageChangeSettingsType0):
            settings = self.settings.to_dict()
        else:
            settings = self.settings

        credential: None | str | Unset
        if isinstance(self.credential, Unset):
            credential = UNSET
        else:
            credential = self.credential

        enabled: bool | None | Unset
        if isinstance(self.enabled, Unset):
            enabled = UNSET
        else:
            enabled = self.enabled

        read_only: bool | None | Unset
        if isinstance(self.read_only, Unset):
            read_only = UNSET
        else:
            read_only = self.read_only

        quota_bytes: int | None | Unset
        if isinstance(self.quota_bytes, Unset):
            quota_bytes = UNSET
        else:
            quota_bytes = self.quota_bytes

        parallelism: int | None | Unset
        if isinstance(self.parallelism, Unset):
            parallelism = UNSET
        else:
            parallelism = self.parallelism

        bytes_per_second: int | None | Unset
        if isinstance(self.bytes_per_second, Unset):
            bytes_per_second = UNSET
        else:
            bytes_per_second = self.bytes_per_second


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if name is not UNSET:
            field_dict["name"] = name
        if settings is not UNSET:
            field_dict["settings"] = settings
        if credential is not UNSET:
            field_dict["credential"] = credential
        if enabled is not UNSET:
            field_dict["enabled"] = enabled
        if read_only is not UNSET:
            field_dict["read_only"] = read_only
        if quota_bytes is not UNSET:
            field_dict["quota_bytes"] = quota_bytes
        if parallelism is not UNSET:
            field_dict["parallelism"] = parallelism
        if bytes_per_second is not UNSET:
            field_dict["bytes_per_second"] = bytes_per_second

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.storage_change_settings_type_0 import StorageChangeSettingsType0 # noqa: PLC0415
        d = dict(src_dict)
        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))


        def _parse_settings(data: object) -> None | StorageChangeSettingsType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                settings_type_0 = StorageChangeSettingsType0.from_dict(data)



                return settings_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | StorageChangeSettingsType0 | Unset, data)

        settings = _parse_settings(d.pop("settings", UNSET))


        def _parse_credential(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        credential = _parse_credential(d.pop("credential", UNSET))


        def _parse_enabled(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        enabled = _parse_enabled(d.pop("enabled", UNSET))


        def _parse_read_only(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        read_only = _parse_read_only(d.pop("read_only", UNSET))


        def _parse_quota_bytes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        quota_bytes = _parse_quota_bytes(d.pop("quota_bytes", UNSET))


        def _parse_parallelism(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        parallelism = _parse_parallelism(d.pop("parallelism", UNSET))


        def _parse_bytes_per_second(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        bytes_per_second = _parse_bytes_per_second(d.pop("bytes_per_second", UNSET))


        storage_change = cls(
            name=name,
            settings=settings,
            credential=credential,
            enabled=enabled,
            read_only=read_only,
            quota_bytes=quota_bytes,
            parallelism=parallelism,
            bytes_per_second=bytes_per_second,
        )

        return storage_change

