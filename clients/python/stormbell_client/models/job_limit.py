from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.job_limit_scope import JobLimitScope
from ..types import UNSET, Unset
from typing import cast
import datetime






T = TypeVar("T", bound="JobLimit")



@_attrs_define
class JobLimit:
    """ A limit over all nodes and how much of it is used.

        Attributes:
            scope (JobLimitScope):
            name (str): Of keys also a prefix that ends in *: a limit for each of those keys
            concurrency (int | None): Jobs at once
            rate (float | None): Jobs that may begin in a period, whichever moment it begins at
            period_seconds (float | None):
            used (int): Admitted now: running, or free to begin. Of a prefix: the key that uses most
            begun (int): Begun in the last period, where there is a rate
            declared (bool): By the program, not by a person
            changed_at (datetime.datetime):
            changed_by (None | str | Unset):
     """

    scope: JobLimitScope
    name: str
    concurrency: int | None
    rate: float | None
    period_seconds: float | None
    used: int
    begun: int
    declared: bool
    changed_at: datetime.datetime
    changed_by: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        scope = self.scope.value

        name = self.name

        concurrency: int | None
        concurrency = self.concurrency

        rate: float | None
        rate = self.rate

        period_seconds: float | None
        period_seconds = self.period_seconds

        used = self.used

        begun = self.begun

        declared = self.declared

        changed_at = self.changed_at.isoformat()

        changed_by: None | str | Unset
        if isinstance(self.changed_by, Unset):
            changed_by = UNSET
        else:
            changed_by = self.changed_by


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "scope": scope,
            "name": name,
            "concurrency": concurrency,
            "rate": rate,
            "period_seconds": period_seconds,
            "used": used,
            "begun": begun,
            "declared": declared,
            "changed_at": changed_at,
        })
        if changed_by is not UNSET:
            field_dict["changed_by"] = changed_by

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        scope = JobLimitScope(d.pop("scope"))




        name = d.pop("name")

        def _parse_concurrency(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        concurrency = _parse_concurrency(d.pop("concurrency"))


        def _parse_rate(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        rate = _parse_rate(d.pop("rate"))


        def _parse_period_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        period_seconds = _parse_period_seconds(d.pop("period_seconds"))


        used = d.pop("used")

        begun = d.pop("begun")

        declared = d.pop("declared")

        changed_at = datetime.datetime.fromisoformat(d.pop("changed_at"))




        def _parse_changed_by(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        changed_by = _parse_changed_by(d.pop("changed_by", UNSET))


        job_limit = cls(
            scope=scope,
            name=name,
            concurrency=concurrency,
            rate=rate,
            period_seconds=period_seconds,
            used=used,
            begun=begun,
            declared=declared,
            changed_at=changed_at,
            changed_by=changed_by,
        )


        job_limit.additional_properties = d
        return job_limit

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
