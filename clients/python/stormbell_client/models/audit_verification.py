from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.audit_fault import AuditFault





T = TypeVar("T", bound="AuditVerification")



@_attrs_define
class AuditVerification:
    """ What was checked. Unless ``complete``, ask again from ``position`` and ``sha256``.

        Attributes:
            ok (bool):
            complete (bool): The end of the chain was reached, or a fault
            position (int): All is well up to here
            sha256 (str):
            head_position (int):
            checked_count (int):
            waiting_count (int | None | Unset): At the end: events that are not sealed yet
            fault (AuditFault | None | Unset):
     """

    ok: bool
    complete: bool
    position: int
    sha256: str
    head_position: int
    checked_count: int
    waiting_count: int | None | Unset = UNSET
    fault: AuditFault | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.audit_fault import AuditFault # noqa: PLC0415
        ok = self.ok

        complete = self.complete

        position = self.position

        sha256 = self.sha256

        head_position = self.head_position

        checked_count = self.checked_count

        waiting_count: int | None | Unset
        if isinstance(self.waiting_count, Unset):
            waiting_count = UNSET
        else:
            waiting_count = self.waiting_count

        fault: dict[str, Any] | None | Unset
        if isinstance(self.fault, Unset):
            fault = UNSET
        elif isinstance(self.fault, AuditFault):
            fault = self.fault.to_dict()
        else:
            fault = self.fault


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "ok": ok,
            "complete": complete,
            "position": position,
            "sha256": sha256,
            "head_position": head_position,
            "checked_count": checked_count,
        })
        if waiting_count is not UNSET:
            field_dict["waiting_count"] = waiting_count
        if fault is not UNSET:
            field_dict["fault"] = fault

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.audit_fault import AuditFault # noqa: PLC0415
        d = dict(src_dict)
        ok = d.pop("ok")

        complete = d.pop("complete")

        position = d.pop("position")

        sha256 = d.pop("sha256")

        head_position = d.pop("head_position")

        checked_count = d.pop("checked_count")

        def _parse_waiting_count(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        waiting_count = _parse_waiting_count(d.pop("waiting_count", UNSET))


        def _parse_fault(data: object) -> AuditFault | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                fault_type_0 = AuditFault.from_dict(data)



                return fault_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AuditFault | None | Unset, data)

        fault = _parse_fault(d.pop("fault", UNSET))


        audit_verification = cls(
            ok=ok,
            complete=complete,
            position=position,
            sha256=sha256,
            head_position=head_position,
            checked_count=checked_count,
            waiting_count=waiting_count,
            fault=fault,
        )


        audit_verification.additional_properties = d
        return audit_verification

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
