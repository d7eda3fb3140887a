from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.storage_check_view_state import StorageCheckViewState
from typing import cast
import datetime






T = TypeVar("T", bound="StorageCheckView")



@_attrs_define
class StorageCheckView:
    """ How a storage answered once.

        Attributes:
            checked_at (datetime.datetime):
            state (StorageCheckViewState):
            latency_seconds (float | None):
            bytes_free (int | None):
            error (None | str):
     """

    checked_at: datetime.datetime
    state: StorageCheckViewState
    latency_seconds: float | None
    bytes_free: int | None
    error: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        checked_at = self.checked_at.isoformat()

        state = self.state.value

        latency_seconds: float | None
        latency_seconds = self.latency_seconds

        bytes_free: int | None
        bytes_free = self.bytes_free

        error: None | str
        error = self.error


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "checked_at": checked_at,
            "state": state,
            "latency_seconds": latency_seconds,
            "bytes_free": bytes_free,
            "error": error,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        checked_at = datetime.datetime.fromisoformat(d.pop("checked_at"))




        state = StorageCheckViewState(d.pop("state"))




        def _parse_latency_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        latency_seconds = _parse_latency_seconds(d.pop("latency_seconds"))


        def _parse_bytes_free(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        bytes_free = _parse_bytes_free(d.pop("bytes_free"))


        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))


        storage_check_view = cls(
            checked_at=checked_at,
            state=state,
            latency_seconds=latency_seconds,
            bytes_free=bytes_free,
            error=error,
        )


        storage_check_view.additional_properties = d
        return storage_check_view

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
