from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="WebhookCreate")



@_attrs_define
class WebhookCreate:
    """ An address to be told of facts.

        Attributes:
            name (str):
            url (str):
            events (list[str] | Unset): Types of the facts that are told: incident.opened, incident.*, or * for all
            exercises (bool | Unset): Be told of incidents that are exercises too Default: False.
     """

    name: str
    url: str
    events: list[str] | Unset = UNSET
    exercises: bool | Unset = False





    def to_dict(self) -> dict[str, Any]:
        name = self.name

        url = self.url

        events: list[str] | Unset = UNSET
        if not isinstance(self.events, Unset):
            events = self.events



        exercises = self.exercises


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "name": name,
            "url": url,
        })
        if events is not UNSET:
            field_dict["events"] = events
        if exercises is not UNSET:
            field_dict["exercises"] = exercises

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        url = d.pop("url")

        events = cast(list[str], d.pop("events", UNSET))


        exercises = d.pop("exercises", UNSET)

        webhook_create = cls(
            name=name,
            url=url,
            events=events,
            exercises=exercises,
        )

        return webhook_create

