from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.estimate_view import EstimateView





T = TypeVar("T", bound="CandidateView")



@_attrs_define
class CandidateView:
    """ A machine that was looked at.

        Attributes:
            machine (str):
            against (None | str | Unset): Why not this one
            estimate (EstimateView | None | Unset):
            meets_deadline (bool | None | Unset):
     """

    machine: str
    against: None | str | Unset = UNSET
    estimate: EstimateView | None | Unset = UNSET
    meets_deadline: bool | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.estimate_view import EstimateView # noqa: PLC0415
        machine = self.machine

        against: None | str | Unset
        if isinstance(self.against, Unset):
            against = UNSET
        else:
            against = self.against

        estimate: dict[str, Any] | None | Unset
        if isinstance(self.estimate, Unset):
            estimate = UNSET
        elif isinstance(self.estimate, EstimateView):
            estimate = self.estimate.to_dict()
        else:
            estimate = self.estimate

        meets_deadline: bool | None | Unset
        if isinstance(self.meets_deadline, Unset):
            meets_deadline = UNSET
        else:
            meets_deadline = self.meets_deadline


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "machine": machine,
        })
        if against is not UNSET:
            field_dict["against"] = against
        if estimate is not UNSET:
            field_dict["estimate"] = estimate
        if meets_deadline is not UNSET:
            field_dict["meets_deadline"] = meets_deadline

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.estimate_view import EstimateView # noqa: PLC0415
        d = dict(src_dict)
        machine = d.pop("machine")

        def _parse_against(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        against = _parse_against(d.pop("against", UNSET))


        def _parse_estimate(data: object) -> EstimateView | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                estimate_type_0 = EstimateView.from_dict(data)



                return estimate_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(EstimateView | None | Unset, data)

        estimate = _parse_estimate(d.pop("estimate", UNSET))


        def _parse_meets_deadline(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        meets_deadline = _parse_meets_deadline(d.pop("meets_deadline", UNSET))


        candidate_view = cls(
            machine=machine,
            against=against,
            estimate=estimate,
            meets_deadline=meets_deadline,
        )


        candidate_view.additional_properties = d
        return candidate_view

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
