"""Many documents at once: each is accounted for, whatever happens to a worker, and few are held at any moment."""

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Unreadable
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.press import Limits, Order, Press, press_in_bulk
from vaxel_engine.press.floor import Floor

DocumentBuilder = Callable[..., Document]
PackMaker = Callable[[Mapping[str, str]], Pack]
SMS = (ArtifactKind.SMS,)


@pytest.fixture(scope="module")
def floor() -> Iterator[Floor]:
    own = Floor()
    yield own
    own.close()


def workers_of(floor: Floor, pack: Pack) -> list[int]:
    _, stem = floor.pids(pack)
    return [int(pid) for pid in Path(f"/proc/{stem}/task/{stem}/children").read_text(encoding="ascii").split()]


def test_workers_that_are_killed_cost_another_try_and_no_document(
    floor: Floor, nordljus: Pack, build: DocumentBuilder
) -> None:
    killed: list[int] = []

    def orders() -> Iterator[Order]:
        for number in range(1, 25):
            if number % 8 == 0:
                for pid in workers_of(floor, nordljus)[:1]:  # a document that loses three workers is told of
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)
            yield Order(number, f"n{number}", build(), SMS)

    press = Press(floor=floor, keeps=True)
    done = list(press_in_bulk(press, orders(), pack=nordljus, workers=2))
    assert killed
    assert sorted(one.order.number for one in done) == list(range(1, 25))
    assert {(one.error, one.artifacts[ArtifactKind.SMS].body) for one in done} == {
        (None, press.render(build(), ArtifactKind.SMS, pack=nordljus).body)
    }


def test_a_document_that_takes_too_long_costs_itself_alone(
    floor: Floor, make_pack: PackMaker, build: DocumentBuilder
) -> None:
    endless = "{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}"
    pack = make_pack({"sections/help.web.html": "{% if recipient.name == 'Bomb' %}" + endless + "{% endif %}<p></p>"})
    names = ["Elin", "Bomb", "Elin"]
    orders = [Order(n, f"n{n}", build(name=name), (ArtifactKind.WEB,)) for n, name in enumerate(names, 1)]
    press = Press(Limits(processor=1.0), floor=floor, keeps=True)
    done = {one.order.number: one for one in press_in_bulk(press, orders, pack=pack, workers=2)}
    assert "took more than 1 s of processor time" in str(done[2].error)
    assert [done[n].error for n in (1, 3)] == [None, None]


def test_no_more_documents_are_read_than_can_be_worked_on(floor: Floor, nordljus: Pack, build: DocumentBuilder) -> None:
    read = 0

    def orders() -> Iterator[Order]:
        nonlocal read
        for number in range(1, 1_000_000):
            read += 1
            yield Order(number, f"n{number}", build(), SMS)

    run = press_in_bulk(Press(floor=floor, keeps=True), orders(), pack=nordljus, workers=2)
    for seen, _ in enumerate(run, 1):
        assert read - seen <= 2 + 2
        if seen == 12:
            break
    run.close()
    assert not workers_of(floor, nordljus)  # nothing is worked on, and nobody kept, for a run that is over


def test_where_reading_breaks_off_what_was_begun_is_finished_first(
    floor: Floor, nordljus: Pack, build: DocumentBuilder
) -> None:
    def orders() -> Iterator[Order]:
        for number in (1, 2, 3):
            yield Order(number, f"n{number}", build(), SMS)
        raise Unreadable("the disk broke off")

    done: list[int] = []
    with pytest.raises(Unreadable, match="broke off"):
        done.extend(
            one.order.number
            for one in press_in_bulk(Press(floor=floor, keeps=True), orders(), pack=nordljus, workers=2)
        )
    assert sorted(done) == [1, 2, 3]
