"""Pictures of the document's own (codes, charts) as operators, drawn from the SVG that the reference path is given."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from vaxel_engine.compiled.miss import Miss, Reason
from vaxel_engine.compiled.numbers import number
from vaxel_engine.compiled.program import Picture

_HEAD = re.compile(r'<svg [^>]*?viewBox="(-?[\d.]+) (-?[\d.]+) ([\d.]+) ([\d.]+)"[^>]*>')
_MARK = re.compile(r"<(rect|path) ([^>]*)/>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_STEP = re.compile(r"([MLHVhvzZ])([^MLHVhvzZ]*)")
_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})$")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture's operators, and the opacities that they name."""

    operators: bytes
    states: frozenset[bytes]


def drawn(picture: Picture, pictures: Mapping[str, str]) -> Drawing:
    """The operators of a picture in its size; raises Miss for marks that are not known."""
    svg = pictures.get(picture.address)
    if svg is None:
        raise Miss(Reason.PICTURE, f"{picture.address} is not there")
    head = _HEAD.match(svg)
    if head is None or not svg.endswith("</svg>"):
        raise Miss(Reason.PICTURE, svg[:60])
    left, top, wide, high = (float(one) for one in head.groups())
    inner = svg[head.end() : -6]
    if _MARK.sub("", inner):
        raise Miss(Reason.PICTURE, _MARK.sub("", inner)[:60])
    scale = min(picture.width / wide, picture.height / high)
    across = (picture.width - wide * scale) / 2 - left * scale
    down = (picture.height - high * scale) / 2 - top * scale
    written = [
        b"q\nq\n1 0 0 1 0 0 cm\n%b 0 0 %b %b %b cm" % (number(scale), number(scale), number(across), number(down))
    ]
    written += [_mark(name, dict(_ATTRIBUTE.findall(said))) for name, said in _MARK.findall(inner)]
    return Drawing(b"\n".join(written) + b"\nQ\nQ\n", frozenset({b"/a1.0 gs"}))


def _mark(name: str, said: dict[str, str]) -> bytes:
    fill = _HEX.match(said.pop("fill", "none"))
    if fill is None or set(said) - {"x", "y", "width", "height", "d", "fill-rule"}:
        raise Miss(Reason.PICTURE, f"{name} with {sorted(said)}")
    digits = fill[1] if len(fill[1]) == 6 else "".join(one * 2 for one in fill[1])
    colour = b" ".join(number(int(digits[at : at + 2], 16) / 255) for at in (0, 2, 4))
    begin = b"q\n/a1.0 gs\n%b rg\n[] 0 d\n0 J\n0 j\n4 M\n" % colour
    if name == "rect":
        place = b" ".join(number(float(said.get(one, "0"))) for one in ("x", "y", "width", "height"))
        return begin + place + b" re\nf\nQ"
    rule = b"f*" if said.get("fill-rule") == "evenodd" else b"f"
    return begin + _path(said["d"]) + rule + b"\nQ"


def _path(d: str) -> bytes:
    """A path of straight lines, as WeasyPrint writes it: begun at the corner, every step in absolute numbers."""
    written = ["0 0 m\n"]
    x = y = begun_x = begun_y = 0.0
    for step, said in _STEP.findall(d):
        match step:
            case "z" | "Z":
                x, y = begun_x, begun_y
                written.append("h\n")
                continue
            case "h":
                x += float(said)
            case "v":
                y += float(said)
            case "H":
                x = float(said)
            case "V":
                y = float(said)
            case _:
                x, y = (float(one) for one in said.split())
        if step == "M":
            begun_x, begun_y = x, y
        written.append(f"{_short(x)} {_short(y)} {'m' if step == 'M' else 'l'}\n")
    return "".join(written).encode()


def _short(value: float) -> str:
    return str(int(value)) if value.is_integer() else f"{value:.6f}".rstrip("0").rstrip(".")
