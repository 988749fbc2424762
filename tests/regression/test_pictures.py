"""Approved pictures are kept once each, by what they show, and go when nobody names them."""

import io
from pathlib import Path

import pytest
from PIL import Image

from vaxel_engine.errors import Misconfigured
from vaxel_regression.pages import png, quick_png
from vaxel_regression.pictures import STORE, PictureStore, pixels_hash, prune, read_index, write_index


def picture(colour: str, size: tuple[int, int] = (8, 6)) -> bytes:
    return png(Image.new("RGB", size, colour))


def test_equal_pixels_are_kept_once_whatever_encoded_them(tmp_path: Path) -> None:
    store = PictureStore(tmp_path)
    other = io.BytesIO()
    Image.new("RGB", (8, 6), "teal").save(other, "PNG", optimize=True)
    assert other.getvalue() != picture("teal")
    assert store.keep(picture("teal")) == store.keep(other.getvalue())
    assert len(list(tmp_path.rglob("*.png"))) == 1
    assert pixels_hash(store.find(store.keep(picture("teal")))) == pixels_hash(picture("teal"))


def test_a_picture_that_somebody_waits_for_has_the_same_pixels() -> None:
    page = Image.radial_gradient("L").convert("RGB").crop((3, 5, 34, 22))
    assert pixels_hash(quick_png(page)) == pixels_hash(png(page))
    assert Image.open(io.BytesIO(quick_png(page))).size == (31, 17)


def test_equal_bytes_of_another_shape_are_another_picture() -> None:
    assert pixels_hash(picture("teal", (8, 6))) != pixels_hash(picture("teal", (6, 8)))


def test_what_no_case_names_is_pruned_and_the_rest_stays(tmp_path: Path) -> None:
    store = PictureStore(tmp_path / STORE)
    kept, gone = store.keep(picture("teal")), store.keep(picture("red"))
    case = tmp_path / "words/brand/sample/sv/web"
    case.mkdir(parents=True)
    write_index(case, {"390 px, dark": kept})
    assert read_index(case) == {"390 px, dark": kept}
    assert prune(tmp_path) == (store.place(gone),)
    assert store.find(kept)
    write_index(case, {})
    assert prune(tmp_path) == (store.place(kept),)
    assert prune(tmp_path) == ()


def test_a_picture_that_is_gone_or_was_changed_says_what_to_do(tmp_path: Path) -> None:
    store = PictureStore(tmp_path)
    sha = store.keep(picture("teal"))
    store.place(sha).write_bytes(picture("red"))
    with pytest.raises(Misconfigured, match=r"was changed; restore the approved pictures"):
        store.find(sha)
    store.place(sha).unlink()
    with pytest.raises(Misconfigured, match=r"is gone; restore the approved pictures"):
        store.find(sha)
