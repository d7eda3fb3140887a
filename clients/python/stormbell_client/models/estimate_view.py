from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.quantiles_view import QuantilesView
  from ..models.run_time_view import RunTimeView
  from ..models.told_start_view import ToldStartView





T = TypeVar("T", bound="EstimateView")



@_attrs_define
class EstimateView:
    """ When a run would be done, from when it was decided.

        Attributes:
            staging_seconds (float):
            staging_bytes (int):
            wait (QuantilesView): Seconds that one in ten, half and nine in ten stay below; ``count`` runs before say so.
            run (RunTimeView): Seconds that half of the runs, and nine in ten, take at most.
            done_seconds (float):
            late_seconds (float): Nine in ten are done by then
            turn_seconds (float | Unset): Until the machine takes another submission; its pace is limited Default: 0.0.
            told (None | ToldStartView | Unset): What its batch system said; asked only where no model of its queue is gone
                by
     """

    staging_seconds: float
    staging_bytes: int
    wait: QuantilesView
    run: RunTimeView
    done_seconds: float
    late_seconds: float
    turn_seconds: float | Unset = 0.0
    told: None | ToldStartView | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.quantiles_view import QuantilesView # noqa: PLC0415
        from ..models.run_time_view import RunTimeView # noqa: PLC0415
        from ..models.told_start_view import ToldStartView # noqa: PLC0415
        staging_seconds = self.staging_seconds

        staging_bytes = self.staging_bytes

        wait = self.wait.to_dict()

        run = self.run.to_dict()

        done_seconds = self.done_seconds

        late_seconds = self.late_seconds

        turn_seconds = self.turn_seconds

        told: dict[str, Any] | None | Unset
        if isinstance(self.told, Unset):
            told = UNSET
        elif isinstance(self.told, ToldStartView):
            told = self.told.to_dict()
        else:
            told = self.told


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "staging_seconds": staging_seconds,
            "staging_bytes": staging_bytes,
            "wait": wait,
            "run": run,
            "done_seconds": done_seconds,
            "late_seconds": late_seconds,
        })
        if turn_seconds is not UNSET:
            field_dict["turn_seconds"] = turn_seconds
        if told is not UNSET:
            field_dict["told"] = told

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.quantiles_view import QuantilesView # noqa: PLC0415
        from ..models.run_time_view import RunTimeView # noqa: PLC0415
        from ..models.told_start_view import ToldStartView # noqa: PLC0415
        d = dict(src_dict)
        staging_seconds = d.pop("staging_seconds")

        staging_bytes = d.pop("staging_bytes")

        wait = QuantilesView.from_dict(d.pop("wait"))




        run = RunTimeView.from_dict(d.pop("run"))




        done_seconds = d.pop("done_seconds")

        late_seconds = d.pop("late_seconds")

        turn_seconds = d.pop("turn_seconds", UNSET)

        def _parse_told(data: object) -> None | ToldStartView | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                told_type_0 = ToldStartView.from_dict(data)



                return told_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ToldStartView | Unset, data)

        told = _parse_told(d.pop("told", UNSET))


        estimate_view = cls(
            staging_seconds=staging_seconds,
            staging_bytes=staging_bytes,
            wait=wait,
            run=run,
            done_seconds=done_seconds,
            late_seconds=late_seconds,
            turn_seconds=turn_seconds,
            told=told,
        )


        estimate_view.additional_properties = d
        return estimate_view

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
