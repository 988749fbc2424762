"""Approvals: bound to files, fonts, engines and artifacts, and nothing else is published."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from vaxel_engine.errors import Misconfigured, Unapproved
from vaxel_engine.inspection import SHAPED
from vaxel_engine.model import Document
from vaxel_engine.packs import load, packs
from vaxel_engine.packs.approvals import (
    Approvals,
    ApprovedDocument,
    Board,
    Rejection,
    document_hash,
    read_approvals,
    signature,
    state_of,
    write_approvals,
)
from vaxel_engine.packs.publishing import publish
from vaxel_engine.packs.reading import layers
from vaxel_engine.packs.store import history, versions
from vaxel_engine.rendering import render_all

AT = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
BRAND = 'extends = "base"\nname = "Tried"\n'


@pytest.fixture
def working(tmp_path: Path) -> Path:
    """The folder of a brand "tried" that extends base."""
    folder = tmp_path / "templates/tried"
    folder.mkdir(parents=True)
    (folder / "brand.toml").write_text(BRAND, encoding="utf-8")
    return folder


def roots(working: Path) -> list[Path]:
    return [working.parent, packs()]


def sign(working: Path, **more: object) -> Board:
    """Approve the pack as it is now."""
    state = state_of(layers("tried", roots(working)))
    board = Board.model_validate(
        {"engines": state.engines, "tree": state.tree, "fonts": state.fonts, "by": "otto", "at": AT, **more}
    )
    write_approvals(working, Approvals(boards=(board,)))
    return board


def ask(working: Path) -> None:
    signature("tried", working, state_of(layers("tried", roots(working))))


def test_what_nobody_approved_is_not_published(working: Path, tmp_path: Path) -> None:
    with pytest.raises(Unapproved, match=r"nobody approved the pack \"tried\".*`vaxel approve tried`"):
        publish("tried", roots(working), tmp_path / "store", samples=(), at=AT, by="elin")
    assert versions("tried", tmp_path / "store") == ()


def test_an_approval_is_no_part_of_what_it_signs(working: Path, tmp_path: Path) -> None:
    sign(working)
    ask(working)
    publish("tried", roots(working), tmp_path / "store", samples=(), at=AT, by="elin")
    assert history("tried", tmp_path / "store")[-1].approved_by == "otto"


def test_an_approval_lapses_with_the_first_file_that_changes(working: Path) -> None:
    sign(working)
    (working / "brand.toml").write_text(BRAND.replace("Tried", "Tired"), encoding="utf-8")
    with pytest.raises(Unapproved, match=r"the files of the pack .* changed since otto approved"):
        ask(working)
    (working / "brand.toml").write_text(BRAND, encoding="utf-8")
    ask(working)


def test_another_font_lapses_it_by_name(working: Path) -> None:
    sign(working)
    (working / "fonts").mkdir()
    regular = (packs() / "base/fonts/Inter-SemiBold.ttf").read_bytes()
    (working / "fonts/Inter-Regular.ttf").write_bytes(regular)
    with pytest.raises(Unapproved, match=r"fonts of the pack .* changed"):
        ask(working)


def test_other_engines_have_to_be_looked_at_by_themselves(working: Path) -> None:
    board = sign(working)
    elsewhere = board.model_copy(update={"engines": {**board.engines, "pango": "1.40.0"}})
    write_approvals(working, Approvals(boards=(elsewhere,)))
    with pytest.raises(Unapproved, match="as the engines of this machine draw it; what is approved was drawn by"):
        ask(working)


def test_boards_of_other_engines_are_kept(working: Path) -> None:
    board = sign(working)
    elsewhere = board.model_copy(update={"engines": {**board.engines, "pango": "1.40.0"}})
    both = Approvals(boards=(elsewhere,)).with_board(board)
    assert both.boards == (elsewhere, board)
    assert both.with_board(board).boards == (elsewhere, board)


def test_a_rejection_is_told_with_its_reason(working: Path) -> None:
    said = Rejection(sha256="0" * 64, by="ada", at=AT, reason="the total is too pale")
    sign(working, tree=None, rejected={"november.json-1/sv/web": said})
    with pytest.raises(Unapproved, match=r'ada rejected tried/november\.json-1/sv/web: "the total is too pale"'):
        ask(working)


def test_an_artifact_that_differs_from_the_approved_one_stops_a_publication(
    working: Path, tmp_path: Path, build: Callable[..., Document]
) -> None:
    document = build()
    made = render_all(document, SHAPED, pack=load("tried", roots(working)))
    known = {"mine-1/sv": ApprovedDocument(kind=document.kind, sha256=document_hash(document))}
    hashes = {f"mine-1/sv/{kind}": artifact.sha256 for kind, artifact in made.items()}
    sign(working, documents=known, artifacts={**hashes, "mine-1/sv/card": "f" * 64})
    with pytest.raises(Unapproved, match="tried/mine-1/sv/card is not the one that otto approved"):
        publish("tried", roots(working), tmp_path / "store", samples=[document], at=AT, by="elin")
    sign(working, documents=known, artifacts=hashes)
    done = publish("tried", roots(working), tmp_path / "store", samples=[document], at=AT, by="elin")
    assert done.version.gates[-1].found == f"by otto, 2026-11-20; {len(SHAPED)} artifacts met again byte for byte"


def test_a_kind_of_which_nothing_was_approved_stops_a_publication(
    working: Path, tmp_path: Path, build: Callable[..., Document]
) -> None:
    sign(working)
    with pytest.raises(Unapproved, match="no invoice of the pack"):
        publish("tried", roots(working), tmp_path / "store", samples=[build()], at=AT, by="elin")


def test_approvals_that_cannot_be_read_say_so(working: Path) -> None:
    (working / "approvals.json").write_text('{"format": 9}', encoding="utf-8")
    with pytest.raises(Misconfigured, match=r"approvals\.json cannot be read as approvals; restore it"):
        read_approvals(working)
