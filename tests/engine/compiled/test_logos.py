"""Logos of pixels, and of colours that one can see through, are in the file as the reference path puts them there."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.engine.compiled.conftest import Workshop, an_invoice

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.compiled import Miss, Reason, compare, empty, greys_of, render, teach
from vaxel_engine.mailing.printing import Printing
from vaxel_engine.packs import load, packs
from vaxel_engine.rendering import Rendering

Brand = Callable[[str, bytes], Workshop]
_LAYOUT = "layouts/paper.html"


@pytest.fixture
def branded(tmp_path: Path) -> Brand:
    """The program of a brand with this logo, taught one invoice."""

    def make(name: str, logo: bytes) -> Workshop:
        place = tmp_path / "tried"
        (place / "layouts").mkdir(parents=True)
        (place / "brand.toml").write_text('extends = "base"\n', encoding="utf-8")
        (place / name).write_bytes(logo)
        layout = (packs() / "base" / _LAYOUT).read_text(encoding="utf-8")
        (place / _LAYOUT).write_text(layout.replace("pack:logo.svg", f"pack:{name}"), encoding="utf-8")
        pack = load("tried", [tmp_path, packs()])
        setter = empty(pack)
        assert teach(setter, pack, [an_invoice(1)], stretch=False).left == {}
        teach(greys_of(setter, pack), pack, [an_invoice(1)], stretch=False, grey=True)
        return Workshop(pack, setter, (an_invoice(1),))

    return make


def pixels(mode: str, form: str) -> bytes:
    written = BytesIO()
    gradient: Any = Image.radial_gradient("L")  # its types are incomplete
    gradient.resize((60, 20)).convert(mode).save(written, form)
    return written.getvalue()


@pytest.mark.parametrize(("name", "mode", "form"), [("logo.png", "RGBA", "PNG"), ("logo.jpg", "RGB", "JPEG")])
def test_a_logo_of_pixels_is_equal(branded: Brand, name: str, mode: str, form: str) -> None:
    workshop = branded(name, pixels(mode, form))
    document = workshop.documents[0]
    assert compare(workshop.reference(document), workshop.compiled(document)) == []
    rendering = Rendering.of(document, workshop.pack, printing=Printing(monochrome=True))
    with pytest.raises(Miss) as missed:
        render(workshop.setter, rendering, ArtifactKind.PRINT_PDF)
    assert missed.value.reason is Reason.PICTURE


def test_a_logo_that_one_can_see_through_is_equal(branded: Brand) -> None:
    shapes = "".join(f'<rect x="{at}" width="20" height="9" fill="#080" fill-opacity="0.{at + 3}"/>' for at in (0, 5))
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20" width="60" height="20">{shapes}</svg>'
    workshop = branded("mark.svg", svg.encode())
    assert compare(workshop.reference(workshop.documents[0]), workshop.compiled(workshop.documents[0])) == []
