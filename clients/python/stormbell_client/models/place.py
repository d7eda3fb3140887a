from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="Place")



@_attrs_define
class Place:
    """ A path of a storage.

        Attributes:
            storage_id (str): Id of a storage
            path (None | str | Unset): Left out: where data sets are kept
     """

    storage_id: str
    path: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        storage_id = self.storage_id

        path: None | str | Unset
        if isinstance(self.path, Unset):
            path = UNSET
        else:
            path = self.path


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "storage_id": storage_id,
        })
        if path is not UNSET:
            field_dict["path"] = path

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        storage_id = d.pop("storage_id")

        def _parse_path(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        path = _parse_path(d.pop("path", UNSET))


        place = cls(
            storage_id=storage_id,
            path=path,
        )

        return place

