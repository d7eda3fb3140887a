from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.copy_create_kind import CopyCreateKind
from ..models.copy_create_urgency import CopyCreateUrgency
from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="CopyCreate")



@_attrs_define
class CopyCreate:
    """ Where a data set is to be as well, or instead.

        Attributes:
            storage_ids (list[str]):
            urgency (CopyCreateUrgency | Unset):  Default: CopyCreateUrgency.NORMAL.
            bytes_per_second (int | None | Unset): Send no more bytes a second than this
            dry_run (bool | Unset): Only say what would be done, and how long it would take Default: False.
            kind (CopyCreateKind | Unset):  Default: CopyCreateKind.REPLICATE.
            from_storage_id (None | str | Unset): Which of its copies is read, or moved
     """

    storage_ids: list[str]
    urgency: CopyCreateUrgency | Unset = CopyCreateUrgency.NORMAL
    bytes_per_second: int | None | Unset = UNSET
    dry_run: bool | Unset = False
    kind: CopyCreateKind | Unset = CopyCreateKind.REPLICATE
    from_storage_id: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        storage_ids = self.storage_ids



        urgency: str | Unset = UNSET
        if not isinstance(self.urgency, Unset):
            urgency = self.urgency.value


        bytes_per_second: int | None | Unset
        if isinstance(self.bytes_per_second, Unset):
            bytes_per_second = UNSET
        else:
            bytes_per_second = self.bytes_per_second

        dry_run = self.dry_run

        kind: str | Unset = UNSET
        if not isinstance(self.kind, Unset):
            kind = self.kind.value


        from_storage_id: None | str | Unset
        if isinstance(self.from_storage_id, Unset):
            from_storage_id = UNSET
        else:
            from_storage_id = self.from_storage_id


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "storage_ids": storage_ids,
        })
        if urgency is not UNSET:
            field_dict["urgency"] = urgency
        if bytes_per_second is not UNSET:
            field_dict["bytes_per_second"] = bytes_per_second
        if dry_run is not UNSET:
            field_dict["dry_run"] = dry_run
        if kind is not UNSET:
            field_dict["kind"] = kind
        if from_storage_id is not UNSET:
            field_dict["from_storage_id"] = from_storage_id

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        storage_ids = cast(list[str], d.pop("storage_ids"))


        _urgency = d.pop("urgency", UNSET)
        urgency: CopyCreateUrgency | Unset
        if isinstance(_urgency,  Unset):
            urgency = UNSET
        else:
            urgency = CopyCreateUrgency(_urgency)




        def _parse_bytes_per_second(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        bytes_per_second = _parse_bytes_per_second(d.pop("bytes_per_second", UNSET))


        dry_run = d.pop("dry_run", UNSET)

        _kind = d.pop("kind", UNSET)
        kind: CopyCreateKind | Unset
        if isinstance(_kind,  Unset):
            kind = UNSET
        else:
            kind = CopyCreateKind(_kind)




        def _parse_from_storage_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        from_storage_id = _parse_from_storage_id(d.pop("from_storage_id", UNSET))


        copy_create = cls(
            storage_ids=storage_ids,
            urgency=urgency,
            bytes_per_second=bytes_per_second,
            dry_run=dry_run,
            kind=kind,
            from_storage_id=from_storage_id,
        )

        return copy_create

