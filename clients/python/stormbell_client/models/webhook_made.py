from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
import datetime






T = TypeVar("T", bound="WebhookMade")



@_attrs_define
class WebhookMade:
    """ A webhook with its new secret, which cannot be had again.

        Attributes:
            id (str):
            name (str):
            owner_id (str):
            url (str):
            events (list[str]):
            exercises (bool):
            enabled (bool):
            created_at (datetime.datetime):
            failures (int): Failed attempts since the last delivered message
            secret (str): What signatures are checked with; shown this once
            disabled_reason (None | str | Unset): Why the server itself disabled it
            last_delivered_at (datetime.datetime | None | Unset):
            last_error (None | str | Unset):
            secret_before_until (datetime.datetime | None | Unset): Until then the secret before signs as well
     """

    id: str
    name: str
    owner_id: str
    url: str
    events: list[str]
    exercises: bool
    enabled: bool
    created_at: datetime.datetime
    failures: int
    secret: str
    disabled_reason: None | str | Unset = UNSET
    last_delivered_at: datetime.datetime | None | Unset = UNSET
    last_error: None | str | Unset = UNSET
    secret_before_until: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        owner_id = self.owner_id

        url = self.url

        events = self.events



        exercises = self.exercises

        enabled = self.enabled

        created_at = self.created_at.isoformat()

        failures = self.failures

        secret = self.secret

        disabled_reason: None | str | Unset
        if isinstance(self.disabled_reason, Unset):
            disabled_reason = UNSET
        else:
            disabled_reason = self.disabled_reason

        last_delivered_at: None | str | Unset
        if isinstance(self.last_delivered_at, Unset):
            last_delivered_at = UNSET
        elif isinstance(self.last_delivered_at, datetime.datetime):
            last_delivered_at = self.last_delivered_at.isoformat()
        else:
            last_delivered_at = self.last_delivered_at

        last_error: None | str | Unset
        if isinstance(self.last_error, Unset):
            last_error = UNSET
        else:
            last_error = self.last_error

        secret_before_until: None | str | Unset
        if isinstance(self.secret_before_until, Unset):
            secret_before_until = UNSET
        elif isinstance(self.secret_before_until, datetime.datetime):
            secret_before_until = self.secret_before_until.isoformat()
        else:
            secret_before_until = self.secret_before_until


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "name": name,
            "owner_id": owner_id,
            "url": url,
            "events": events,
            "exercises": exercises,
            "enabled": enabled,
            "created_at": created_at,
            "failures": failures,
            "secret": secret,
        })
        if disabled_reason is not UNSET:
            field_dict["disabled_reason"] = disabled_reason
        if last_delivered_at is not UNSET:
            field_dict["last_delivered_at"] = last_delivered_at
        if last_error is not UNSET:
            field_dict["last_error"] = last_error
        if secret_before_until is not UNSET:
            field_dict["secret_before_until"] = secret_before_until

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        owner_id = d.pop("owner_id")

        url = d.pop("url")

        events = cast(list[str], d.pop("events"))


        exercises = d.pop("exercises")

        enabled = d.pop("enabled")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        failures = d.pop("failures")

        secret = d.pop("secret")

        def _parse_disabled_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        disabled_reason = _parse_disabled_reason(d.pop("disabled_reason", UNSET))


        def _parse_last_delivered_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_delivered_at_type_0 = datetime.datetime.fromisoformat(data)



                return last_delivered_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        last_delivered_at = _parse_last_delivered_at(d.pop("last_delivered_at", UNSET))


        def _parse_last_error(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        last_error = _parse_last_error(d.pop("last_error", UNSET))


        def _parse_secret_before_until(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                secret_before_until_type_0 = datetime.datetime.fromisoformat(data)



                return secret_before_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        secret_before_until = _parse_secret_before_until(d.pop("secret_before_until", UNSET))


        webhook_made = cls(
            id=id,
            name=name,
            owner_id=owner_id,
            url=url,
            events=events,
            exercises=exercises,
            enabled=enabled,
            created_at=created_at,
            failures=failures,
            secret=secret,
            disabled_reason=disabled_reason,
            last_delivered_at=last_delivered_at,
            last_error=last_error,
            secret_before_until=secret_before_until,
        )


        webhook_made.additional_properties = d
        return webhook_made

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
