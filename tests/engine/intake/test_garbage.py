"""Whatever the bytes, reading ends in documents, rejections or one Unreadable; never in another error."""

import json
import tempfile
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vaxel_engine.errors import Unreadable
from vaxel_engine.intake import read

SAMPLES = Path(__file__).parents[3] / "samples"
BODIES = {path.name: path.read_bytes() for path in sorted(SAMPLES.glob("*.*")) if path.suffix != ".md"}
SHORT = {
    name: body if len(body) < 60_000 else json.dumps(json.loads(body)["documents"][:2]).encode()
    for name, body in BODIES.items()
}
EDIT = st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=3), st.integers(0, 4))
BOUNDED = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read_bytes(body: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "handed-over"
        path.write_bytes(body)
        try:
            reading = read(path)
            accepted = sum(1 for _ in reading)
        except Unreadable:
            return
    assert reading.counts.accepted == accepted
    assert reading.counts.read == accepted + len(reading.rejections)
    assert all(str(rejected) for rejected in reading.rejections)


@BOUNDED
@given(
    name=st.sampled_from(sorted(SHORT)),
    edits=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=3), st.integers(0, 4)), min_size=1, max_size=5
    ),
)
def test_flipped_bytes(name: str, edits: list[tuple[float, bytes, int]]) -> None:
    body = SHORT[name]
    for place, new, gone in edits:
        at = int(place * len(body))
        body = body[:at] + new + body[at + gone :]
    read_bytes(body)


@BOUNDED
@given(st.binary(max_size=300))
def test_noise(body: bytes) -> None:
    read_bytes(body)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@BOUNDED
@given(value=ANYTHING, place=st.integers(0, 400))
def test_any_value_in_any_place(value: Any, place: int) -> None:
    record = json.loads(SHORT["november.json"])[0]
    holders = list(_holders(record))
    holder, key = holders[place % len(holders)]
    holder[key] = value
    read_bytes(json.dumps(record).encode())


def _holders(record: object) -> list[tuple[Any, Any]]:
    """Every object and list in the record, with each of its keys."""
    found: list[tuple[Any, Any]] = []
    waiting = [record]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            fields = cast("dict[str, object]", here)
            found += [(fields, name) for name in fields]
            waiting += fields.values()
        elif isinstance(here, list):
            items = cast("list[object]", here)
            found += [(items, position) for position in range(len(items))]
            waiting += items
    return found


@pytest.mark.parametrize("name", sorted(SHORT))
def test_cut_off_anywhere(name: str) -> None:
    body = SHORT[name]
    for at in range(0, len(body), max(1, len(body) // 40)):
        read_bytes(body[:at])
