from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.alarm_view_priority import AlarmViewPriority
from ..models.alarm_view_state import AlarmViewState
from typing import cast
import datetime






T = TypeVar("T", bound="AlarmView")



@_attrs_define
class AlarmView:
    """ One condition that needs, or needed, a person.

        Attributes:
            id (str):
            key (str):
            priority (AlarmViewPriority):
            state (AlarmViewState):
            title (str):
            consequence (str):
            action (str):
            subject_id (None | str):
            raised_at (datetime.datetime):
            cleared_at (datetime.datetime | None):
            count (int): How often it was raised since somebody last saw it
            seen (bool): False with state gone: it came and went and nobody has seen it
            acknowledged_by (None | str):
            acknowledged_at (datetime.datetime | None):
            note (None | str):
            shelved_until (datetime.datetime | None):
            shelved_reason (None | str):
     """

    id: str
    key: str
    priority: AlarmViewPriority
    state: AlarmViewState
    title: str
    consequence: str
    action: str
    subject_id: None | str
    raised_at: datetime.datetime
    cleared_at: datetime.datetime | None
    count: int
    seen: bool
    acknowledged_by: None | str
    acknowledged_at: datetime.datetime | None
    note: None | str
    shelved_until: datetime.datetime | None
    shelved_reason: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        key = self.key

        priority = self.priority.value

        state = self.state.value

        title = self.title

        consequence = self.consequence

        action = self.action

        subject_id: None | str
        subject_id = self.subject_id

        raised_at = self.raised_at.isoformat()

        cleared_at: None | str
        if isinstance(self.cleared_at, datetime.datetime):
            cleared_at = self.cleared_at.isoformat()
        else:
            cleared_at = self.cleared_at

        count = self.count

        seen = self.seen

        acknowledged_by: None | str
        acknowledged_by = self.acknowledged_by

        acknowledged_at: None | str
        if isinstance(self.acknowledged_at, datetime.datetime):
            acknowledged_at = self.acknowledged_at.isoformat()
        else:
            acknowledged_at = self.acknowledged_at

        note: None | str
        note = self.note

        shelved_until: None | str
        if isinstance(self.shelved_until, datetime.datetime):
            shelved_until = self.shelved_until.isoformat()
        else:
            shelved_until = self.shelved_until

        shelved_reason: None | str
        shelved_reason = self.shelved_reason


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "key": key,
            "priority": priority,
            "state": state,
            "title": title,
            "consequence": consequence,
            "action": action,
            "subject_id": subject_id,
            "raised_at": raised_at,
            "cleared_at": cleared_at,
            "count": count,
            "seen": seen,
            "acknowledged_by": acknowledged_by,
            "acknowledged_at": acknowledged_at,
            "note": note,
            "shelved_until": shelved_until,
            "shelved_reason": shelved_reason,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        key = d.pop("key")

        priority = AlarmViewPriority(d.pop("priority"))




        state = AlarmViewState(d.pop("state"))




        title = d.pop("title")

        consequence = d.pop("consequence")

        action = d.pop("action")

        def _parse_subject_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        subject_id = _parse_subject_id(d.pop("subject_id"))


        raised_at = datetime.datetime.fromisoformat(d.pop("raised_at"))




        def _parse_cleared_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                cleared_at_type_0 = datetime.datetime.fromisoformat(data)



                return cleared_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        cleared_at = _parse_cleared_at(d.pop("cleared_at"))


        count = d.pop("count")

        seen = d.pop("seen")

        def _parse_acknowledged_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        acknowledged_by = _parse_acknowledged_by(d.pop("acknowledged_by"))


        def _parse_acknowledged_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                acknowledged_at_type_0 = datetime.datetime.fromisoformat(data)



                return acknowledged_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        acknowledged_at = _parse_acknowledged_at(d.pop("acknowledged_at"))


        def _parse_note(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        note = _parse_note(d.pop("note"))


        def _parse_shelved_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                shelved_until_type_0 = datetime.datetime.fromisoformat(data)



                return shelved_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        shelved_until = _parse_shelved_until(d.pop("shelved_until"))


        def _parse_shelved_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        shelved_reason = _parse_shelved_reason(d.pop("shelved_reason"))


        alarm_view = cls(
            id=id,
            key=key,
            priority=priority,
            state=state,
            title=title,
            consequence=consequence,
            action=action,
            subject_id=subject_id,
            raised_at=raised_at,
            cleared_at=cleared_at,
            count=count,
            seen=seen,
            acknowledged_by=acknowledged_by,
            acknowledged_at=acknowledged_at,
            note=note,
            shelved_until=shelved_until,
            shelved_reason=shelved_reason,
        )


        alarm_view.additional_properties = d
        return alarm_view

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
