"""What the SMS gateway refuses: field names and forms as 46elks documents them; codes and words are assumed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from vaxel_simulators.elks.segments import count_parts

NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")  # E.164
NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,10}")
FIELDS = frozenset({"from", "to", "message", "whendelivered", "flashsms", "dontlog", "dryrun"})


class ElksRefusal(Exception):
    """A plain text answer with a 4xx status."""

    def __init__(self, status: int, text: str) -> None:
        self.status = status
        self.text = text
        super().__init__(text)


@dataclass(frozen=True, slots=True)
class Message:
    """A message that passed every rule."""

    sender: str
    to: str = field(repr=False)
    text: str = field(repr=False)
    parts: int
    report_to: str | None = field(repr=False)
    dry_run: bool
    flash: bool


def read_message(form: Mapping[str, Sequence[str]], profile: Mapping[str, Any]) -> Message:
    """Check the form fields.

    Raises:
        ElksRefusal: the first field that is wrong.
    """
    invalid: int = profile["errors"]["invalid_field"]
    if profile["message"]["unknown_fields"] == "refuse" and (unknown := set(form) - FIELDS):
        raise ElksRefusal(invalid, f"Unknown parameter {min(unknown)}")
    for name, values in form.items():
        if len(values) != 1:
            raise ElksRefusal(invalid, f"Parameter {name} given more than once")
    for name in ("from", "to", "message"):
        if not form.get(name, [""])[0]:
            raise ElksRefusal(invalid, f"Missing parameter {name}")
    sender, to, text = (form[name][0] for name in ("from", "to", "message"))
    if not (NAME.fullmatch(sender) or NUMBER.fullmatch(sender)):
        raise ElksRefusal(
            invalid, "Invalid from: a name of 1 to 11 letters and digits beginning with a letter, or a number"
        )
    if not NUMBER.fullmatch(to):
        raise ElksRefusal(invalid, "Invalid to: a number in E.164 form")
    for name, only in (("flashsms", "yes"), ("dontlog", "message"), ("dryrun", "yes")):
        if name in form and form[name][0] != only:
            raise ElksRefusal(invalid, f"Invalid {name}: only {only}")
    parts = count_parts(text)
    if parts > profile["message"]["most_parts"]:
        raise ElksRefusal(invalid, "Message too long")
    report_to = form["whendelivered"][0] if "whendelivered" in form else None
    if report_to is not None and not _is_web_address(report_to):
        raise ElksRefusal(invalid, "Invalid whendelivered: an http or https address")
    return Message(sender, to, text, parts, report_to, "dryrun" in form, "flashsms" in form)


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
