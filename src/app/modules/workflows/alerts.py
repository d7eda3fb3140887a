"""Alerts in the Common Alerting Protocol 1.2 (OASIS Standard, 1 July 2010): written, and checked against its rules."""

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, get_args

from app.modules.workflows.areas import rings
from app.modules.workflows.publication_schemas import AlertInfo, Category, ResponseType

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
_N = f"{{{NAMESPACE}}}"
# 3.2.1: no spaces, commas or restricted characters (< and &)
_NAME = re.compile(r"[^\s,<&]+")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WORDS = {
    "status": {"Actual", "Exercise", "System", "Test", "Draft"},
    "msgType": {"Alert", "Update", "Cancel", "Ack", "Error"},
    "scope": {"Public", "Restricted", "Private"},
    "category": set(get_args(Category)),
    "urgency": {"Immediate", "Expected", "Future", "Past", "Unknown"},
    "severity": {"Extreme", "Severe", "Moderate", "Minor", "Unknown"},
    "certainty": {"Observed", "Likely", "Possible", "Unlikely", "Unknown"},
    "responseType": set(get_args(ResponseType)),
}
# 3.2: in this order, each with whether it must be there
_ALERT = {
    **dict.fromkeys(("identifier", "sender", "sent", "status", "msgType"), True),
    "source": False,
    "scope": True,
    **dict.fromkeys(("restriction", "addresses", "code", "note", "references", "incidents", "info"), False),
}
_INFO = {
    "language": False,
    "category": True,
    "event": True,
    "responseType": False,
    **dict.fromkeys(("urgency", "severity", "certainty"), True),
    **dict.fromkeys(
        (
            *("audience", "eventCode", "effective", "onset", "expires", "senderName", "headline", "description"),
            *("instruction", "web", "contact", "parameter", "resource", "area"),
        ),
        False,
    ),
}
_AREA = {"areaDesc": True, "polygon": False, "circle": False, "geocode": False, "altitude": False, "ceiling": False}
_MANY = {"code", "info", "category", "responseType", "eventCode", "parameter", "resource", "area", "polygon", "circle"}


@dataclass(frozen=True)
class Reference:
    """An alert another one refers to."""

    sender: str
    identifier: str
    sent: str

    @classmethod
    def of(cls, xml: str) -> "Reference":
        """Return the reference to an alert this module wrote."""
        root = ET.fromstring(xml)  # noqa: S314 (our own document)
        return cls(*(root.findtext(f"{_N}{name}") or "" for name in ("sender", "identifier", "sent")))


@dataclass(frozen=True)
class Reach:
    """Whether an alert is meant, and for whom."""

    status: str = "Actual"
    scope: str = "Public"
    restriction: str | None = None
    addresses: str | None = None

    @classmethod
    def of(cls, xml: str) -> "Reach":
        """Return that of an alert this module wrote."""
        root = ET.fromstring(xml)  # noqa: S314 (our own document)
        return cls(
            status=root.findtext(f"{_N}status") or "Actual",
            scope=root.findtext(f"{_N}scope") or "Public",
            restriction=root.findtext(f"{_N}restriction"),
            addresses=root.findtext(f"{_N}addresses"),
        )


@dataclass(frozen=True)
class Header:
    """Which alert it is, about which incident."""

    identifier: str
    sender: str
    sent_at: datetime
    incident_id: str
    exercise: bool
    references: tuple[Reference, ...] = ()
    cancels: bool = False
    reach: Reach = Reach()  # of one that takes back another: that one's; any other says its own


