from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.stage_bar_state import StageBarState
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.attempt_mark import AttemptMark





T = TypeVar("T", bound="StageBar")



@_attrs_define
class StageBar:
    """ A stage on the timeline.

        Attributes:
            id (str):
            name (str):
            state (StageBarState):
            queued_at (datetime.datetime):
            started_at (datetime.datetime | None):
            finished_at (datetime.datetime | None):
            attempts (int):
            label (None | str):
            error (None | str):
            attempts_log (list[AttemptMark]):
     """

    id: str
    name: str
    state: StageBarState
    queued_at: datetime.datetime
    started_at: datetime.datetime | None
    finished_at: datetime.datetime | None
    attempts: int
    label: None | str
    error: None | str
    attempts_log: list[AttemptMark]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.attempt_mark import AttemptMark # noqa: PLC0415
        id = self.id

        name = self.name

        state = self.state.value

        queued_at = self.queued_at.isoformat()

        started_at: None | str
        if isinstance(self.started_at, datetime.datetime):
            started_at = self.started_at.isoformat()
        else:
            started_at = self.started_at

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        attempts = self.attempts

        label: None | str
        label = self.label

        error: None | str
        error = self.error

        attempts_log = []
        for attempts_log_item_data in self.attempts_log:
            attempts_log_item = attempts_log_item_data.to_dict()
            attempts_log.append(attempts_log_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "name": name,
            "state": state,
            "queued_at": queued_at,
            "started_at": started_at,
            "finished_at": finished_at,
            "attempts": attempts,
            "label": label,
            "error": error,
            "attempts_log": attempts_log,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.attempt_mark import AttemptMark # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        state = StageBarState(d.pop("state"))




        queued_at = datetime.datetime.fromisoformat(d.pop("queued_at"))




        def _parse_started_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                started_at_type_0 = datetime.datetime.fromisoformat(data)



                return started_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        started_at = _parse_started_at(d.pop("started_at"))


        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data)



                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))


        attempts = d.pop("attempts")

        def _parse_label(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        label = _parse_label(d.pop("label"))


        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))


        attempts_log = []
        _attempts_log = d.pop("attempts_log")
        for attempts_log_item_data in (_attempts_log):
            attempts_log_item = AttemptMark.from_dict(attempts_log_item_data)



            attempts_log.append(attempts_log_item)


        stage_bar = cls(
            id=id,
            name=name,
            state=state,
            queued_at=queued_at,
            started_at=started_at,
            finished_at=finished_at,
            attempts=attempts,
            label=label,
            error=error,
            attempts_log=attempts_log,
        )


        stage_bar.additional_properties = d
        return stage_bar

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
