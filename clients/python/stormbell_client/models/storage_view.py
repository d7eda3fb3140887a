from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.storage_view_state import StorageViewState
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.storage_view_settings import StorageViewSettings





T = TypeVar("T", bound="StorageView")



@_attrs_define
class StorageView:
    """ A place for bytes.

        Attributes:
            id (str):
            owner_id (str):
            name (str):
            driver (str):
            settings (StorageViewSettings):
            credential_id (None | str):
            node_name (None | str): The one node that reaches it; null: every node
            enabled (bool):
            read_only (bool):
            quota_bytes (int | None):
            parallelism (int | None):
            bytes_per_second (int | None):
            state (StorageViewState): refused: it does not accept its login
            checked_at (datetime.datetime | None):
            latency_seconds (float | None):
            last_error (None | str):
            bytes_used (int): By the data sets you see
            bytes_total (int | None):
            bytes_free (int | None):
            capabilities (list[str]): What its driver can do; empty when the driver cannot be loaded
            created_at (datetime.datetime):
     """

    id: str
    owner_id: str
    name: str
    driver: str
    settings: StorageViewSettings
    credential_id: None | str
    node_name: None | str
    enabled: bool
    read_only: bool
    quota_bytes: int | None
    parallelism: int | None
    bytes_per_second: int | None
    state: StorageViewState
    checked_at: datetime.datetime | None
    latency_seconds: float | None
    last_error: None | str
    bytes_used: int
    bytes_total: int | None
    bytes_free: int | None
    capabilities: list[str]
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.storage_view_settings import StorageViewSettings # noqa: PLC0415
        id = self.id

        owner_id = self.owner_id

        name = self.name

        driver = self.driver

        settings = self.settings.to_dict()

        credential_id: None | str
        credential_id = self.credential_id

        node_name: None | str
        node_name = self.node_name

        enabled = self.enabled

        read_only = self.read_only

        quota_bytes: int | None
        quota_bytes = self.quota_bytes

        parallelism: int | None
        parallelism = self.parallelism

        bytes_per_second: int | None
        bytes_per_second = self.bytes_per_second

        state = self.state.value

        checked_at: None | str
        if isinstance(self.checked_at, datetime.datetime):
            checked_at = self.checked_at.isoformat()
        else:
            checked_at = self.checked_at

        latency_seconds: float | None
        latency_seconds = self.latency_seconds

        last_error: None | str
        last_error = self.last_error

        bytes_used = self.bytes_used

        bytes_total: int | None
        bytes_total = self.bytes_total

        bytes_free: int | None
        bytes_free = self.bytes_free

        capabilities = self.capabilities



        created_at = self.created_at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "owner_id": owner_id,
            "name": name,
            "driver": driver,
            "settings": settings,
            "credential_id": credential_id,
            "node_name": node_name,
            "enabled": enabled,
            "read_only": read_only,
            "quota_bytes": quota_bytes,
            "parallelism": parallelism,
            "bytes_per_second": bytes_per_second,
            "state": state,
            "checked_at": checked_at,
            "latency_seconds": latency_seconds,
            "last_error": last_error,
            "bytes_used": bytes_used,
            "bytes_total": bytes_total,
            "bytes_free": bytes_free,
            "capabilities": capabilities,
            "created_at": created_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.storage_view_settings import StorageViewSettings # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        owner_id = d.pop("owner_id")

        name = d.pop("name")

        driver = d.pop("driver")

        settings = StorageViewSettings.from_dict(d.pop("settings"))




        def _parse_credential_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        credential_id = _parse_credential_id(d.pop("credential_id"))


        def _parse_node_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        node_name = _parse_node_name(d.pop("node_name"))


        enabled = d.pop("enabled")

        read_only = d.pop("read_only")

        def _parse_quota_bytes(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        quota_bytes = _parse_quota_bytes(d.pop("quota_bytes"))


        def _parse_parallelism(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        parallelism = _parse_parallelism(d.pop("parallelism"))


        def _parse_bytes_per_second(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        bytes_per_second = _parse_bytes_per_second(d.pop("bytes_per_second"))


        state = StorageViewState(d.pop("state"))




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


        def _parse_latency_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        latency_seconds = _parse_latency_seconds(d.pop("latency_seconds"))


        def _parse_last_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        last_error = _parse_last_error(d.pop("last_error"))


        bytes_used = d.pop("bytes_used")

        def _parse_bytes_total(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        bytes_total = _parse_bytes_total(d.pop("bytes_total"))


        def _parse_bytes_free(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        bytes_free = _parse_bytes_free(d.pop("bytes_free"))


        capabilities = cast(list[str], d.pop("capabilities"))


        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        storage_view = cls(
            id=id,
            owner_id=owner_id,
            name=name,
            driver=driver,
            settings=settings,
            credential_id=credential_id,
            node_name=node_name,
            enabled=enabled,
            read_only=read_only,
            quota_bytes=quota_bytes,
            parallelism=parallelism,
            bytes_per_second=bytes_per_second,
            state=state,
            checked_at=checked_at,
            latency_seconds=latency_seconds,
            last_error=last_error,
            bytes_used=bytes_used,
            bytes_total=bytes_total,
            bytes_free=bytes_free,
            capabilities=capabilities,
            created_at=created_at,
        )


        storage_view.additional_properties = d
        return storage_view

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
