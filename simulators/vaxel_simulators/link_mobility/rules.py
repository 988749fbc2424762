"""What LINK Mobility refuses: names, words and types of its document; which code comes with which field is assumed."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from vaxel_simulators.elks.segments import count_parts

NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")  # E.164
SHORT_NUMBER = re.compile(r"[0-9]{3,6}")
REQUIRED = ("source", "destination", "userData", "platformId", "platformPartnerId")
WORDS: Mapping[str, Collection[str]] = {
    "sourceTON": ("ALPHANUMERIC", "SHORTNUMBER", "MSISDN"),
    "destinationTON": ("ALPHANUMERIC", "SHORTNUMBER", "MSISDN"),
    "dcs": ("TEXT", "GSM", "BINARY", "UCS2"),
    "priority": ("HIGH", "NORMAL", "LOW"),
}
TYPES: Mapping[str, type] = {
    "source": str,
    "sourceTON": str,
    "destination": str,
    "destinationTON": str,
    "dcs": str,
    "userData": str,
    "userDataHeader": str,
    "useDeliveryReport": bool,
    "deliveryReportGates": list,
    "relativeValidityTime": int,
    "absoluteValidityTime": str,
    "platformId": str,
    "platformPartnerId": str,
    "refId": str,
    "priority": str,
    "gateId": str,
    "tariff": int,
    "currency": str,
    "productDescription": str,
    "productCategory": int,
    "moReferenceId": str,
    "customParameters": dict,
    "ignoreResponse": bool,
}


class LinkRefusal(Exception):
    """A JSON answer with a 4xx status and a result code."""

    def __init__(self, status: int, code: int, text: str) -> None:
        self.status, self.code, self.text = status, code, text
        super().__init__(text)

    def body(self) -> bytes:
        """The answer's body."""
        told = {"resultCode": self.code, "description": self.text, "translatedDescription": self.text}
        return json.dumps(told).encode()


@dataclass(frozen=True, slots=True)
class Message:
    """A message that passed every rule; the page of phones reads it."""

    sender: str
    to: str = field(repr=False)
    text: str = field(repr=False)
    parts: int
    reference: str
    """The caller's `refId`."""
    gates: tuple[str, ...]
    """Where reports go; none when no report was asked for."""
    answered: bool
    """Whether the answer holds an id: only when `ignoreResponse` is said to be false."""
    flash: bool = False


def read_message(body: bytes, profile: Mapping[str, Any], gates: Collection[str]) -> Message:
    """Check the request.

    Raises:
        LinkRefusal: the first thing that is wrong.
    """
    errors = profile["errors"]
    status: int = errors["invalid_field"]

    def refuse(text: str, code: int | None = None) -> LinkRefusal:
        return LinkRefusal(status, errors["invalid_field_code"] if code is None else code, text)

    try:
        value: object = json.loads(body)
    except ValueError as error:
        raise refuse("The body is not JSON") from error
    if not isinstance(value, dict):
        raise refuse("The body is not an object")
    given = cast("dict[str, Any]", value)
    for name, one in given.items():
        if name not in TYPES:
            if profile["message"]["unknown_fields"] == "refuse":
                raise refuse(f"Unknown field {name}")
        elif not isinstance(one, TYPES[name]) or (TYPES[name] is int and isinstance(one, bool)):
            raise refuse(f"Invalid type of {name}")
    for name in REQUIRED:
        if not given.get(name):
            raise refuse(f"Missing {name}")
    for name, words in WORDS.items():
        if name in given and given[name] not in words:
            raise refuse(f"Invalid {name}")
    for name, code in (("platformId", 106200), ("platformPartnerId", 106201)):
        known = profile["client"]["platform_id" if name == "platformId" else "platform_partner_id"]
        if given[name] != known:
            raise LinkRefusal(403, code, f"Invalid {name}")
    if not _is_source(given["source"], given.get("sourceTON", "ALPHANUMERIC")):
        raise refuse("Invalid source", errors["bad_source_code"])
    if not NUMBER.fullmatch(given["destination"]):
        raise refuse("Invalid destination", errors["bad_destination_code"])
    text: str = given["userData"]
    if any(ord(character) > 0xFFFF for character in text):
        raise refuse("A character is not supported")
    parts = count_parts(text)
    if parts > profile["message"]["most_segments"]:
        raise refuse("Too many segments")
    return Message(
        sender=given["source"],
        to=given["destination"],
        text=text,
        parts=parts,
        reference=given.get("refId", ""),
        gates=_gates(given, gates),
        answered=given.get("ignoreResponse", True) is False,
    )


def _is_source(source: str, kind: str) -> bool:
    match kind:
        case "MSISDN":
            return NUMBER.fullmatch(source) is not None
        case "SHORTNUMBER":
            return SHORT_NUMBER.fullmatch(source) is not None
        case _:
            return 1 <= len(source) <= 11


def _gates(given: Mapping[str, Any], known: Collection[str]) -> tuple[str, ...]:
    if given.get("useDeliveryReport", True) is False:
        return ()
    wanted: list[object] = given.get("deliveryReportGates", [])
    for gate in wanted:
        if gate not in known:
            raise LinkRefusal(400, 106300, "No such gate")
    return tuple(str(gate) for gate in wanted)
