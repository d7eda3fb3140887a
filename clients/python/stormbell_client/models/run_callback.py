from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.run_callback_state import RunCallbackState






T = TypeVar("T", bound="RunCallback")



@_attrs_define
class RunCallback:
    """ What a run says of itself. The signature is HMAC-SHA256, in hex, of `run callback 1 <marker> <state> <at>`.

        Attributes:
            marker (str):
            state (RunCallbackState):
            at (str): Seconds since 1970 by the run's clock
            signature (str):
     """

    marker: str
    state: RunCallbackState
    at: str
    signature: str





    def to_dict(self) -> dict[str, Any]:
        marker = self.marker

        state = self.state.value

        at = self.at

        signature = self.signature


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "marker": marker,
            "state": state,
            "at": at,
            "signature": signature,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        marker = d.pop("marker")

        state = RunCallbackState(d.pop("state"))




        at = d.pop("at")

        signature = d.pop("signature")

        run_callback = cls(
            marker=marker,
            state=state,
            at=at,
            signature=signature,
        )

        return run_callback

