from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="LogNodeView")



@_attrs_define
class LogNodeView:
    """ How far the log of one node can be read on the node that answers.

        Attributes:
            node (str):
            answers (bool): It is the node that answers: all of its log can be read, as it is written
            written_at (datetime.datetime | None): When its newest record was written, as far as it said so
            readable_until (datetime.datetime | None): Newer records cannot be read here yet; null: none can
            behind_seconds (float): From readable_until to written_at
            waiting_count (int): Finished segments that have not reached every sink
            waiting_bytes (int):
            lost_count (int): Finished segments gone or damaged on its disk before every sink had them
            dropped_count (int): Records of its present boot that never reached its disk
            trouble (None | str): Why it cannot write its log, or bring it to a sink
            told_at (datetime.datetime): When it last said something of its log
     """

    node: str
    answers: bool
    written_at: datetime.datetime | None
    readable_until: datetime.datetime | None
    behind_seconds: float
    waiting_count: int
    waiting_bytes: int
    lost_count: int
    dropped_count: int
    trouble: None | str
    told_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        node = self.node

        answers = self.answers

        written_at: None | str
        if isinstance(self.written_at, datetime.datetime):
            written_at = self.written_at.isoformat()
        else:
            written_at = self.written_at

        readable_until: None | str
        if isinstance(self.readable_until, datetime.datetime):
            readable_until = self.readable_until.isoformat()
        else:
            readable_until = self.readable_until

        behind_seconds = self.behind_seconds

        waiting_count = self.waiting_count

        waiting_bytes = self.waiting_bytes

        lost_count = self.lost_count

        dropped_count = self.dropped_count

        trouble: None | str
        trouble = self.trouble

        told_at = self.told_at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "node": node,
            "answers": answers,
            "written_at": written_at,
            "readable_until": readable_until,
            "behind_seconds": behind_seconds,
            "waiting_count": waiting_count,
            "waiting_bytes": waiting_bytes,
            "lost_count": lost_count,
            "dropped_count": dropped_count,
            "trouble": trouble,
            "told_at": told_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        node = d.pop("node")

        answers = d.pop("answers")

        def _parse_written_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                written_at_type_0 = datetime.datetime.fromisoformat(data)



                return written_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        written_at = _parse_written_at(d.pop("written_at"))


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

        waiting_count = d.pop("waiting_count")

        waiting_bytes = d.pop("waiting_bytes")

        lost_count = d.pop("lost_count")

        dropped_count = d.pop("dropped_count")

        def _parse_trouble(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        trouble = _parse_trouble(d.pop("trouble"))


        told_at = datetime.datetime.fromisoformat(d.pop("told_at"))




        log_node_view = cls(
            node=node,
            answers=answers,
            written_at=written_at,
            readable_until=readable_until,
            behind_seconds=behind_seconds,
            waiting_count=waiting_count,
            waiting_bytes=waiting_bytes,
            lost_count=lost_count,
            dropped_count=dropped_count,
            trouble=trouble,
            told_at=told_at,
        )


        log_node_view.additional_properties = d
        return log_node_view

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
