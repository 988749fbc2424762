"""What changed between two texts makes the one of the other, as a browser counts."""

from hypothesis import given
from hypothesis import strategies as st

from vaxel_preview.splicing import Splice, Text, splice

words = st.lists(st.sampled_from(["a", "å", "<b>", "\N{GRINNING FACE}", "0"]), max_size=30).map("".join)


def applied(before: str, told: Splice) -> str:
    """As frames.js does it: in units of UTF-16."""
    old = before.encode("utf-16-le")
    tail = old[len(old) - 2 * told.tail :]
    return (old[: 2 * told.head] + told.middle.encode("utf-16-le") + tail).decode("utf-16-le")


@given(words, words, words, words)
def test_what_is_kept_and_what_is_told_is_the_text_after(head: str, old: str, new: str, tail: str) -> None:
    before, after = head + old + tail, head + new + tail
    told = splice(Text(before), Text(after, "digest"))
    assert applied(before, told) == after
    assert len(told.middle) <= len(new)
    assert told.acting == "digest"


def test_nothing_is_told_of_what_is_the_same() -> None:
    assert splice(Text("same"), Text("same")) == Splice(4, "", 0, "")
