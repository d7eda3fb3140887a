from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="SimulationBulkDone")



@_attrs_define
class SimulationBulkDone:
    """ What came of it.

        Attributes:
            matched (int): Simulations that fit and have not ended
            done (int): Those this request had cancelled; 0 in a rehearsal
            refused (int): Those the caller sees and may not act on
            sample (list[str]): The first of them
     """

    matched: int
    done: int
    refused: int
    sample: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        matched = self.matched

        done = self.done

        refused = self.refused

        sample = self.sample




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "matched": matched,
            "done": done,
            "refused": refused,
            "sample": sample,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        matched = d.pop("matched")

        done = d.pop("done")

        refused = d.pop("refused")

        sample = cast(list[str], d.pop("sample"))


        simulation_bulk_done = cls(
            matched=matched,
            done=done,
            refused=refused,
            sample=sample,
        )


        simulation_bulk_done.additional_properties = d
        return simulation_bulk_done

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
