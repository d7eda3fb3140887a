from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.source_key_wanted_kind import SourceKeyWantedKind
from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="SourceKeyWanted")



@_attrs_define
class SourceKeyWanted:
    """ A key to make for senders without a login, in the place of the one there is.

        Attributes:
            kind (SourceKeyWantedKind):
            secret (None | str | Unset): The signing secret, where the sender has one already: whsec_ and base64
     """

    kind: SourceKeyWantedKind
    secret: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        kind = self.kind.value

        secret: None | str | Unset
        if isinstance(self.secret, Unset):
            secret = UNSET
        else:
            secret = self.secret


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "kind": kind,
        })
        if secret is not UNSET:
            field_dict["secret"] = secret

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = SourceKeyWantedKind(d.pop("kind"))




        def _parse_secret(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        secret = _parse_secret(d.pop("secret", UNSET))


        source_key_wanted = cls(
            kind=kind,
            secret=secret,
        )

        return source_key_wanted

