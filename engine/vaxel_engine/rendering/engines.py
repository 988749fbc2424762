"""What renders: the versions of everything that has a say in an artifact's bytes, as evidence beside a pack."""

from hashlib import sha256
from importlib import import_module
from importlib.metadata import version
from typing import Any

from vaxel_engine.packs import Pack

_PLOTLY_BUNDLE = "vendor/plotly-basic.min.js"


def engine_versions(pack: Pack) -> dict[str, str]:
    """Name to version; mrml by the package that carries it, the chart library of pages by the hash of its file."""
    versions = {
        "vaxel": version("vaxel"),
        "weasyprint": version("weasyprint"),
        "pango": ".".join(map(str, pango_version())),
        "mrml": version("mjml-python"),
        "plotly": version("plotly"),
    }
    if pack.has(_PLOTLY_BUNDLE):
        versions["plotly-bundle"] = sha256(pack.read(_PLOTLY_BUNDLE)).hexdigest()[:12]
    return versions


def pango_version() -> tuple[int, int, int]:
    """Pango's version; WeasyPrint is loaded for it."""
    libraries: Any = import_module("vaxel_engine.rendering.libraries").libraries  # half a second, where it is needed
    number = int(libraries.pango.pango_version())
    return number // 10_000, number // 100 % 100, number % 100
