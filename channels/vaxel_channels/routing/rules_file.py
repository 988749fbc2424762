"""A rules file of a sender, read: TOML with a version, refused with the line where it contradicts itself."""

import datetime as dt
import difflib
import hashlib
import re
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from vaxel_channels.contract import Reach
from vaxel_channels.registry import CHANNELS
from vaxel_channels.routing.calendar import COUNTRIES
from vaxel_channels.routing.contradictions import Contradiction, contradictions
from vaxel_channels.routing.lines import Lines, Place
from vaxel_channels.routing.rules import (
    Agreement,
    ChannelRules,
    Identity,
    Invite,
    KindRules,
    Quiet,
    Ramp,
    Rules,
    Unopened,
)
from vaxel_engine.errors import Misconfigured
from vaxel_engine.model import DocumentKind

_QUIET = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")


def _hours(value: object) -> object:
    found = _QUIET.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError('is not written as hours from-to, e.g. "21:00-08:00"')
    begins, ends = dt.time(int(found[1]), int(found[2])), dt.time(int(found[3]), int(found[4]))
    if begins == ends:
        raise ValueError("begins and ends at the same time: the channel could never be used")
    return Quiet(begins, ends)


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, arbitrary_types_allowed=True)


class _RampTable(_Table):
    percent: Decimal = Field(gt=0, le=100)
    stop_at: Decimal = Field(gt=0, lt=100)
    after: int = Field(default=50, ge=1)
    since: dt.date | None = None


class _InviteTable(_Table):
    days: int = Field(ge=1, le=60)
    kinds: tuple[str, ...] | None = Field(default=None, min_length=1)


class _ChannelTable(_Table):
    kinds: tuple[str, ...] | None = Field(default=None, min_length=1)
    needs: tuple[Identity | Literal["agreement"], ...] = ()
    agreement: str | None = Field(default=None, pattern=r"^[^\n]{1,80}$")
    agreement_from: dt.date | None = None
    days: int = Field(default=0, ge=0, le=60)
    quiet: Annotated[Quiet | None, BeforeValidator(_hours)] = None
    ramp: _RampTable | None = None
    fresh_minutes: int | None = Field(default=None, ge=1, le=7 * 24 * 60)
    invite: _InviteTable | None = None
    co_envelope: bool | tuple[str, ...] | None = None


class _UnopenedTable(_Table):
    after_days: int | None = Field(default=None, ge=1, le=90)
    days_before_due: int | None = Field(default=None, ge=0, le=90)
    then: str | None = None

    @model_validator(mode="after")
    def _one_day(self) -> "_UnopenedTable":
        if (self.after_days is None) == (self.days_before_due is None):
            raise ValueError("needs one of after_days and days_before_due: by when it is to be opened")
        return self


class _KindTable(_Table):
    channels: tuple[str, ...] | None = Field(default=None, min_length=1)
    lawful: tuple[str, ...] | None = Field(default=None, min_length=1)
    fallback: bool = True
    days_before_due: int | None = Field(default=None, ge=0, le=90)
    unopened: _UnopenedTable | None = None


class _WishTable(_Table):
    channel: str
    date: dt.date | None = None
    day: int | None = Field(default=None, ge=1, le=28)


class _TestTable(_Table):
    name: str = Field(min_length=1)
    kind: DocumentKind = DocumentKind.INVOICE
    at: dt.datetime
    has: tuple[Identity, ...] = ()
    due: dt.date | None = None
    wish: _WishTable | None = None
    answers: dict[str, Reach] = {}
    expect: tuple[str, ...]
    held_until: dt.date | None = None


