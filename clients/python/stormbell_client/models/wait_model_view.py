from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.wait_model_view_source import WaitModelViewSource
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.wait_errors import WaitErrors





T = TypeVar("T", bound="WaitModelView")



@_attrs_define
class WaitModelView:
    """ What was learned of the waits in one partition of a machine.

        Attributes:
            partition (None | str): None where the machine has no partitions
            source (WaitModelViewSource): Learned from everybody's jobs, or from our own runs only
            learned_count (int):
            used (bool): Placement goes by it, from 50 waits on; before, by similar runs
            learned_at (datetime.datetime):
            looked_at (datetime.datetime | None): When the queue was last seen
            errors (None | WaitErrors): None while nothing that was predicted has begun
     """

    partition: None | str
    source: WaitModelViewSource
    learned_count: int
    used: bool
    learned_at: datetime.datetime
    looked_at: datetime.datetime | None
    errors: None | WaitErrors
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.wait_errors import WaitErrors # noqa: PLC0415
        partition: None | str
        partition = self.partition

        source = self.source.value

        learned_count = self.learned_count

        used = self.used

        learned_at = self.learned_at.isoformat()

        looked_at: None | str
        if isinstance(self.looked_at, datetime.datetime):
            looked_at = self.looked_at.isoformat()
        else:
            looked_at = self.looked_at

        errors: dict[str, Any] | None
        if isinstance(self.errors, WaitErrors):
            errors = self.errors.to_dict()
        else:
            errors = self.errors


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "partition": partition,
            "source": source,
            "learned_count": learned_count,
            "used": used,
            "learned_at": learned_at,
            "looked_at": looked_at,
            "errors": errors,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.wait_errors import WaitErrors # noqa: PLC0415
        d = dict(src_dict)
        def _parse_partition(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        partition = _parse_partition(d.pop("partition"))


        source = WaitModelViewSource(d.pop("source"))




        learned_count = d.pop("learned_count")

        used = d.pop("used")

        learned_at = datetime.datetime.fromisoformat(d.pop("learned_at"))




        def _parse_looked_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                looked_at_type_0 = datetime.datetime.fromisoformat(data)



                return looked_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        looked_at = _parse_looked_at(d.pop("looked_at"))


        def _parse_errors(data: object) -> None | WaitErrors:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                errors_type_0 = WaitErrors.from_dict(data)



                return errors_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | WaitErrors, data)

        errors = _parse_errors(d.pop("errors"))


        wait_model_view = cls(
            partition=partition,
            source=source,
            learned_count=learned_count,
            used=used,
            learned_at=learned_at,
            looked_at=looked_at,
            errors=errors,
        )


        wait_model_view.additional_properties = d
        return wait_model_view

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
