from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="CollectionMembers")



@_attrs_define
class CollectionMembers:
    """ Data sets to put into a collection or take out of it.

        Attributes:
            dataset_ids (list[str]):
     """

    dataset_ids: list[str]





    def to_dict(self) -> dict[str, Any]:
        dataset_ids = self.dataset_ids




        field_dict: dict[str, Any] = {}

        field_dict.update({
            "dataset_ids": dataset_ids,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        dataset_ids = cast(list[str], d.pop("dataset_ids"))


        collection_members = cls(
            dataset_ids=dataset_ids,
        )

        return collection_members

