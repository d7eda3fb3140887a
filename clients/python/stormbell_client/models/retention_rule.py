from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.retention_rule_of import RetentionRuleOf
from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="RetentionRule")



@_attrs_define
class RetentionRule:
    """ Data sets of a role are deleted so many days after they were made; the first rule that fits one counts.

        Attributes:
            days (float | None): null: kept for good
            role (None | str | Unset): Such as "raw"; left out: whatever it is for
            of (RetentionRuleOf | Unset): Whose: the house's own, or those of people too Default: RetentionRuleOf.HOUSE.
     """

    days: float | None
    role: None | str | Unset = UNSET
    of: RetentionRuleOf | Unset = RetentionRuleOf.HOUSE





    def to_dict(self) -> dict[str, Any]:
        days: float | None
        days = self.days

        role: None | str | Unset
        if isinstance(self.role, Unset):
            role = UNSET
        else:
            role = self.role

        of: str | Unset = UNSET
        if not isinstance(self.of, Unset):
            of = self.of.value



        field_dict: dict[str, Any] = {}

        field_dict.update({
            "days": days,
        })
        if role is not UNSET:
            field_dict["role"] = role
        if of is not UNSET:
            field_dict["of"] = of

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        def _parse_days(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        days = _parse_days(d.pop("days"))


        def _parse_role(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        role = _parse_role(d.pop("role", UNSET))


        _of = d.pop("of", UNSET)
        of: RetentionRuleOf | Unset
        if isinstance(_of,  Unset):
            of = UNSET
        else:
            of = RetentionRuleOf(_of)




        retention_rule = cls(
            days=days,
            role=role,
            of=of,
        )

        return retention_rule

