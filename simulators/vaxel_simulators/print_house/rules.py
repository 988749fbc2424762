"""What the print house refuses: a job's manifest, its PDF and the place of the address, each reason with a code."""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from vaxel_simulators.pdf import NotAPdf, PdfFacts, PdfReader
from vaxel_simulators.tables import text_of


class PrintRefusal(Exception):
    """A job that is not printed; `code` is for machines, the text for people."""

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Letter:
    """A job that passed every rule."""

    key: str
    pdf: bytes = field(repr=False)
    pages: int
    sheets: int
    grams: int
    weight_class: int
    postage: str
    postal_code: str = field(repr=False)
    test: bool
    """A proof: checked and acknowledged, not for the post."""
    warnings: tuple[str, ...]


@cache
def _schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads(text_of("print_house", "manifest.schema.json")))


def read_manifest(raw: bytes, name: str) -> dict[str, Any]:
    """Read the manifest of the job `name` (the file's stem).

    Raises:
        PrintRefusal: MANIFEST_UNREADABLE, MANIFEST_FIELDS or KEY.
    """
    try:
        manifest: dict[str, Any] = json.loads(raw)
    except ValueError as error:
        raise PrintRefusal("MANIFEST_UNREADABLE", "The manifest is not JSON.") from error
    for fault in _schema().iter_errors(manifest):  # pyright: ignore[reportUnknownMemberType] - jsonschema's stub
        raise PrintRefusal("MANIFEST_FIELDS", f"The manifest breaks {fault.validator} at {fault.json_path}.")
    if manifest["job"] != name or manifest["file"] != f"{name}.pdf":
        raise PrintRefusal("KEY", "Job, manifest name and PDF name differ.")
    return manifest


def read_letter(manifest: Mapping[str, Any], pdf: bytes, profile: Mapping[str, Any], reader: PdfReader) -> Letter:
    """Check the PDF against its manifest and the rules of the house.

    Raises:
        PrintRefusal: the first rule it breaks.
    """
    if hashlib.sha256(pdf).hexdigest() != manifest["sha256"]:
        raise PrintRefusal("CHECKSUM", "The PDF is not the one that the manifest names.")
    if len(pdf) != manifest["bytes"]:
        raise PrintRefusal("SIZE", "The PDF has another size than the manifest says.")
    if len(pdf) > profile["pdf"]["most_bytes"]:
        raise PrintRefusal("TOO_LARGE", f"The PDF has more than {profile['pdf']['most_bytes']} bytes.")
    try:
        facts = reader.inspect(pdf)
    except NotAPdf as error:
        raise PrintRefusal("PDF_UNREADABLE", "The PDF cannot be opened; encrypted or broken.") from error
    _check_document(facts, manifest, profile)
    if manifest["post_code"] in profile["recipients"]["refused_postal_codes"]:
        raise PrintRefusal("POSTAL_CODE", "There is no place with that postal code.")
    warnings = _check_places(manifest, pdf, facts, profile, reader)
    return Letter(
        key=manifest["job"],
        pdf=pdf,
        pages=manifest["pages"],
        sheets=manifest["sheets"],
        grams=manifest["grams"],
        weight_class=manifest["weight_class"],
        postage=manifest["postage_class"],
        postal_code=manifest["post_code"],
        test=manifest["test"],
        warnings=tuple(warnings),
    )


def _check_document(facts: PdfFacts, manifest: Mapping[str, Any], profile: Mapping[str, Any]) -> None:
    limits = profile["pdf"]
    if facts.encrypted:
        raise PrintRefusal("PDF_ENCRYPTED", "The PDF is encrypted.")
    if facts.version is None or facts.version > limits["highest_version"]:
        raise PrintRefusal("PDF_VERSION", "The PDF is newer than version 1.7.")
    if len(facts.pages) != manifest["pages"]:
        raise PrintRefusal(
            "PAGE_COUNT", f"The manifest says {manifest['pages']} pages, the PDF has {len(facts.pages)}."
        )
    if manifest["sheets"] != (math.ceil(manifest["pages"] / 2) if manifest["duplex"] else manifest["pages"]):
        raise PrintRefusal("SHEET_COUNT", "The number of sheets does not follow from pages and duplex.")
    low, high = profile["weight"]["sheet_grams"]
    heaviest = manifest["sheets"] * high + profile["weight"]["most_envelope_grams"]
    if not manifest["sheets"] * low <= manifest["grams"] <= heaviest or manifest["grams"] > manifest["weight_class"]:
        raise PrintRefusal("WEIGHT", "The weight does not fit the sheets, or is more than its class.")
    if manifest["sort"] != f"{manifest['country']}-{manifest['post_code']}":
        raise PrintRefusal("SORT", "The sorting key is not country and post code.")
    if manifest["window"] not in profile["windows"]:
        raise PrintRefusal("WINDOW", "The house has no envelope with that window.")
    if len(facts.pages) > limits["most_pages"]:
        raise PrintRefusal("TOO_MANY_PAGES", f"More than {limits['most_pages']} pages.")
    (short_low, short_high), (long_low, long_high) = limits["short_side_mm"], limits["long_side_mm"]
    for number, (width, height) in enumerate(facts.pages, 1):
        if not (short_low <= width <= short_high and long_low <= height <= long_high):
            raise PrintRefusal("PAGE_SIZE", f"Page {number} is not A4 portrait.")
    if facts.interactive:
        raise PrintRefusal("INTERACTIVE", "The PDF holds form fields, JavaScript or an automatic action.")
    if facts.loose_fonts:
        raise PrintRefusal("FONT_NOT_EMBEDDED", "A font is named but not embedded.")


def _box(area: Mapping[str, float]) -> tuple[float, float, float, float]:
    return area["left"], area["top"], area["right"], area["bottom"]


def _check_places(
    manifest: Mapping[str, Any], pdf: bytes, facts: PdfFacts, profile: Mapping[str, Any], reader: PdfReader
) -> list[str]:
    seen = reader.text_in(pdf, 0, _box(profile["windows"][manifest["window"]]))
    shown = re.sub(r"\s", "", seen.text)
    if not shown or manifest["post_code"] not in shown:
        raise PrintRefusal("ADDRESS_WINDOW", "The postal code does not show in the address window of page 1.")
    warnings: list[str] = []
    if seen.cut:
        warnings.append("TEXT_CUT_BY_WINDOW")
    zone = _box(profile["barcode_zone"])
    if any(reader.text_in(pdf, page, zone).text.strip() for page in range(len(facts.pages))):
        warnings.append("TEXT_IN_BARCODE_ZONE")
    if len(facts.pages) > profile["pdf"]["automated_pages"]:
        warnings.append("NOT_AUTOMATED")
    return warnings
