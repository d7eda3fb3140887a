from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="HostKeyTrust")



@_attrs_define
class HostKeyTrust:
    """ The key to trust: the fingerprint of one that was shown, or a public key.

        Attributes:
            fingerprint (None | str | Unset):
            public_key (None | str | Unset):
     """

    fingerprint: None | str | Unset = UNSET
    public_key: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        fingerprint: None | str | Unset
        if isinstance(self.fingerprint, Unset):
            fingerprint = UNSET
        else:
            fingerprint = self.fingerprint

        public_key: None | str | Unset
        if isinstance(self.public_key, Unset):
            public_key = UNSET
        else:
            public_key = self.public_key


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if fingerprint is not UNSET:
            field_dict["fingerprint"] = fingerprint
        if public_key is not UNSET:
            field_dict["public_key"] = public_key

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        def _parse_fingerprint(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        fingerprint = _parse_fingerprint(d.pop("fingerprint", UNSET))


        def _parse_public_key(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        public_key = _parse_public_key(d.pop("public_key", UNSET))


        host_key_trust = cls(
            fingerprint=fingerprint,
            public_key=public_key,
        )

        return host_key_trust

