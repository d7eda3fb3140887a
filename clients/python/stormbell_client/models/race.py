from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.race_wins_on import RaceWinsOn
from ..types import UNSET, Unset






T = TypeVar("T", bound="Race")



@_attrs_define
class Race:
    """ The same run on several machines, of which the first wins; the others are cancelled.

        Attributes:
            machines (int | Unset): How many take part Default: 2.
            wins_on (RaceWinsOn | Unset):  Default: RaceWinsOn.RUNNING.
     """

    machines: int | Unset = 2
    wins_on: RaceWinsOn | Unset = RaceWinsOn.RUNNING





    def to_dict(self) -> dict[str, Any]:
        machines = self.machines

        wins_on: str | Unset = UNSET
        if not isinstance(self.wins_on, Unset):
            wins_on = self.wins_on.value



        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if machines is not UNSET:
            field_dict["machines"] = machines
        if wins_on is not UNSET:
            field_dict["wins_on"] = wins_on

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        machines = d.pop("machines", UNSET)

        _wins_on = d.pop("wins_on", UNSET)
        wins_on: RaceWinsOn | Unset
        if isinstance(_wins_on,  Unset):
            wins_on = UNSET
        else:
            wins_on = RaceWinsOn(_wins_on)




        race = cls(
            machines=machines,
            wins_on=wins_on,
        )

        return race

