from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.user_totals_view_by_role import UserTotalsViewByRole
  from ..models.user_totals_view_by_state import UserTotalsViewByState





T = TypeVar("T", bound="UserTotalsView")



@_attrs_define
class UserTotalsView:
    """ How many people there are.

        Attributes:
            total (int):
            by_role (UserTotalsViewByRole):
            by_state (UserTotalsViewByState):
            last_sign_up_at (datetime.datetime | None): When the newest account was made
     """

    total: int
    by_role: UserTotalsViewByRole
    by_state: UserTotalsViewByState
    last_sign_up_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.user_totals_view_by_role import UserTotalsViewByRole # noqa: PLC0415
        from ..models.user_totals_view_by_state import UserTotalsViewByState # noqa: PLC0415
        total = self.total

        by_role = self.by_role.to_dict()

        by_state = self.by_state.to_dict()

        last_sign_up_at: None | str
        if isinstance(self.last_sign_up_at, datetime.datetime):
            last_sign_up_at = self.last_sign_up_at.isoformat()
        else:
            last_sign_up_at = self.last_sign_up_at


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "total": total,
            "by_role": by_role,
            "by_state": by_state,
            "last_sign_up_at": last_sign_up_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.user_totals_view_by_role import UserTotalsViewByRole # noqa: PLC0415
        from ..models.user_totals_view_by_state import UserTotalsViewByState # noqa: PLC0415
        d = dict(src_dict)
        total = d.pop("total")

        by_role = UserTotalsViewByRole.from_dict(d.pop("by_role"))




        by_state = UserTotalsViewByState.from_dict(d.pop("by_state"))




        def _parse_last_sign_up_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_sign_up_at_type_0 = datetime.datetime.fromisoformat(data)



                return last_sign_up_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_sign_up_at = _parse_last_sign_up_at(d.pop("last_sign_up_at"))


        user_totals_view = cls(
            total=total,
            by_role=by_role,
            by_state=by_state,
            last_sign_up_at=last_sign_up_at,
        )


        user_totals_view.additional_properties = d
        return user_totals_view

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
