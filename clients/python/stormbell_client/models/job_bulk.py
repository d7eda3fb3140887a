from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.bulk_filter import BulkFilter





T = TypeVar("T", bound="JobBulk")



@_attrs_define
class JobBulk:
    """ What is to be done to many jobs.

        Attributes:
            filter_ (BulkFilter): Which jobs: those that fit all of what is given.
            dry_run (bool | Unset): Only say how many there are, and which are the first Default: False.
            limit (int | Unset): Most jobs this request looks at Default: 10000.
            cursor (None | str | Unset): `next_cursor` of the request before: go on there
     """

    filter_: BulkFilter
    dry_run: bool | Unset = False
    limit: int | Unset = 10000
    cursor: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.bulk_filter import BulkFilter # noqa: PLC0415
        filter_ = self.filter_.to_dict()

        dry_run = self.dry_run

        limit = self.limit

        cursor: None | str | Unset
        if isinstance(self.cursor, Unset):
            cursor = UNSET
        else:
            cursor = self.cursor


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "filter": filter_,
        })
        if dry_run is not UNSET:
            field_dict["dry_run"] = dry_run
        if limit is not UNSET:
            field_dict["limit"] = limit
        if cursor is not UNSET:
            field_dict["cursor"] = cursor

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.bulk_filter import BulkFilter # noqa: PLC0415
        d = dict(src_dict)
        filter_ = BulkFilter.from_dict(d.pop("filter"))




        dry_run = d.pop("dry_run", UNSET)

        limit = d.pop("limit", UNSET)

        def _parse_cursor(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        cursor = _parse_cursor(d.pop("cursor", UNSET))


        job_bulk = cls(
            filter_=filter_,
            dry_run=dry_run,
            limit=limit,
            cursor=cursor,
        )

        return job_bulk

