from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="IncidentRerun")



@_attrs_define
class IncidentRerun:
    """ How an ended incident is run again.

        Attributes:
            name (None | str | Unset): Default: as before
            exercise (bool | None | Unset): Default: as before
            later_messages (bool | Unset): Send also what came from outside later, as long after the beginning as then
                Default: False.
     """

    name: None | str | Unset = UNSET
    exercise: bool | None | Unset = UNSET
    later_messages: bool | Unset = False





    def to_dict(self) -> dict[str, Any]:
        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        exercise: bool | None | Unset
        if isinstance(self.exercise, Unset):
            exercise = UNSET
        else:
            exercise = self.exercise

        later_messages = self.later_messages


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if name is not UNSET:
            field_dict["name"] = name
        if exercise is not UNSET:
            field_dict["exercise"] = exercise
        if later_messages is not UNSET:
            field_dict["later_messages"] = later_messages

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))


        def _parse_exercise(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        exercise = _parse_exercise(d.pop("exercise", UNSET))


        later_messages = d.pop("later_messages", UNSET)

        incident_rerun = cls(
            name=name,
            exercise=exercise,
            later_messages=later_messages,
        )

        return incident_rerun

