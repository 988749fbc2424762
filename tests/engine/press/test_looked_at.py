"""A pack that is looked at changes with each save: its stem stays, and every change is rendered as if it were new."""

import shutil
import threading
from collections.abc import Callable, Generator, Sequence
from pathlib import Path

import pytest

from vaxel_engine import packs
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import TemplateError
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.press import DroppedError, Limits, Press, Sitting
from vaxel_engine.press.floor import Floor
from vaxel_engine.rendering import Rendering

DocumentBuilder = Callable[..., Document]
SECTION, WORDS, STYLE = "base/sections/totals.web.html", "base/words.sv.toml", "base/css/paper.css"
SMALL, PAPER = (ArtifactKind.SMS, ArtifactKind.MAILBOX_HTML), (ArtifactKind.MAILBOX_PDF,)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the packs, to be saved in."""
    return Path(shutil.copytree(packs.packs(), tmp_path / "packs"))


@pytest.fixture(scope="module")
def press() -> Generator[Press]:
    """A press with processes of its own, which can be counted; a bomb is met after two seconds."""
    floor = Floor()
    yield Press(Limits(seconds=20, processor=2.0, ready=6.0, memory=300), floor=floor)
    floor.close()


def saved(root: Path, name: str, old: str, new: str) -> Pack:
    """The pack after a save."""
    file = root / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    return looked_at(root)


def looked_at(root: Path) -> Pack:
    return packs.load("nordljus", [root]).with_stamps()


def bodies(press: Press, document: Document, pack: Pack, kinds: Sequence[ArtifactKind] = SMALL) -> list[bytes]:
    with press.sitting(document, pack) as sitting:
        return [sitting.artifact(kind).body for kind in kinds]


def asked_again_and_again(sitting: Sitting) -> None:
    for _ in range(500):
        sitting.letter()


def bodies_here(document: Document, pack: Pack, kinds: Sequence[ArtifactKind] = SMALL) -> list[bytes]:
    rendering = Rendering.of(document, pack)
    return [rendering.artifact(kind).body for kind in kinds]


def test_every_save_is_rendered_as_if_it_were_new_by_workers_of_one_stem(
    press: Press, root: Path, build: DocumentBuilder
) -> None:
    document, first = build(), looked_at(root)
    assert bodies(press, document, first) == bodies_here(document, first)
    stems = press.floor.pids(first)
    for name, old, new, kinds in (
        (SECTION, "row.label }}", "row.label }}!", SMALL),
        (WORDS, '[sms]\npay = "', '[sms]\npay = "Hej, ', SMALL),
        (STYLE, "}\n", "}\n/* another style */\n", PAPER),
    ):
        changed = saved(root, name, old, new)
        assert bodies(press, document, changed, kinds) == bodies_here(document, changed, kinds)
        assert press.floor.pids(changed) == stems


def test_a_stem_takes_a_change_while_nobody_waits_and_what_follows_is_the_same(
    press: Press, root: Path, build: DocumentBuilder
) -> None:
    document = build(usage=True)
    first = looked_at(root)
    bodies(press, document, first)
    changed = saved(root, SECTION, "row.label }}", "row.label }}!")
    stems = press.floor.pids(first)
    press.adopt(document, changed, SMALL)
    assert press.floor.pids(changed) == stems
    assert bodies(press, document, changed) == bodies_here(document, changed)
    assert bodies(press, document, first) == bodies_here(document, first)


def test_a_stem_that_a_style_would_keep_for_ever_is_ended_and_the_next_save_renders(
    press: Press, root: Path, build: DocumentBuilder
) -> None:
    document, style = build(), (root / STYLE).read_text(encoding="utf-8")
    bodies(press, document, looked_at(root))
    endless = saved(
        root, STYLE, style, style + "{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}"
    )
    press.adopt(document, endless, PAPER)
    assert len(press.floor.pids(endless)) == 1  # the first stem alone
    mended = saved(root, STYLE, "{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}", "")
    assert bodies(press, document, mended) == bodies_here(document, mended)


def test_a_change_that_never_ends_is_told_with_its_line_and_the_next_save_renders(
    press: Press, root: Path, build: DocumentBuilder
) -> None:
    document, good = build(), (root / SECTION).read_text(encoding="utf-8")
    bodies(press, document, looked_at(root))
    loop = "\n{% for a in range(90000) %}\n{% for b in range(90000) %}{% endfor %}\n{% endfor %}\n"
    endless = saved(root, SECTION, good, loop + good)
    with pytest.raises(TemplateError, match="took more than") as caught:
        bodies(press, document, endless)
    assert caught.value.file.endswith(SECTION)
    assert caught.value.line in (2, 3)
    mended = saved(root, SECTION, loop + good, good)
    assert bodies(press, document, mended) == bodies_here(document, mended)


def test_what_is_dropped_ends_at_once_and_the_next_sitting_renders(
    press: Press, root: Path, build: DocumentBuilder
) -> None:
    document, pack = build(), looked_at(root)
    bodies(press, document, pack)
    sitting = press.sitting(document, pack)
    sitting.gist()
    threading.Timer(0.05, sitting.drop).start()
    with pytest.raises(DroppedError):
        asked_again_and_again(sitting)
    sitting.rest()
    assert bodies(press, document, pack) == bodies_here(document, pack)


def test_a_sitting_takes_over_the_worker_of_the_state_before_and_makes_the_same_bytes(
    press: Press, root: Path, build: DocumentBuilder
) -> None:
    document, first = build(usage=True), looked_at(root)
    before = press.sitting(document, first)
    before.artifact(ArtifactKind.BANK)
    worker = before.pid
    for name, old, new, kinds in (
        (SECTION, "row.label }}", "row.label }}!", SMALL),
        (WORDS, '[sms]\npay = "', '[sms]\npay = "Hej, ', SMALL),
        (STYLE, "}\n", "}\n/* another style */\n", PAPER),
    ):
        now = press.sitting(document, saved(root, name, old, new))
        now.follow(before)
        assert [now.artifact(kind).body for kind in kinds] == bodies_here(document, now.pack, kinds)
        assert (now.pid, before.pid) == (worker, None)
        before = now
    before.rest()


def test_a_fault_leaves_the_worker_to_the_state_that_mends_it(press: Press, root: Path, build: DocumentBuilder) -> None:
    document, kind = build(), ArtifactKind.MAILBOX_HTML
    first = press.sitting(document, looked_at(root))
    first.artifact(kind)
    worker = first.pid
    broken = press.sitting(document, saved(root, SECTION, "row.label }}", "row.label }"))
    broken.follow(first)
    with pytest.raises(TemplateError):
        broken.artifact(kind)
    mended = press.sitting(document, saved(root, SECTION, "row.label }", "row.label }}"))
    mended.follow(broken)
    assert mended.artifact(kind).body == bodies_here(document, mended.pack, [kind])[0]
    assert mended.pid == worker
    mended.rest()


def test_a_worker_that_was_ended_is_not_taken_over(press: Press, root: Path, build: DocumentBuilder) -> None:
    document, pack, kind = build(), looked_at(root), ArtifactKind.MAILBOX_HTML
    before = press.sitting(document, pack)
    before.artifact(kind)
    worker = before.pid
    before.drop()
    now = press.sitting(document, pack)
    now.follow(before)
    assert now.artifact(kind).body == bodies_here(document, pack, [kind])[0]
    assert now.pid != worker
    now.rest()
    before.rest()


def test_the_letter_is_the_e_mail_but_for_what_it_carries(press: Press, root: Path, build: DocumentBuilder) -> None:
    document, pack = build(), looked_at(root)
    with press.sitting(document, pack) as paper, press.sitting(document, pack) as screen:
        letter = screen.letter()
        screen.give(paper.artifact(ArtifactKind.MAILBOX_PDF))
        whole = screen.artifact(ArtifactKind.EMAIL)
    assert whole == Rendering.of(document, pack).artifact(ArtifactKind.EMAIL)
    head, _, _ = whole.body.partition(b"Content-Type: multipart/alternative")
    assert letter.body.startswith(head[: head.index(b"boundary=")])
    assert len(letter.body) < len(whole.body)
