from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.archive_urgency import ArchiveUrgency
from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="Archive")



@_attrs_define
class Archive:
    """ Which storage a data set goes to; left out, the archive's or, coming back, the one new data sets go to.

        Attributes:
            storage_id (None | str | Unset):
            urgency (ArchiveUrgency | Unset):  Default: ArchiveUrgency.LOW.
     """

    storage_id: None | str | Unset = UNSET
    urgency: ArchiveUrgency | Unset = ArchiveUrgency.LOW





    def to_dict(self) -> dict[str, Any]:
        storage_id: None | str | Unset
        if isinstance(self.storage_id, Unset):
            storage_id = UNSET
        else:
            storage_id = self.storage_id

        urgency: str | Unset = UNSET
        if not isinstance(self.urgency, Unset):
            urgency = self.urgency.value



        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if storage_id is not UNSET:
            field_dict["storage_id"] = storage_id
        if urgency is not UNSET:
            field_dict["urgency"] = urgency

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        def _parse_storage_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        storage_id = _parse_storage_id(d.pop("storage_id", UNSET))


        _urgency = d.pop("urgency", UNSET)
        urgency: ArchiveUrgency | Unset
        if isinstance(_urgency,  Unset):
            urgency = UNSET
        else:
            urgency = ArchiveUrgency(_urgency)




        archive = cls(
            storage_id=storage_id,
            urgency=urgency,
        )

        return archive

