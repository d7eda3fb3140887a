from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.storage_tried_state import StorageTriedState
from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="StorageTried")



@_attrs_define
class StorageTried:
    """ How a storage answered.

        Attributes:
            state (StorageTriedState):
            latency_seconds (float | None):
            bytes_total (int | None | Unset):
            bytes_free (int | None | Unset):
            capabilities (list[str] | Unset):
            code (None | str | Unset): Of the problem
            error (None | str | Unset):
     """

    state: StorageTriedState
    latency_seconds: float | None
    bytes_total: int | None | Unset = UNSET
    bytes_free: int | None | Unset = UNSET
    capabilities: list[str] | Unset = UNSET
    code: None | str | Unset = UNSET
    error: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        state = self.state.value

        latency_seconds: float | None
        latency_seconds = self.latency_seconds

        bytes_total: int | None | Unset
        if isinstance(self.bytes_total, Unset):
            bytes_total = UNSET
        else:
            bytes_total = self.bytes_total

        bytes_free: int | None | Unset
        if isinstance(self.bytes_free, Unset):
            bytes_free = UNSET
        else:
            bytes_free = self.bytes_free

        capabilities: list[str] | Unset = UNSET
        if not isinstance(self.capabilities, Unset):
            capabilities = self.capabilities



        code: None | str | Unset
        if isinstance(self.code, Unset):
            code = UNSET
        else:
            code = self.code

        error: None | str | Unset
        if isinstance(self.error, Unset):
            error = UNSET
        else:
            error = self.error


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "state": state,
            "latency_seconds": latency_seconds,
        })
        if bytes_total is not UNSET:
            field_dict["bytes_total"] = bytes_total
        if bytes_free is not UNSET:
            field_dict["bytes_free"] = bytes_free
        if capabilities is not UNSET:
            field_dict["capabilities"] = capabilities
        if code is not UNSET:
            field_dict["code"] = code
        if error is not UNSET:
            field_dict["error"] = error

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        state = StorageTriedState(d.pop("state"))




        def _parse_latency_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        latency_seconds = _parse_latency_seconds(d.pop("latency_seconds"))


        def _parse_bytes_total(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        bytes_total = _parse_bytes_total(d.pop("bytes_total", UNSET))


        def _parse_bytes_free(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        bytes_free = _parse_bytes_free(d.pop("bytes_free", UNSET))


        capabilities = cast(list[str], d.pop("capabilities", UNSET))


        def _parse_code(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        code = _parse_code(d.pop("code", UNSET))


        def _parse_error(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        error = _parse_error(d.pop("error", UNSET))


        storage_tried = cls(
            state=state,
            latency_seconds=latency_seconds,
            bytes_total=bytes_total,
            bytes_free=bytes_free,
            capabilities=capabilities,
            code=code,
            error=error,
        )


        storage_tried.additional_properties = d
        return storage_tried

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
