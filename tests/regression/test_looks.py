"""What was looked at and approved still looks so."""

from collections.abc import Callable
from pathlib import Path

import pytest

from vaxel_engine import packs
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.rendering.web_fonts import font_faces
from vaxel_preview.mail import open_mail
from vaxel_regression.browser import Camera
from vaxel_regression.pages import page_picture, page_sizes
from vaxel_regression.references import pango_family

DPI = 72
LookAlike = Callable[..., None]
Rendered = Callable[[str, ArtifactKind], bytes]


def with_fonts(mail: str) -> str:
    """The mail as on a machine that has its first font: which others a machine has is not what is tested here."""
    folder = packs.packs() / "base" / "fonts"
    faces = "".join(
        f"@font-face{{font-family:Inter;font-weight:{weight};src:url({(folder / name).as_uri()})}}"
        for name, weight in (("Inter-Regular.ttf", 400), ("Inter-SemiBold.ttf", 600))
    )
    return mail.replace("<head>", f"<head><style>{faces}</style>", 1)


@pytest.mark.parametrize("kind", [ArtifactKind.PRINT_PDF, ArtifactKind.MAILBOX_PDF])
@pytest.mark.parametrize("sample", ["swedish", "english"])
def test_pages_look_as_approved(sample: str, kind: ArtifactKind, rendered: Rendered, look_alike: LookAlike) -> None:
    pdf = rendered(sample, kind)
    for number in range(1, len(page_sizes(pdf)) + 1):
        picture = page_picture(pdf, number, dpi=DPI)
        look_alike(f"{sample}.{kind.value}.{number}", picture, family=pango_family(), dpi=DPI)


@pytest.mark.browser
@pytest.mark.parametrize("sample", ["swedish", "english"])
def test_email_looks_as_approved(
    sample: str, rendered: Rendered, browser: Camera, look_alike: LookAlike, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.html"
    letter.write_text(with_fonts(open_mail(rendered(sample, ArtifactKind.EMAIL)).html), encoding="utf-8")
    look_alike(f"{sample}.email.600", browser.picture(letter.as_uri(), 600), family=browser.family)


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 960)])
@pytest.mark.parametrize("sample", ["swedish", "english"])
def test_web_page_looks_as_approved(
    sample: str, width: int, height: int, rendered: Rendered, browser: Camera, look_alike: LookAlike, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(rendered(sample, ArtifactKind.WEB))
    look_alike(f"{sample}.web.{width}", browser.picture(page.as_uri(), width, height), family=browser.family)


@pytest.mark.browser
@pytest.mark.parametrize(("kind", "width"), [(ArtifactKind.MAILBOX_HTML, 390), (ArtifactKind.BANK, 700)])
def test_pages_elsewhere_look_as_approved(
    kind: ArtifactKind, width: int, rendered: Rendered, browser: Camera, look_alike: LookAlike, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    fonts = (
        f"<head><style>{font_faces(packs.load('nordljus'))}</style>"  # inside, since the page's policy loads nothing
    )
    page.write_text(rendered("swedish", kind).decode().replace("<head>", fonts, 1), encoding="utf-8")
    look_alike(f"swedish.{kind.value}.{width}", browser.picture(page.as_uri(), width), family=browser.family)
