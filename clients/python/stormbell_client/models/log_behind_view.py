from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="LogBehindView")



@_attrs_define
class LogBehindView:
    """ A node whose newest records are missing from an answer.

        Attributes:
            node (str):
            readable_until (datetime.datetime | None):
            behind_seconds (float):
     """

    node: str
    readable_until: datetime.datetime | None
    behind_seconds: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        node = self.node

        readable_until: None | str
        if isinstance(self.readable_until, datetime.datetime):
            readable_until = self.readable_until.isoformat()
        else:
            readable_until = self.readable_until

        behind_seconds = self.behind_seconds


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "node": node,
            "readable_until": readable_until,
            "behind_seconds": behind_seconds,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        node = d.pop("node")

        def _parse_readable_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                readable_until_type_0 = datetime.datetime.fromisoformat(data)



                return readable_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        readable_until = _parse_readable_until(d.pop("readable_until"))


        behind_seconds = d.pop("behind_seconds")

        log_behind_view = cls(
            node=node,
            readable_until=readable_until,
            behind_seconds=behind_seconds,
        )


        log_behind_view.additional_properties = d
        return log_behind_view

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
