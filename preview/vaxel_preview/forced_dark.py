"""Forced dark: the colours of a mail as a reader turns them against its will. A simulation, and called one.

Lightness is turned in CIE LCH: a background of 50 or more becomes 50 - (L - 50) * 0.75, text and lines below 50 are
mirrored, chroma keeps four fifths. Real readers differ from it and from each other.
"""

import re
from collections.abc import Callable

_DECLARED = re.compile(
    r"(?P<name>background(?:-color)?|bgcolor|(?<![-\w])color|border(?:-\w+)*)(?P<mid>\s*[:=]\s*\"?)(?P<value>[^;\"}<>]*)",
    re.IGNORECASE,
)
_HEX = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")
_DARK_RULES = re.compile(r"@media[^{]*prefers-color-scheme:\s*dark[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", re.IGNORECASE)
_WHITE = (0.95047, 1.0, 1.08883)


def forced_dark(html: str) -> str:
    """The mail with every declared colour turned; its own dark rules do not apply in such a reader."""
    html = _DARK_RULES.sub("", html)
    html = (
        re.sub(r"<body\b", '<body bgcolor="#ffffff" text="#000000"', html, count=1)
        if "<body bgcolor" not in html
        else html
    )
    turned = _DECLARED.sub(_turned, html)
    return turned.replace('text="#000000"', 'text="#ffffff"', 1)


def _turned(found: re.Match[str]) -> str:
    is_ground = found["name"].lower().startswith(("background", "bgcolor"))
    change: Callable[[float], float] = _ground if is_ground else _ink
    value = _HEX.sub(lambda colour: _with_lightness(colour[0], change), found["value"])
    return f"{found['name']}{found['mid']}{value}"


def _ground(lightness: float) -> float:
    return 50 - (lightness - 50) * 0.75 if lightness >= 50 else lightness


def _ink(lightness: float) -> float:
    return 100 - lightness if lightness < 50 else lightness


def _with_lightness(colour: str, change: Callable[[float], float]) -> str:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    lightness, a, b = _lab(*(int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)))
    new = change(lightness)
    return colour if new == lightness else _hex(new, a * 0.8, b * 0.8)


def _lab(*channels: float) -> tuple[float, float, float]:
    """sRGB to CIELAB, D65 (IEC 61966-2-1, CIE 15)."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    x = 0.4124564 * red + 0.3575761 * green + 0.1804375 * blue
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = 0.0193339 * red + 0.1191920 * green + 0.9503041 * blue
    fx, fy, fz = (
        value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116
        for value in (x / _WHITE[0], y / _WHITE[1], z / _WHITE[2])
    )
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def _hex(lightness: float, a: float, b: float) -> str:
    fy = (lightness + 16) / 116
    x, y, z = (
        white * (f**3 if f**3 > 0.008856 else (f - 16 / 116) / 7.787)
        for white, f in zip(_WHITE, (fy + a / 500, fy, fy - b / 200), strict=True)
    )
    linear = (
        3.2404542 * x - 1.5371385 * y - 0.4985314 * z,
        -0.9692660 * x + 1.8760108 * y + 0.0415560 * z,
        0.0556434 * x - 0.2040259 * y + 1.0572252 * z,
    )
    shown = (12.92 * c if c <= 0.0031308 else 1.055 * max(c, 0) ** (1 / 2.4) - 0.055 for c in linear)
    return "#" + "".join(f"{round(255 * min(1.0, max(0.0, c))):02x}" for c in shown)
