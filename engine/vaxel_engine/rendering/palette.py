"""Colours computed from a brand's tokens: mixing, contrast after WCAG 2.1, and the dark scheme of screens."""

from collections.abc import Mapping

Tokens = Mapping[str, Mapping[str, str]]


def mix(colour: str, other: str, share: float) -> str:
    """The colour that is `share` of the way from `colour` to `other`, both #rrggbb."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)


def contrast(colour: str, other: str) -> float:
    """The contrast ratio of WCAG 2.1, from 1 to 21."""
    darker, lighter = sorted((_luminance(colour), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, paper: str, towards: str, at_least: float) -> str:
    """`colour`, moved towards `towards` just until its contrast with `paper` is `at_least` (text needs 4.5)."""
    steps = (mix(colour, towards, tenth / 20) for tenth in range(20))
    return next((candidate for candidate in steps if contrast(candidate, paper) >= at_least), towards)


def dark_colours(tokens: Tokens) -> dict[str, str]:
    """The brand on a dark screen: page, paper, wash, ink, secondary, hairline, pale, bar, brand and on_brand.

    A brand may write any of them in a table [tokens.dark]; the rest follows from its light colours.
    """
    light = tokens["colour"]
    paper = mix(light["ink"], "#14181c", 0.75)
    ink = mix("#ffffff", paper, 0.07)
    brand = readable(light["brand"], paper, "#ffffff", 6.5)
    derived = {
        "page": mix(paper, "#000000", 0.45),
        "paper": paper,
        "wash": mix(paper, "#ffffff", 0.06),
        "ink": ink,
        "secondary": mix(ink, paper, 0.28),
        "hairline": mix(ink, paper, 0.8),
        "pale": mix(ink, paper, 0.74),
        "bar": mix(ink, paper, 0.48),
        "brand": brand,
        "on_brand": paper,
    }
    return {name: tokens.get("dark", {}).get(name, colour) for name, colour in derived.items()}


def grey_of(red: float, green: float, blue: float) -> float:
    """The grey, from 0 to 1, that is as light as a colour of sRGB: its contrast with anything else stays the same."""
    luminance = 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)
    return luminance * 12.92 if luminance <= 0.0031308 else float(1.055 * luminance ** (1 / 2.4) - 0.055)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
