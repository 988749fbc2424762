"""A program on disk: plain values as JSON, whole and of this pack and these engines, or not read at all."""

import json
import zlib
from dataclasses import fields, is_dataclass
from hashlib import sha256
from typing import Any

from vaxel_engine.compiled import program as known
from vaxel_engine.compiled.program import Program, Role

_BEGINS = b"vaxel block program 1\n"
_TYPES: dict[str, type[Any]] = {
    one.__name__: one
    for one in (
        *(known.Program, known.Place, known.Face, known.FontNames, known.Slot, known.Raw, known.Want, known.Line),
        *(known.Begin, known.Picture, known.Link, known.Bookmark, known.Shape, known.Markup, known.MarginLine),
        *(known.PageKind, known.Edges, known.Flow, known.Words, known.Around),
    )
}


def packed(program: Program) -> bytes:
    """The program's bytes, to be kept and given to other processes."""
    content = zlib.compress(json.dumps(_plain(program), ensure_ascii=False, separators=(",", ":")).encode(), 6)
    return _BEGINS + f"{program.key} {sha256(content).hexdigest()}\n".encode() + content


def unpacked(kept: bytes, key: str) -> Program | None:
    """The program that `packed` wrote; None for one that is damaged, or of another pack or other engines.

    Nothing in it is run: values of the types of `program.py`, and nothing else, come out.
    """
    head, _, rest = kept.removeprefix(_BEGINS).partition(b"\n")
    if not kept.startswith(_BEGINS):
        return None
    of, _, digest = head.decode("ascii", errors="replace").partition(" ")
    if of != key or sha256(rest).hexdigest() != digest:
        return None
    try:
        program = _again(json.loads(zlib.decompress(rest)))
    except (ValueError, TypeError, KeyError, zlib.error, RecursionError):
        return None
    return program if isinstance(program, Program) and program.key == key else None


def _plain(value: Any) -> Any:
    """A value as JSON: what JSON does not know is a list that begins with what it is."""
    whole = value
    match value:
        case Role():
            return ["r", str(value)]
        case None | bool() | int() | float() | str():
            return value
        case bytes():
            return ["b", value.decode("latin-1")]
        case tuple():
            return ["t", *(_plain(one) for one in whole)]
        case list():
            return ["l", *(_plain(one) for one in whole)]
        case dict():
            return ["d", *([_plain(key), _plain(one)] for key, one in whole.items())]
        case _ if is_dataclass(value) and type(value).__name__ in _TYPES:
            return ["c", type(value).__name__, *(_plain(getattr(value, one.name)) for one in fields(value))]
        case _:
            raise TypeError(f"a program holds no {type(value).__name__}")


def _again(value: Any) -> Any:
    whole = value
    if not isinstance(value, list):
        return whole
    kind, *rest = whole
    match kind:
        case "r":
            return Role(rest[0])
        case "b":
            return str(rest[0]).encode("latin-1")
        case "t":
            return tuple(_again(one) for one in rest)
        case "l":
            return [_again(one) for one in rest]
        case "d":
            return {_again(key): _again(one) for key, one in rest}
        case "c":
            made = _TYPES[rest[0]]
            return made(**dict(zip((one.name for one in fields(made)), (_again(one) for one in rest[1:]), strict=True)))
        case _:
            raise ValueError(f"a value of no known kind: {kind}")