def alert_xml(header: Header, info: AlertInfo | None, area: dict[str, Any] | None) -> str:
    """Return an alert as a CAP 1.2 document; of an exercise its status is Exercise and its note says so.

    ``info`` is None of one that takes back those it refers to.
    """
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(f"{_N}alert")
    kind = "Cancel" if header.cancels else "Update" if header.references else "Alert"
    reach = header.reach
    if info is not None:
        reach = Reach(info.status, info.scope, info.restriction, info.addresses)
    for name, value in (
        ("identifier", header.identifier),
        ("sender", header.sender),
        ("sent", cap_time(header.sent_at)),
        ("status", "Exercise" if header.exercise else reach.status),
        ("msgType", kind),
        ("scope", reach.scope),
        ("restriction", reach.restriction),
        ("addresses", reach.addresses),
        ("note", "This is an exercise." if header.exercise else None),
        ("references", " ".join(f"{r.sender},{r.identifier},{r.sent}" for r in header.references)),
        ("incidents", header.incident_id),
    ):
        _add(root, name, value)
    if info is not None:
        _add_info(root, info, area)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def cap_time(at: datetime) -> str:
    """Return a time as CAP writes it: whole seconds, the zone in figures, UTC as -00:00 (3.3.2)."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")


def problems_of(xml: str) -> list[tuple[str, str]]:
    """Return each element of an alert that breaks a rule of CAP 1.2, with the rule; nothing when it is valid."""
    try:
        root = ET.fromstring(xml)  # noqa: S314 (no entities: written here, or by whoever may publish)
    except ET.ParseError as error:
        return [("alert", f"is XML: {error}")]
    if root.tag != f"{_N}alert":
        return [("alert", f"is the root, in the namespace {NAMESPACE}")]
    found = _order(root, _ALERT, "alert")
    values = {name: (root.findtext(f"{_N}{name}") or "").strip() for name in _ALERT}
    for name in ("identifier", "sender"):
        if not _NAME.fullmatch(values[name]):
            found.append((name, "has no spaces, commas, < or & (3.2.1)"))
    if values["scope"] == "Restricted" and not values["restriction"]:
        found.append(("restriction", "is needed when the scope is Restricted (3.2.1)"))
    if values["scope"] == "Private" and not values["addresses"]:
        found.append(("addresses", "is needed when the scope is Private (3.2.1)"))
    if values["msgType"] in ("Update", "Cancel", "Ack", "Error") and not values["references"]:
        found.append(("references", f"is needed of msgType {values['msgType']} (3.2.1)"))
    for reference in values["references"].split():
        if not re.fullmatch(rf"[^\s,<&]+,[^\s,<&]+,{_TIME.pattern}", reference):
            found.append(("references", "is sender,identifier,sent, separated by spaces (3.2.1)"))
    for info in root.findall(f"{_N}info"):
        found += _order(info, _INFO, "info")
        for area in info.findall(f"{_N}area"):
            found += _order(area, _AREA, "area")
            found += [p for polygon in area.findall(f"{_N}polygon") for p in _polygon(polygon.text or "")]
        onset, expires = info.findtext(f"{_N}onset"), info.findtext(f"{_N}expires")
        readable = onset and expires and _TIME.fullmatch(onset) and _TIME.fullmatch(expires)
        if onset and expires and readable and datetime.fromisoformat(expires) <= datetime.fromisoformat(onset):
            found.append(("expires", "is after onset (3.2.2)"))
    for element in root.iter():
        name = element.tag.removeprefix(_N)
        if name in _WORDS and (element.text or "") not in _WORDS[name]:
            found.append((name, f"is one of: {', '.join(sorted(_WORDS[name]))}"))
        if name in ("sent", "effective", "onset", "expires") and not _TIME.fullmatch(element.text or ""):
            found.append((name, "is written as 2002-05-24T16:49:00-07:00 (3.3.2)"))
    return found


def _order(element: ET.Element, wanted: dict[str, bool], place: str) -> list[tuple[str, str]]:
    names = [child.tag.removeprefix(_N) for child in element]
    found = [(f"{place}/{name}", "is no element of CAP 1.2 there") for name in names if name not in wanted]
    known = [name for name in names if name in wanted]
    order = list(wanted)
    if known != sorted(known, key=order.index):
        found.append((place, f"has its elements in this order: {', '.join(order)}"))
    found += [(f"{place}/{name}", "is needed") for name, needed in wanted.items() if needed and name not in known]
    found += [(f"{place}/{n}", "is there once") for n in order if known.count(n) > 1 and n not in _MANY]
    empty = [c for c in element if c.tag.removeprefix(_N) in known and len(c) == 0 and not (c.text or "").strip()]
    return found + [(f"{place}/{child.tag.removeprefix(_N)}", "is not empty") for child in empty]


def _polygon(text: str) -> list[tuple[str, str]]:
    pairs = [pair.split(",") for pair in text.split()]
    try:
        points = [(float(latitude), float(longitude)) for latitude, longitude in pairs]
    except ValueError:
        return [("polygon", "is pairs of latitude,longitude separated by spaces (3.2.4)")]
    if len(points) < 4 or points[0] != points[-1]:
        return [("polygon", "has four pairs or more, the first and the last the same (3.2.4)")]
    if any(abs(latitude) > 90 or abs(longitude) > 180 for latitude, longitude in points):
        return [("polygon", "is latitude first, within 90 degrees, then longitude, within 180 (3.3.1)")]
    return []


def _add_info(root: ET.Element, info: AlertInfo, area: dict[str, Any] | None) -> None:
    element = ET.SubElement(root, f"{_N}info")
    for name, value in (
        ("language", info.language),
        *(("category", one) for one in info.category),
        ("event", info.event),
        *(("responseType", one) for one in info.response_type),
        ("urgency", info.urgency),
        ("severity", info.severity),
        ("certainty", info.certainty),
        ("onset", cap_time(info.onset_at) if info.onset_at is not None else None),
        ("expires", cap_time(info.expires_at) if info.expires_at is not None else None),
        ("headline", info.headline),
        ("description", info.description),
        ("instruction", info.instruction),
        ("contact", info.contact),
    ):
        _add(element, name, value)
    where = ET.SubElement(element, f"{_N}area")
    _add(where, "areaDesc", info.area_description)
    for ring in rings(area) if area is not None else []:
        _add(where, "polygon", " ".join(f"{p[1]:.6g},{p[0]:.7g}" for p in ring))


def _add(parent: ET.Element, name: str, value: str | None) -> None:
    if value:
        # XML 1.0 has no control characters; what people paste sometimes does.
        ET.SubElement(parent, f"{_N}{name}").text = re.sub(
            r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", value
        )
