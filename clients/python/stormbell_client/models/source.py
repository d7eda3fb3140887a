from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.source_keys_item import SourceKeysItem
from ..models.source_state import SourceState
from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.source_settings import SourceSettings
  from ..models.waiting import Waiting





T = TypeVar("T", bound="Source")



@_attrs_define
class Source:
    """ A registered entry for data.

        Attributes:
            id (str):
            name (str):
            driver (str):
            settings (SourceSettings):
            enabled (bool):
            state (SourceState):
            created_at (datetime.datetime):
            failures (int): Failed polls since the last good one
            delivery_count (int):
            quarantined_count (int):
            owner_id (str):
            last_polled_at (datetime.datetime | None | Unset):
            next_poll_at (datetime.datetime | None | Unset):
            last_error (None | str | Unset):
            addresses (list[str] | Unset):
            keys (list[SourceKeysItem] | Unset): What senders without a login may prove themselves with
            keep_seconds (float | None | Unset):
            keep_bytes (int | None | Unset):
            waiting_on (None | Unset | Waiting):
     """

    id: str
    name: str
    driver: str
    settings: SourceSettings
    enabled: bool
    state: SourceState
    created_at: datetime.datetime
    failures: int
    delivery_count: int
    quarantined_count: int
    owner_id: str
    last_polled_at: datetime.datetime | None | Unset = UNSET
    next_poll_at: datetime.datetime | None | Unset = UNSET
    last_error: None | str | Unset = UNSET
    addresses: list[str] | Unset = UNSET
    keys: list[SourceKeysItem] | Unset = UNSET
    keep_seconds: float | None | Unset = UNSET
    keep_bytes: int | None | Unset = UNSET
    waiting_on: None | Unset | Waiting = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.source_settings import SourceSettings # noqa: PLC0415
        from ..models.waiting import Waiting # noqa: PLC0415
        id = self.id

        name = self.name

        driver = self.driver

        settings = self.settings.to_dict()

        enabled = self.enabled

        state = self.state.value

        created_at = self.created_at.isoformat()

        failures = self.failures

        delivery_count = self.delivery_count

        quarantined_count = self.quarantined_count

        owner_id = self.owner_id

        last_polled_at: None | str | Unset
        if isinstance(self.last_polled_at, Unset):
            last_polled_at = UNSET
        elif isinstance(self.last_polled_at, datetime.datetime):
            last_polled_at = self.last_polled_at.isoformat()
        else:
            last_polled_at = self.last_polled_at

        next_poll_at: None | str | Unset
        if isinstance(self.next_poll_at, Unset):
            next_poll_at = UNSET
        elif isinstance(self.next_poll_at, datetime.datetime):
            next_poll_at = self.next_poll_at.isoformat()
        else:
            next_poll_at = self.next_poll_at

        last_error: None | str | Unset
        if isinstance(self.last_error, Unset):
            last_error = UNSET
        else:
            last_error = self.last_error

        addresses: list[str] | Unset = UNSET
        if not isinstance(self.addresses, Unset):
            addresses = self.addresses



        keys: list[str] | Unset = UNSET
        if not isinstance(self.keys, Unset):
            keys = []
            for keys_item_data in self.keys:
                keys_item = keys_item_data.value
                keys.append(keys_item)



        keep_seconds: float | None | Unset
        if isinstance(self.keep_seconds, Unset):
            keep_seconds = UNSET
        else:
            keep_seconds = self.keep_seconds

        keep_bytes: int | None | Unset
        if isinstance(self.keep_bytes, Unset):
            keep_bytes = UNSET
        else:
            keep_bytes = self.keep_bytes

        waiting_on: dict[str, Any] | None | Unset
        if isinstance(self.waiting_on, Unset):
            waiting_on = UNSET
        elif isinstance(self.waiting_on, Waiting):
            waiting_on = self.waiting_on.to_dict()
        else:
            waiting_on = self.waiting_on


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "name": name,
            "driver": driver,
            "settings": settings,
            "enabled": enabled,
            "state": state,
            "created_at": created_at,
            "failures": failures,
            "delivery_count": delivery_count,
            "quarantined_count": quarantined_count,
            "owner_id": owner_id,
        })
        if last_polled_at is not UNSET:
            field_dict["last_polled_at"] = last_polled_at
        if next_poll_at is not UNSET:
            field_dict["next_poll_at"] = next_poll_at
        if last_error is not UNSET:
            field_dict["last_error"] = last_error
        if addresses is not UNSET:
            field_dict["addresses"] = addresses
        if keys is not UNSET:
            field_dict["keys"] = keys
        if keep_seconds is not UNSET:
            field_dict["keep_seconds"] = keep_seconds
        if keep_bytes is not UNSET:
            field_dict["keep_bytes"] = keep_bytes
        if waiting_on is not UNSET:
            field_dict["waiting_on"] = waiting_on

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.source_settings import SourceSettings # noqa: PLC0415
        from ..models.waiting import Waiting # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        driver = d.pop("driver")

        settings = SourceSettings.from_dict(d.pop("settings"))




        enabled = d.pop("enabled")

        state = SourceState(d.pop("state"))




        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        failures = d.pop("failures")

        delivery_count = d.pop("delivery_count")

        quarantined_count = d.pop("quarantined_count")

        owner_id = d.pop("owner_id")

        def _parse_last_polled_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_polled_at_type_0 = datetime.datetime.fromisoformat(data)



                return last_polled_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        last_polled_at = _parse_last_polled_at(d.pop("last_polled_at", UNSET))


        def _parse_next_poll_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_poll_at_type_0 = datetime.datetime.fromisoformat(data)



                return next_poll_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        next_poll_at = _parse_next_poll_at(d.pop("next_poll_at", UNSET))


        def _parse_last_error(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        last_error = _parse_last_error(d.pop("last_error", UNSET))


        addresses = cast(list[str], d.pop("addresses", UNSET))


        _keys = d.pop("keys", UNSET)
        keys: list[SourceKeysItem] | Unset = UNSET
        if _keys is not UNSET:
            keys = []
            for keys_item_data in _keys:
                keys_item = SourceKeysItem(keys_item_data)



                keys.append(keys_item)


        def _parse_keep_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        keep_seconds = _parse_keep_seconds(d.pop("keep_seconds", UNSET))


        def _parse_keep_bytes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        keep_bytes = _parse_keep_bytes(d.pop("keep_bytes", UNSET))


        def _parse_waiting_on(data: object) -> None | Unset | Waiting:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                waiting_on_type_0 = Waiting.from_dict(data)



                return waiting_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | Waiting, data)

        waiting_on = _parse_waiting_on(d.pop("waiting_on", UNSET))


        source = cls(
            id=id,
            name=name,
            driver=driver,
            settings=settings,
            enabled=enabled,
            state=state,
            created_at=created_at,
            failures=failures,
            delivery_count=delivery_count,
            quarantined_count=quarantined_count,
            owner_id=owner_id,
            last_polled_at=last_polled_at,
            next_poll_at=next_poll_at,
            last_error=last_error,
            addresses=addresses,
            keys=keys,
            keep_seconds=keep_seconds,
            keep_bytes=keep_bytes,
            waiting_on=waiting_on,
        )


        source.additional_properties = d
        return source

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