class _File(_Table):
    version: str = Field(pattern=r"^[A-Za-z0-9._-]{1,40}$")
    country: str = "SE"
    time_zone: str = "Europe/Stockholm"
    channels: tuple[str, ...] = Field(min_length=1)
    prefer: Literal["order", "cost"] = "order"
    try_unmatched: bool = True
    kind: dict[str, _KindTable] = {}
    channel: dict[str, _ChannelTable] = {}
    test: tuple[_TestTable, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One test that a rules file carries: a document in short, and the channels it must be given, in order."""

    name: str
    line: int
    kind: DocumentKind
    at: dt.datetime
    has: frozenset[Identity]
    due: dt.date | None
    wish: tuple[str, dt.date | None, int | None] | None
    answers: Mapping[str, Reach]
    expect: tuple[str, ...]
    held_until: dt.date | None


@dataclass(frozen=True, slots=True)
class RulesFile:
    """What a file says: the rules, and the tests it carries."""

    rules: Rules
    cases: tuple[Case, ...]


def load(path: Path, known: Collection[str] = tuple(CHANNELS)) -> RulesFile:
    """Read a rules file; `known` are the names a channel may have.

    Raises:
        Misconfigured: the file is absent, no TOML, or says something that is wrong, unknown or can never be met; the
            sentence names file and line.
    """
    try:
        body = path.read_bytes()
        table = tomllib.loads(body.decode("utf-8"))
    except FileNotFoundError:
        raise Misconfigured(f"{path} does not exist; write the sender's rules there, see docs/routing.md") from None
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} cannot be read ({type(error).__name__}); check that it is a text file") from error
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"{path} is not valid TOML: {error}") from error
    lines = Lines(body.decode("utf-8"))

    def wrong(place: Sequence[str | int], what: str) -> Misconfigured:
        named = ".".join(str(part) for part in place) or "the file"
        return Misconfigured(f"{path}, line {lines.of(place)}, {named}: {what}")

    try:
        file = _File.model_validate(table)
    except ValidationError as error:
        place, what = _first(error)
        raise wrong(place, what) from error
    _check_names(file, known, wrong)
    rules = _rules(file, hashlib.sha256(body).hexdigest(), wrong)
    found = contradictions(rules, {name: one.needs for name, one in file.channel.items()})
    if found:
        raise _told(found, wrong)
    return RulesFile(rules, _cases(file, lines, wrong))


def _told(found: Sequence[Contradiction], wrong: Callable[[Place, str], Misconfigured]) -> Misconfigured:
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return wrong(found[0].place, found[0].what + more)


def _first(error: ValidationError) -> tuple[Place, str]:
    mistakes = error.errors(include_input=False, include_url=False)
    first = next((one for one in mistakes if one["type"] == "extra_forbidden"), mistakes[0])
    place: Place = tuple(first["loc"])
    if first["type"] == "extra_forbidden":
        models: Mapping[str, type[BaseModel]] = {"kind": _KindTable, "channel": _ChannelTable, "test": _TestTable}
        model = models.get(str(place[0]), _File) if len(place) > 1 else _File
        near = difflib.get_close_matches(str(first["loc"][-1]), list(model.model_fields), n=1)
        return place, f"unknown key{f', did you mean {near[0]!r}?' if near else '; see docs/routing.md'}"
    what = first["msg"].removeprefix("Value error, ")
    return place, what[:1].lower() + what[1:]


def _check_names(file: _File, known: Collection[str], wrong: Callable[[Place, str], Misconfigured]) -> None:
    """Every channel and kind that is named is one that there is."""
    named: list[tuple[Place, str]] = [(("channels",), name) for name in file.channels]
    for kind, told in file.kind.items():
        _known(("kind", kind), kind, "kind of document", list(DocumentKind), wrong)
        named += [(("kind", kind, "channels"), name) for name in told.channels or ()]
        named += [(("kind", kind, "lawful"), name) for name in told.lawful or ()]
        if told.unopened is not None and told.unopened.then is not None:
            named.append((("kind", kind, "unopened"), told.unopened.then))
    for name, of_channel in file.channel.items():
        named.append((("channel", name), name))
        invited = of_channel.invite.kinds if of_channel.invite is not None else None
        shared = of_channel.co_envelope if isinstance(of_channel.co_envelope, tuple) else None
        for key, kinds in (("kinds", of_channel.kinds), ("invite", invited), ("co_envelope", shared)):
            for kind in kinds or ():
                _known(("channel", name, key), kind, "kind of document", list(DocumentKind), wrong)
    for ix, test in enumerate(file.test):
        named += [(("test", ix, "expect"), name) for name in test.expect]
        named += [(("test", ix, "answers"), name) for name in test.answers]
    for place, name in named:
        _known(place, name, "channel", known, wrong)


def _known(
    place: Place, name: str, what: str, known: Collection[str], wrong: Callable[[Place, str], Misconfigured]
) -> None:
    if name not in known:
        near = difflib.get_close_matches(name, [str(one) for one in known], n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(str(one) for one in known))}"
        raise wrong(place, f"{name!r} is no {what}; {hint}")


def _rules(file: _File, digest: str, wrong: Callable[[Place, str], Misconfigured]) -> Rules:
    if file.country not in COUNTRIES:
        raise wrong(("country",), f"bank days are known for {', '.join(COUNTRIES)}, not for {file.country!r}")
    try:
        zone = ZoneInfo(file.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise wrong(("time_zone",), f"{file.time_zone!r} is no time zone, e.g. Europe/Stockholm") from None
    return Rules(
        channels=file.channels,
        version=file.version,
        digest=digest,
        prefer=file.prefer,
        try_unmatched=file.try_unmatched,
        country=file.country,
        time_zone=zone,
        kinds={
            DocumentKind(kind): KindRules(
                channels=told.channels,
                lawful=frozenset(told.lawful) if told.lawful is not None else None,
                fallback=told.fallback,
                days_before_due=told.days_before_due,
                unopened=Unopened(**told.unopened.model_dump()) if told.unopened is not None else None,
            )
            for kind, told in file.kind.items()
        },
        of_channels={name: _channel(told, zone) for name, told in file.channel.items()},
    )


def _channel(told: _ChannelTable, zone: ZoneInfo) -> ChannelRules:
    ramp = told.ramp
    since = dt.datetime.combine(ramp.since, dt.time(), zone) if ramp is not None and ramp.since is not None else None
    return ChannelRules(
        kinds=frozenset(DocumentKind(kind) for kind in told.kinds) if told.kinds is not None else None,
        needs=tuple(one for one in told.needs if isinstance(one, Identity)),
        agreement=Agreement(told.agreement, told.agreement_from) if told.agreement is not None else None,
        days=told.days,
        quiet=told.quiet,
        ramp=Ramp(ramp.percent, ramp.stop_at, ramp.after, since) if ramp is not None else None,
        invite=_invite(told.invite),
        co_envelope=_co_envelope(told.co_envelope),
        fresh=dt.timedelta(minutes=told.fresh_minutes) if told.fresh_minutes is not None else None,
    )


def _invite(told: _InviteTable | None) -> Invite | None:
    if told is None or told.kinds is None:
        return Invite(told.days) if told is not None else None
    return Invite(told.days, frozenset(DocumentKind(kind) for kind in told.kinds))


def _co_envelope(told: bool | tuple[str, ...] | None) -> frozenset[DocumentKind] | None:
    if told is None or isinstance(told, tuple):
        return None if told is None else frozenset(DocumentKind(kind) for kind in told)
    return frozenset(DocumentKind) if told else frozenset()


def _cases(file: _File, lines: Lines, wrong: Callable[[Place, str], Misconfigured]) -> tuple[Case, ...]:
    seen: set[str] = set()
    for ix, test in enumerate(file.test):
        if test.name in seen:
            raise wrong(("test", ix, "name"), f"there are two tests called {test.name!r}; name one otherwise")
        if test.at.tzinfo is None:
            raise wrong(("test", ix, "at"), "needs a time zone, e.g. 2026-11-25T08:00:00+01:00")
        if test.wish and test.wish.date and test.wish.date > test.at.date():
            raise wrong(("test", ix, "wish"), f"the wish is dated {test.wish.date}, after the test's own moment")
        seen.add(test.name)
    return tuple(
        Case(
            name=test.name,
            line=lines.of(("test", ix)),
            kind=test.kind,
            at=test.at,
            has=frozenset(test.has),
            due=test.due,
            wish=(test.wish.channel, test.wish.date, test.wish.day) if test.wish else None,
            answers=test.answers,
            expect=test.expect,
            held_until=test.held_until,
        )
        for ix, test in enumerate(file.test)
    )
