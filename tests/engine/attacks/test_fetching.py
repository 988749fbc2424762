"""Whatever a page, a style sheet or a drawing asks for: no file of the machine is read, and nobody is called."""

import contextlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from tests.engine.attacks.conftest import SECRET, Canary
from weasyprint import HTML
from weasyprint.urls import URLFetcher

from vaxel_engine.errors import TemplateError
from vaxel_engine.packs import Pack
from vaxel_engine.rendering.typesetting import AllowList, Typesetter

VECTORS: Mapping[str, str] = {
    "image": '<img src="{a}/1.png">',
    "image set by srcset": '<img srcset="{a}/2.png 1x">',
    "style sheet": '<link rel="stylesheet" href="{a}/3.css">',
    "style sheet that imports": '<style>@import url("{a}/4.css");</style>',
    "import as text": '<style>@import "{a}/5.css";</style>',
    "background": '<p style="background: url({a}/6.png)">x</p>',
    "content": '<style>p::before {{ content: url("{a}/7.png") }}</style><p>x</p>',
    "list": '<ul style="list-style-image: url({a}/8.png)"><li>x</ul>',
    "border": '<p style="border: 9px solid; border-image: url({a}/9.png) 9">x</p>',
    "mask": '<p style="mask-image: url({a}/10.png)">x</p>',
    "image set": '<p style="background: image-set(url({a}/11.png) 1x)">x</p>',
    "font": '<style>@font-face {{ font-family: F; src: url("{a}/12.ttf") }}</style><p style="font-family: F">x</p>',
    "colour profile": '<style>@color-profile --p {{ src: url("{a}/13.icc") }}</style><p style="color: color(--p 1 1)">',
    "attachment": '<link rel="attachment" href="{a}/14.txt">',
    "attachment by a link": '<a rel="attachment" href="{a}/15.txt">x</a>',
    "object": '<object data="{a}/16.png"></object>',
    "embedded": '<embed src="{a}/17.png">',
    "frame": '<iframe src="{a}/18.html"></iframe>',
    "base": '<base href="{a}/"><img src="19.png">',
    "refresh": '<meta http-equiv="refresh" content="0; url={a}/20">',
    "inline drawing": '<svg width="9" height="9"><image href="{a}/21.png" width="9" height="9"/></svg>',
    "drawing that uses another": '<svg width="9" height="9"><use href="{a}/22.svg#a"/></svg>',
    "drawing with a style": '<svg width="9" height="9"><style>@import "{a}/23.css";</style><rect/></svg>',
    "drawing as data": "<img src='data:image/svg+xml,<svg><image href=\"{a}/24.png\"/></svg>'>",
    "drawing with an entity": (
        "<img src='data:image/svg+xml,<!DOCTYPE s [<!ENTITY e SYSTEM \"{f}\">]><svg><text>&amp;e;</text></svg>'>"
    ),
    "file as attachment": '<link rel="attachment" href="{f}">',
    "file as attachment by a link": '<a rel="attachment" href="{f}">x</a>',
    "file in capitals": '<link rel="attachment" href="{F}">',
    "file of this host": '<link rel="attachment" href="{h}">',
    "file as picture": '<img src="{f}">',
    "file as style": '<link rel="stylesheet" href="{f}">',
    "folder": '<link rel="attachment" href="file:///etc/">',
    "device": '<img src="file:///dev/zero">',
}


STYLE = '@font-face { font-family: Inter; src: url("pack:f.ttf") } body { font-family: Inter }'


@pytest.fixture(scope="module")
def typesetter(nordljus: Pack) -> Typesetter:
    return Typesetter(STYLE, {"pack:f.ttf": (nordljus.read("fonts/Inter-Regular.ttf"), "font/ttf")})


def asking(vector: str, canary: Canary) -> str:
    file = canary.file.as_uri()
    places = {
        "a": canary.address,
        "f": file,
        "F": file.replace("file:", "FILE:"),
        "h": file.replace("//", "//localhost"),
    }
    return VECTORS[vector].format(**places)


def unpacked(pdf: bytes) -> bytes:
    """Everything in the PDF: a secret must not hide in a compressed stream."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return pdf + b"".join(one.read_bytes() for one in opened.objects if isinstance(one, pikepdf.Stream))


@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_is_read_and_nobody_is_called(vector: str, typesetter: Typesetter, canary: Canary) -> None:
    made = b""
    with contextlib.suppress(TemplateError):  # which says that only files of the pack can be had
        made = unpacked(typesetter.pdf(f"<p>Hej</p>{asking(vector, canary)}", {}, b"x"))
    assert SECRET.encode() not in made
    assert canary.asked == []


@pytest.mark.parametrize("vector", VECTORS)
def test_a_refusal_never_ends_a_page_half_way(vector: str, canary: Canary) -> None:
    fetcher: Any = AllowList({})
    page: Any = HTML(string=asking(vector, canary), url_fetcher=fetcher, base_url="pack:")
    made = page.write_pdf()
    assert SECRET.encode() not in unpacked(bytes(made))
    assert canary.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "PACK:f.ttf",
        "pack:../f.ttf",
        "pack:/etc/passwd",
        "pack://f.ttf",
        "pack:f.ttf?x",
        "data:text/plain,x",
        "//x/f.ttf",
        "",
    ],
)
def test_an_address_that_is_not_exactly_a_file_of_the_pack_is_empty(address: str) -> None:
    fetcher: Any = AllowList({"pack:f.ttf": (b"font", "font/ttf")})
    assert fetcher.fetch(address).read() == b""
    assert fetcher.refused == [address]
    assert fetcher.fetch("pack:f.ttf").read() == b"font"


def test_the_canary_would_sing(canary: Canary) -> None:
    """With the library's own fetcher the same vectors are heard: the tests above could fail."""
    both = asking("image", canary) + asking("file as attachment", canary)
    page: Any = HTML(string=both, url_fetcher=URLFetcher(), base_url="pack:")
    made = page.write_pdf()
    assert SECRET.encode() in unpacked(bytes(made))
    assert canary.asked == ["/1.png"]
    canary.asked.clear()
