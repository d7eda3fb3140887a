from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.candidate_view import CandidateView
  from ..models.provided import Provided
  from ..models.rung_view import RungView





T = TypeVar("T", bound="PlacementView")



@_attrs_define
class PlacementView:
    """ Where it runs and why there.

        Attributes:
            machine (None | str | Unset):
            reasons (list[str] | Unset):
            candidates (list[CandidateView] | Unset): Every machine that was looked at
            ladder (list[RungView] | Unset): Rungs that were weighed since all machines would be too late
            rung (None | RungView | Unset): The one it climbed to
            cost_factor (float | Unset): Core-hours charged there for each core-hour Default: 1.0.
            software (list[Provided] | Unset): What of its machine's software it is given
            decided_at (datetime.datetime | None | Unset):
     """

    machine: None | str | Unset = UNSET
    reasons: list[str] | Unset = UNSET
    candidates: list[CandidateView] | Unset = UNSET
    ladder: list[RungView] | Unset = UNSET
    rung: None | RungView | Unset = UNSET
    cost_factor: float | Unset = 1.0
    software: list[Provided] | Unset = UNSET
    decided_at: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.candidate_view import CandidateView # noqa: PLC0415
        from ..models.provided import Provided # noqa: PLC0415
        from ..models.rung_view import RungView # noqa: PLC0415
        machine: None | str | Unset
        if isinstance(self.machine, Unset):
            machine = UNSET
        else:
            machine = self.machine

        reasons: list[str] | Unset = UNSET
        if not isinstance(self.reasons, Unset):
            reasons = self.reasons



        candidates: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.candidates, Unset):
            candidates = []
            for candidates_item_data in self.candidates:
                candidates_item = candidates_item_data.to_dict()
                candidates.append(candidates_item)



        ladder: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.ladder, Unset):
            ladder = []
            for ladder_item_data in self.ladder:
                ladder_item = ladder_item_data.to_dict()
                ladder.append(ladder_item)



        rung: dict[str, Any] | None | Unset
        if isinstance(self.rung, Unset):
            rung = UNSET
        elif isinstance(self.rung, RungView):
            rung = self.rung.to_dict()
        else:
            rung = self.rung

        cost_factor = self.cost_factor

        software: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.software, Unset):
            software = []
            for software_item_data in self.software:
                software_item = software_item_data.to_dict()
                software.append(software_item)



        decided_at: None | str | Unset
        if isinstance(self.decided_at, Unset):
            decided_at = UNSET
        elif isinstance(self.decided_at, datetime.datetime):
            decided_at = self.decided_at.isoformat()
        else:
            decided_at = self.decided_at


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
        })
        if machine is not UNSET:
            field_dict["machine"] = machine
        if reasons is not UNSET:
            field_dict["reasons"] = reasons
        if candidates is not UNSET:
            field_dict["candidates"] = candidates
        if ladder is not UNSET:
            field_dict["ladder"] = ladder
        if rung is not UNSET:
            field_dict["rung"] = rung
        if cost_factor is not UNSET:
            field_dict["cost_factor"] = cost_factor
        if software is not UNSET:
            field_dict["software"] = software
        if decided_at is not UNSET:
            field_dict["decided_at"] = decided_at

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.candidate_view import CandidateView # noqa: PLC0415
        from ..models.provided import Provided # noqa: PLC0415
        from ..models.rung_view import RungView # noqa: PLC0415
        d = dict(src_dict)
        def _parse_machine(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        machine = _parse_machine(d.pop("machine", UNSET))


        reasons = cast(list[str], d.pop("reasons", UNSET))


        _candidates = d.pop("candidates", UNSET)
        candidates: list[CandidateView] | Unset = UNSET
        if _candidates is not UNSET:
            candidates = []
            for candidates_item_data in _candidates:
                candidates_item = CandidateView.from_dict(candidates_item_data)



                candidates.append(candidates_item)


        _ladder = d.pop("ladder", UNSET)
        ladder: list[RungView] | Unset = UNSET
        if _ladder is not UNSET:
            ladder = []
            for ladder_item_data in _ladder:
                ladder_item = RungView.from_dict(ladder_item_data)



                ladder.append(ladder_item)


        def _parse_rung(data: object) -> None | RungView | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                rung_type_0 = RungView.from_dict(data)



                return rung_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RungView | Unset, data)

        rung = _parse_rung(d.pop("rung", UNSET))


        cost_factor = d.pop("cost_factor", UNSET)

        _software = d.pop("software", UNSET)
        software: list[Provided] | Unset = UNSET
        if _software is not UNSET:
            software = []
            for software_item_data in _software:
                software_item = Provided.from_dict(software_item_data)



                software.append(software_item)


        def _parse_decided_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                decided_at_type_0 = datetime.datetime.fromisoformat(data)



                return decided_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        decided_at = _parse_decided_at(d.pop("decided_at", UNSET))


        placement_view = cls(
            machine=machine,
            reasons=reasons,
            candidates=candidates,
            ladder=ladder,
            rung=rung,
            cost_factor=cost_factor,
            software=software,
            decided_at=decided_at,
        )


        placement_view.additional_properties = d
        return placement_view

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
