"""Pictures are compared exactly, and a difference is said in words."""

import io

from PIL import Image

from vaxel_regression import compare
from vaxel_regression.evidence import side_by_side
from vaxel_regression.pages import png


def picture(size: tuple[int, int] = (200, 100), dot: tuple[int, int] | None = None, shade: int = 0) -> bytes:
    drawn = Image.new("RGB", size, (217, 217, 217))
    if dot is not None:
        drawn.paste((shade, shade, shade), (*dot, dot[0] + 10, dot[1] + 5))
    return png(drawn)


def test_equal_pictures_have_no_difference() -> None:
    assert compare(picture(dot=(5, 5)), picture(dot=(5, 5))) is None


def test_the_faintest_change_of_one_shade_is_a_difference() -> None:
    difference = compare(picture(), picture(dot=(40, 20), shade=216))
    assert difference is not None
    assert (difference.pixels, difference.box) == (50, (40, 20, 10, 5))


def test_the_place_is_given_in_millimetres_when_the_resolution_is_known() -> None:
    difference = compare(picture(), picture(dot=(72, 36)), dpi=72)
    assert difference is not None
    assert "25.4 mm from the left, 12.7 mm from the top" in difference.sentence


def test_another_size_is_a_difference_even_where_the_rest_is_equal() -> None:
    difference = compare(picture((200, 100)), picture((200, 120)))
    assert difference is not None
    assert difference.sentence == "the size is 200 × 120 pixels, not 200 × 100 pixels"


def test_evidence_marks_what_changed_in_red() -> None:
    shown = Image.open(io.BytesIO(side_by_side(picture(), picture(dot=(40, 20)))))
    third_panel = 3 * 16 + 2 * 200
    assert shown.getpixel((third_panel + 45, 16 + 22)) == (214, 32, 32)
    assert shown.getpixel((third_panel + 100, 16 + 80)) != (214, 32, 32)


def test_evidence_marks_what_only_one_picture_has() -> None:
    shown = Image.open(io.BytesIO(side_by_side(picture((200, 100)), picture((200, 120)))))
    assert shown.getpixel((3 * 16 + 2 * 200 + 100, 16 + 110)) == (214, 32, 32)
