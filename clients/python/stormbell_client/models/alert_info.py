from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.alert_info_category_item import AlertInfoCategoryItem
from ..models.alert_info_certainty import AlertInfoCertainty
from ..models.alert_info_response_type_item import AlertInfoResponseTypeItem
from ..models.alert_info_scope import AlertInfoScope
from ..models.alert_info_severity import AlertInfoSeverity
from ..models.alert_info_status import AlertInfoStatus
from ..models.alert_info_urgency import AlertInfoUrgency
from ..types import UNSET, Unset
from typing import cast
import datetime






T = TypeVar("T", bound="AlertInfo")



@_attrs_define
class AlertInfo:
    """ What an alert says; the words are those of CAP 1.2 (OASIS, 2010).

        Attributes:
            event (str): What it is about, such as Wildfire
            category (list[AlertInfoCategoryItem]):
            urgency (AlertInfoUrgency):
            severity (AlertInfoSeverity):
            certainty (AlertInfoCertainty):
            area_description (str):
            status (AlertInfoStatus | Unset):  Default: AlertInfoStatus.DRAFT.
            scope (AlertInfoScope | Unset):  Default: AlertInfoScope.PUBLIC.
            restriction (None | str | Unset): Who may read one of scope Restricted
            addresses (None | str | Unset): Who may read one of scope Private
            language (str | Unset):  Default: 'en-US'.
            headline (None | str | Unset):
            description (None | str | Unset):
            instruction (None | str | Unset):
            response_type (list[AlertInfoResponseTypeItem] | Unset):
            onset_at (datetime.datetime | None | Unset):
            expires_at (datetime.datetime | None | Unset):
            sender (None | str | Unset): Default: this server and the incident
            contact (None | str | Unset):
            replaces (bool | Unset): Refer to the incident's alert before this one Default: True.
     """

    event: str
    category: list[AlertInfoCategoryItem]
    urgency: AlertInfoUrgency
    severity: AlertInfoSeverity
    certainty: AlertInfoCertainty
    area_description: str
    status: AlertInfoStatus | Unset = AlertInfoStatus.DRAFT
    scope: AlertInfoScope | Unset = AlertInfoScope.PUBLIC
    restriction: None | str | Unset = UNSET
    addresses: None | str | Unset = UNSET
    language: str | Unset = 'en-US'
    headline: None | str | Unset = UNSET
    description: None | str | Unset = UNSET
    instruction: None | str | Unset = UNSET
    response_type: list[AlertInfoResponseTypeItem] | Unset = UNSET
    onset_at: datetime.datetime | None | Unset = UNSET
    expires_at: datetime.datetime | None | Unset = UNSET
    sender: None | str | Unset = UNSET
    contact: None | str | Unset = UNSET
    replaces: bool | Unset = True





    def to_dict(self) -> dict[str, Any]:
        event = self.event

        category = []
        for category_item_data in self.category:
            category_item = category_item_data.value
            category.append(category_item)



        urgency = self.urgency.value

        severity = self.severity.value

        certainty = self.certainty.value

        area_description = self.area_description

        status: str | Unset = UNSET
        if not isinstance(self.status, Unset):
            status = self.status.value


        scope: str | Unset = UNSET
        if not isinstance(self.scope, Unset):
            scope = self.scope.value


        restriction: None | str | Unset
        if isinstance(self.restriction, Unset):
            restriction = UNSET
        else:
            restriction = self.restriction

        addresses: None | str | Unset
        if isinstance(self.addresses, Unset):
            addresses = UNSET
        else:
            addresses = self.addresses

        language = self.language

        headline: None | str | Unset
        if isinstance(self.headline, Unset):
            headline = UNSET
        else:
            headline = self.headline

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        instruction: None | str | Unset
        if isinstance(self.instruction, Unset):
            instruction = UNSET
        else:
            instruction = self.instruction

        response_type: list[str] | Unset = UNSET
        if not isinstance(self.response_type, Unset):
            response_type = []
            for response_type_item_data in self.response_type:
                response_type_item = response_type_item_data.value
                response_type.append(response_type_item)



        onset_at: None | str | Unset
        if isinstance(self.onset_at, Unset):
            onset_at = UNSET
        elif isinstance(self.onset_at, datetime.datetime):
            onset_at = self.onset_at.isoformat()
        else:
            onset_at = self.onset_at

        expires_at: None | str | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        elif isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        sender: None | str | Unset
        if isinstance(self.sender, Unset):
            sender = UNSET
        else:
            sender = self.sender

        contact: None | str | Unset
        if isinstance(self.contact, Unset):
            contact = UNSET
        else:
            contact = self.contact

        replaces = self.replaces


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "event": event,
            "category": category,
            "urgency": urgency,
            "severity": severity,
            "certainty": certainty,
            "area_description": area_description,
        })
        if status is not UNSET:
            field_dict["status"] = status
        if scope is not UNSET:
            field_dict["scope"] = scope
        if restriction is not UNSET:
            field_dict["restriction"] = restriction
        if addresses is not UNSET:
            field_dict["addresses"] = addresses
        if language is not UNSET:
            field_dict["language"] = language
        if headline is not UNSET:
            field_dict["headline"] = headline
        if description is not UNSET:
            field_dict["description"] = description
        if instruction is not UNSET:
            field_dict["instruction"] = instruction
        if response_type is not UNSET:
            field_dict["response_type"] = response_type
        if onset_at is not UNSET:
            field_dict["onset_at"] = onset_at
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at
        if sender is not UNSET:
            field_dict["sender"] = sender
        if contact is not UNSET:
            field_dict["contact"] = contact
        if replaces is not UNSET:
            field_dict["replaces"] = replaces

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        event = d.pop("event")

        category = []
        _category = d.pop("category")
        for category_item_data in (_category):
            category_item = AlertInfoCategoryItem(category_item_data)



            category.append(category_item)


        urgency = AlertInfoUrgency(d.pop("urgency"))




        severity = AlertInfoSeverity(d.pop("severity"))




        certainty = AlertInfoCertainty(d.pop("certainty"))




        area_description = d.pop("area_description")

        _status = d.pop("status", UNSET)
        status: AlertInfoStatus | Unset
        if isinstance(_status,  Unset):
            status = UNSET
        else:
            status = AlertInfoStatus(_status)




        _scope = d.pop("scope", UNSET)
        scope: AlertInfoScope | Unset
        if isinstance(_scope,  Unset):
            scope = UNSET
        else:
            scope = AlertInfoScope(_scope)




        def _parse_restriction(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        restriction = _parse_restriction(d.pop("restriction", UNSET))


        def _parse_addresses(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        addresses = _parse_addresses(d.pop("addresses", UNSET))


        language = d.pop("language", UNSET)

        def _parse_headline(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        headline = _parse_headline(d.pop("headline", UNSET))


        def _parse_description(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        description = _parse_description(d.pop("description", UNSET))


        def _parse_instruction(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        instruction = _parse_instruction(d.pop("instruction", UNSET))


        _response_type = d.pop("response_type", UNSET)
        response_type: list[AlertInfoResponseTypeItem] | Unset = UNSET
        if _response_type is not UNSET:
            response_type = []
            for response_type_item_data in _response_type:
                response_type_item = AlertInfoResponseTypeItem(response_type_item_data)



                response_type.append(response_type_item)


        def _parse_onset_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                onset_at_type_0 = datetime.datetime.fromisoformat(data)



                return onset_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        onset_at = _parse_onset_at(d.pop("onset_at", UNSET))


        def _parse_expires_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)



                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        expires_at = _parse_expires_at(d.pop("expires_at", UNSET))


        def _parse_sender(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        sender = _parse_sender(d.pop("sender", UNSET))


        def _parse_contact(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        contact = _parse_contact(d.pop("contact", UNSET))


        replaces = d.pop("replaces", UNSET)

        alert_info = cls(
            event=event,
            category=category,
            urgency=urgency,
            severity=severity,
            certainty=certainty,
            area_description=area_description,
            status=status,
            scope=scope,
            restriction=restriction,
            addresses=addresses,
            language=language,
            headline=headline,
            description=description,
            instruction=instruction,
            response_type=response_type,
            onset_at=onset_at,
            expires_at=expires_at,
            sender=sender,
            contact=contact,
            replaces=replaces,
        )

        return alert_info

