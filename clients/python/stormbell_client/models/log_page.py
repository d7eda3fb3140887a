from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.log_behind_view import LogBehindView
  from ..models.log_not_searched_view import LogNotSearchedView
  from ..models.log_record_view import LogRecordView





T = TypeVar("T", bound="LogPage")



@_attrs_define
class LogPage:
    """ One page of log records, newest first.

        Attributes:
            items (list[LogRecordView]):
            behind (list[LogBehindView]): Nodes whose newest records cannot be read here yet
            next_cursor (None | str | Unset):
            not_searched (list[LogNotSearchedView] | Unset): What could not be read on the way to this page
     """

    items: list[LogRecordView]
    behind: list[LogBehindView]
    next_cursor: None | str | Unset = UNSET
    not_searched: list[LogNotSearchedView] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.log_behind_view import LogBehindView # noqa: PLC0415
        from ..models.log_not_searched_view import LogNotSearchedView # noqa: PLC0415
        from ..models.log_record_view import LogRecordView # noqa: PLC0415
        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)



        behind = []
        for behind_item_data in self.behind:
            behind_item = behind_item_data.to_dict()
            behind.append(behind_item)



        next_cursor: None | str | Unset
        if isinstance(self.next_cursor, Unset):
            next_cursor = UNSET
        else:
            next_cursor = self.next_cursor

        not_searched: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.not_searched, Unset):
            not_searched = []
            for not_searched_item_data in self.not_searched:
                not_searched_item = not_searched_item_data.to_dict()
                not_searched.append(not_searched_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "items": items,
            "behind": behind,
        })
        if next_cursor is not UNSET:
            field_dict["next_cursor"] = next_cursor
        if not_searched is not UNSET:
            field_dict["not_searched"] = not_searched

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.log_behind_view import LogBehindView # noqa: PLC0415
        from ..models.log_not_searched_view import LogNotSearchedView # noqa: PLC0415
        from ..models.log_record_view import LogRecordView # noqa: PLC0415
        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in (_items):
            items_item = LogRecordView.from_dict(items_item_data)



            items.append(items_item)


        behind = []
        _behind = d.pop("behind")
        for behind_item_data in (_behind):
            behind_item = LogBehindView.from_dict(behind_item_data)



            behind.append(behind_item)


        def _parse_next_cursor(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        next_cursor = _parse_next_cursor(d.pop("next_cursor", UNSET))


        _not_searched = d.pop("not_searched", UNSET)
        not_searched: list[LogNotSearchedView] | Unset = UNSET
        if _not_searched is not UNSET:
            not_searched = []
            for not_searched_item_data in _not_searched:
                not_searched_item = LogNotSearchedView.from_dict(not_searched_item_data)



                not_searched.append(not_searched_item)


        log_page = cls(
            items=items,
            behind=behind,
            next_cursor=next_cursor,
            not_searched=not_searched,
        )


        log_page.additional_properties = d
        return log_page

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
