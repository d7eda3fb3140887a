from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
import datetime






T = TypeVar("T", bound="WaitView")



@_attrs_define
class WaitView:
    """ One thing an incident waits for.

        Attributes:
            subject_id (str):
            subject (str):
            kind (str):
            text (str):
            since (datetime.datetime):
            next_check_at (datetime.datetime | None | Unset):
     """

    subject_id: str
    subject: str
    kind: str
    text: str
    since: datetime.datetime
    next_check_at: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        subject_id = self.subject_id

        subject = self.subject

        kind = self.kind

        text = self.text

        since = self.since.isoformat()

        next_check_at: None | str | Unset
        if isinstance(self.next_check_at, Unset):
            next_check_at = UNSET
        elif isinstance(self.next_check_at, datetime.datetime):
            next_check_at = self.next_check_at.isoformat()
        else:
            next_check_at = self.next_check_at


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "subject_id": subject_id,
            "subject": subject,
            "kind": kind,
            "text": text,
            "since": since,
        })
        if next_check_at is not UNSET:
            field_dict["next_check_at"] = next_check_at

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        subject_id = d.pop("subject_id")

        subject = d.pop("subject")

        kind = d.pop("kind")

        text = d.pop("text")

        since = datetime.datetime.fromisoformat(d.pop("since"))




        def _parse_next_check_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_check_at_type_0 = datetime.datetime.fromisoformat(data)



                return next_check_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        next_check_at = _parse_next_check_at(d.pop("next_check_at", UNSET))


        wait_view = cls(
            subject_id=subject_id,
            subject=subject,
            kind=kind,
            text=text,
            since=since,
            next_check_at=next_check_at,
        )


        wait_view.additional_properties = d
        return wait_view

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
