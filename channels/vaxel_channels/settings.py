"""Settings of one channel: a table of the configuration becomes a frozen value, or one sentence that names the key."""

import dataclasses
import difflib
import ipaddress
import types
import typing
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from vaxel_engine.errors import Misconfigured

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

S = TypeVar("S", bound="DataclassInstance")

_MISTYPED: Mapping[object, str] = {
    str: "a text in quotes",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    Path: "a path in quotes",
    tuple[str, ...]: "a list of texts",
    tuple[int, ...]: "a list of whole numbers",
}


class Mode(StrEnum):
    """Whether real providers may be reached; sandbox unless said otherwise."""

    SANDBOX = "sandbox"
    LIVE = "live"


def secret() -> Any:
    """Declare a required secret: absent from `repr`, and given as `key`, `key_env` or `key_file`."""
    return dataclasses.field(repr=False, metadata={"secret": True})


def optional_secret() -> Any:
    """Declare a secret that may be left out; None then."""
    return dataclasses.field(default=None, repr=False, metadata={"secret": True})


def setting_keys(kind: "type[DataclassInstance]") -> list[str]:
    """Every key that a table of these settings may hold, in the order of the fields."""
    keys: list[str] = []
    for one in _settable(kind):
        keys.append(one.name)
        if "secret" in one.metadata:
            keys += [f"{one.name}_env", f"{one.name}_file"]
    return keys


def read_table(kind: type[S], table: Mapping[str, object], *, channel: str, environ: Mapping[str, str]) -> S:
    """Return the settings that `table` states.

    A secret comes directly, from an environment variable (`<key>_env` names it) or from a file (`<key>_file` names
    it; a line end at the end is dropped).

    Raises:
        Misconfigured: a key is missing, unknown, of the wrong type, or a secret cannot be read. No secret is shown.
    """
    known = setting_keys(kind)
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            remedy = f"did you mean `{near[0]}`" if near else f"known are {', '.join(known)}"
            raise Misconfigured(f"[channel.{channel}] has an unknown key `{key}`; {remedy}.")
    hints = typing.get_type_hints(kind)
    found: dict[str, object] = {}
    for one in _settable(kind):
        if "secret" in one.metadata:
            value = _secret(one.name, table, channel=channel, environ=environ)
        else:
            value = table.get(one.name)
        if value is not None:
            found[one.name] = _typed(value, hints[one.name], key=one.name, channel=channel)
        elif one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING:
            raise Misconfigured(f"[channel.{channel}] lacks `{one.name}`; docs/channels says what belongs there.")
    return kind(**found)


def _settable(kind: "type[DataclassInstance]") -> list["dataclasses.Field[Any]"]:
    return [one for one in dataclasses.fields(kind) if one.init]


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine: localhost, 127.0.0.0/8 or ::1."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def checked_url(url: str, *, channel: str, key: str) -> str:
    """Return `url` without a slash at its end.

    Raises:
        Misconfigured: it is not https (http is allowed to this machine alone), names no host, or carries a user,
            a query or a fragment.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if host is None or parts.query or parts.fragment or "@" in parts.netloc:
        raise Misconfigured(f"[channel.{channel}] `{key}` is not a plain address such as https://host/path; write one.")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise Misconfigured(f"[channel.{channel}] `{key}` goes to {host} without TLS; write https://.")
    return url.rstrip("/")


def host_of(url: str) -> str:
    """The host that a checked address leads to."""
    return urlsplit(url).hostname or ""


def _secret(name: str, table: Mapping[str, object], *, channel: str, environ: Mapping[str, str]) -> object:
    ways = [key for key in (name, f"{name}_env", f"{name}_file") if key in table]
    if len(ways) > 1:
        raise Misconfigured(f"[channel.{channel}] states `{name}` {len(ways)} times ({', '.join(ways)}); keep one.")
    if not ways:
        return None
    value = table[ways[0]]
    if ways[0] == name:
        return value
    if not isinstance(value, str):
        raise Misconfigured(f"[channel.{channel}] `{ways[0]}` is not a text in quotes; write one.")
    if ways[0].endswith("_env"):
        if not environ.get(value):
            raise Misconfigured(
                f"[channel.{channel}] `{ways[0]}` names the variable {value}, which is not set; set it."
            )
        return environ[value]
    try:
        return Path(value).expanduser().read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(
            f"[channel.{channel}] `{ways[0]}` names {value}, which cannot be read ({type(error).__name__}); "
            "check the path and its permissions."
        ) from error


def _typed(value: object, hint: object, *, key: str, channel: str) -> object:
    wanted = next((t for t in typing.get_args(hint) if t is not type(None)), None) if _is_union(hint) else hint
    match value:
        case bool() if wanted is bool:
            return value
        case int() if wanted in (int, float) and not isinstance(value, bool):
            return value
        case float() if wanted is float:
            return value
        case str() if wanted is str:
            return value
        case str() | Path() if wanted is Path:
            return Path(value).expanduser()
        case list() | tuple() if wanted == tuple[str, ...]:
            items = tuple(typing.cast("list[object] | tuple[object, ...]", value))
            if all(isinstance(item, str) for item in items):
                return items
        case list() | tuple() if wanted == tuple[int, ...]:
            numbers = tuple(typing.cast("list[object] | tuple[object, ...]", value))
            if all(isinstance(number, int) and not isinstance(number, bool) for number in numbers):
                return numbers
        case _:
            pass
    raise Misconfigured(f"[channel.{channel}] `{key}` is not {_MISTYPED.get(wanted, 'of the right type')}; write one.")


def _is_union(hint: object) -> bool:
    return isinstance(hint, types.UnionType)
