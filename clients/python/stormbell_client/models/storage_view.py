from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.storage_view_state import StorageViewState
from typing import cast






T = TypeVar("T", bound="StorageView")



@_attrs_define
class StorageView:
    """ A place for bytes.

        Attributes:
            id (str):
            name (str):
            driver (str):
            state (StorageViewState):
            bytes_used (int): By data sets
            bytes_free (int | None):
     """

    id: str
    name: str
    driver: str
    state: StorageViewState
    bytes_used: int
    bytes_free: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        driver = self.driver

        state = self.state.value

        bytes_used = self.bytes_used

        bytes_free: int | None
        bytes_free = self.bytes_free


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "name": name,
            "driver": driver,
            "state": state,
            "bytes_used": bytes_used,
            "bytes_free": bytes_free,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        driver = d.pop("driver")

        state = StorageViewState(d.pop("state"))




        bytes_used = d.pop("bytes_used")

        def _parse_bytes_free(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        bytes_free = _parse_bytes_free(d.pop("bytes_free"))


        storage_view = cls(
            id=id,
            name=name,
            driver=driver,
            state=state,
            bytes_used=bytes_used,
            bytes_free=bytes_free,
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
