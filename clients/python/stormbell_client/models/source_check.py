from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
import datetime






T = TypeVar("T", bound="SourceCheck")



@_attrs_define
class SourceCheck:
    """ What is expected of a source, and since when it has been silent.

        Attributes:
            source_id (str):
            every_seconds (float | None | Unset): Empty: nothing is expected
            since (datetime.datetime | None | Unset): The time counts from here, or from the newest arrival after it
            silent_since (datetime.datetime | None | Unset):
     """

    source_id: str
    every_seconds: float | None | Unset = UNSET
    since: datetime.datetime | None | Unset = UNSET
    silent_since: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        source_id = self.source_id

        every_seconds: float | None | Unset
        if isinstance(self.every_seconds, Unset):
            every_seconds = UNSET
        else:
            every_seconds = self.every_seconds

        since: None | str | Unset
        if isinstance(self.since, Unset):
            since = UNSET
        elif isinstance(self.since, datetime.datetime):
            since = self.since.isoformat()
        else:
            since = self.since

        silent_since: None | str | Unset
        if isinstance(self.silent_since, Unset):
            silent_since = UNSET
        elif isinstance(self.silent_since, datetime.datetime):
            silent_since = self.silent_since.isoformat()
        else:
            silent_since = self.silent_since


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "source_id": source_id,
        })
        if every_seconds is not UNSET:
            field_dict["every_seconds"] = every_seconds
        if since is not UNSET:
            field_dict["since"] = since
        if silent_since is not UNSET:
            field_dict["silent_since"] = silent_since

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        source_id = d.pop("source_id")

        def _parse_every_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        every_seconds = _parse_every_seconds(d.pop("every_seconds", UNSET))


        def _parse_since(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                since_type_0 = datetime.datetime.fromisoformat(data)



                return since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        since = _parse_since(d.pop("since", UNSET))


        def _parse_silent_since(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                silent_since_type_0 = datetime.datetime.fromisoformat(data)



                return silent_since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        silent_since = _parse_silent_since(d.pop("silent_since", UNSET))


        source_check = cls(
            source_id=source_id,
            every_seconds=every_seconds,
            since=since,
            silent_since=silent_since,
        )


        source_check.additional_properties = d
        return source_check

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
