"""One decoded JSON value as a record: a candidate, or a rejection where the JSON itself was flawed."""

import json
from typing import Any

from vaxel_engine.errors import Rejected
from vaxel_engine.intake.candidate import Candidate, Location, Place
from vaxel_engine.intake.faults import FAULTS_TOLD
from vaxel_engine.intake.json_pointer import pointer
from vaxel_engine.intake.strict_json import Flaw


def record_of(
    value: Any, flaws: tuple[Flaw, ...], *, file: str, record: int, line: int, prefix: Location = ()
) -> Candidate | Rejected:
    """Return the candidate; `prefix` is where the record stands in its file."""

    def locate(location: Location) -> Place:
        return Place(pointer(prefix + location), line)

    if not flaws:
        return Candidate(record=record, fields=value, locate=locate)
    first, *others = (  # the first hundred; a record that has more is mended from its beginning
        Rejected(
            file=file,
            record=record,
            line=line,
            path=pointer(prefix + flaw.location),
            found=flaw.found,
            remedy=flaw.remedy,
        )
        for flaw in flaws[:FAULTS_TOLD]
    )
    if not others:
        return first
    return Rejected(
        file=file,
        record=record,
        line=line,
        path=first.path,
        found=first.found,
        remedy=first.remedy,
        further=tuple(others),
    )


def in_words(error: json.JSONDecodeError) -> str:
    """What the decoder missed, in the middle of a sentence; it never quotes the text itself."""
    message = error.msg.removesuffix(" starting at").removesuffix(" at")
    return message[:1].lower() + message[1:]
