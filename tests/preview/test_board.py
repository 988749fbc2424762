"""The board of a finished run opens from disk and says what became of each document."""

import re
from pathlib import Path

import pytest

from vaxel_engine import packs
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import Unwritable
from vaxel_engine.inspection import SHAPED
from vaxel_engine.intake import read
from vaxel_engine.rendering import render_all
from vaxel_preview import BoardEntry, write_board

SAMPLE = Path(__file__).parents[2] / "samples" / "november.json"


@pytest.fixture(scope="module")
def artifacts() -> dict[ArtifactKind, Artifact]:
    document = next(read(SAMPLE))
    return render_all(document, ArtifactKind, pack=packs.load("nordljus"))


def entry(reference: str = "NL-1", recipient: str = "Elin", **changes: object) -> BoardEntry:
    values: dict[str, object] = {
        "title": "2 218,48 kr",
        "kind": "invoice",
        "channel": "kivra",
        "status": "delivered",
        "reason": "Kivra knows the recipient.",
        **changes,
    }
    return BoardEntry(reference=reference, recipient=recipient, **values)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


@pytest.fixture
def board(tmp_path: Path, artifacts: dict[ArtifactKind, Artifact]) -> Path:
    written: dict[ArtifactKind, tuple[str, bytes]] = {}
    for kind, artifact in artifacts.items():
        path = tmp_path / "artifacts" / f"NL-1{artifact.suffix}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(artifact.body)
        written[kind] = (f"artifacts/{path.name}", artifact.body)
    refused = entry("november.json#18", "Lars-Åke", channel=None, status="rejected", reason="The currency is SKR.")
    return write_board(tmp_path, [entry(artifacts=written), refused])


def document_page(board: Path) -> str:
    return next((board.parent / "documents").glob("0001-*.html")).read_text(encoding="utf-8")


def test_every_address_on_every_page_leads_to_a_file_of_the_folder(board: Path) -> None:
    pages = [board, *(board.parent / "documents").glob("*.html")]
    led: list[Path] = []
    for page in pages:
        outside_mails = re.sub(r'srcdoc="[^"]*"', "", page.read_text(encoding="utf-8"))
        led += [(page.parent / found) for found in re.findall(r'(?:href|src)="([^"#]+)"', outside_mails)]
    assert led
    assert [str(path) for path in led if not path.exists()] == []


def test_every_artifact_has_its_pane(board: Path) -> None:
    assert re.findall(r'data-kind="(\w+)"', document_page(board)) == [kind.value for kind in SHAPED]


def test_pictures_of_a_mail_are_put_in_place(board: Path) -> None:
    assert "data:image/png;base64," in document_page(board)
    assert "cid:" not in document_page(board)


def test_a_pane_says_what_an_artifact_costs(board: Path) -> None:
    page = re.sub(r"<[^>]+>", " ", document_page(board))
    assert re.search(r"1 segment\s+GSM-7\s+\d+ of 160", page)
    assert re.search(r"\d pages?\s+A4\s+\d+ kB", page)


def test_a_document_without_artifacts_says_why(board: Path) -> None:
    page = next((board.parent / "documents").glob("0002-*.html")).read_text(encoding="utf-8")
    assert "Nothing was rendered." in page
    assert "The currency is SKR." in page


def test_words_of_others_are_text_and_never_markup(tmp_path: Path) -> None:
    hostile = '"><script>alert(1)</script>'
    index = write_board(tmp_path, [entry(hostile, hostile, title=hostile, reason=hostile, status=hostile)])
    for page in (index, *(tmp_path / "documents").glob("*.html")):
        assert "<script>alert" not in page.read_text(encoding="utf-8")


def test_two_documents_with_one_reference_get_a_page_each(tmp_path: Path) -> None:
    write_board(tmp_path, [entry("A/1"), entry("A-1"), entry("../../A 1")])
    assert len(list((tmp_path / "documents").glob("*.html"))) == 3


def test_nothing_is_loaded_from_elsewhere(board: Path) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', document_page(board))
    assert policy is not None
    assert "default-src &#39;none&#39;" in policy[1]
    assert "http" not in policy[1]


def test_an_empty_run_says_what_to_do(tmp_path: Path) -> None:
    assert "No documents yet" in write_board(tmp_path, []).read_text(encoding="utf-8")


def test_a_folder_that_is_a_file_is_unwritable(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(Unwritable, match="choose another place"):
        write_board(tmp_path / "taken", [entry()])
