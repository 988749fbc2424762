"""The measurement measures each kind alone and refuses to measure nothing."""

from collections.abc import Callable

import pytest

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.bench import bench_render
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import render


def test_each_kind_has_its_cost_and_its_size(build: Callable[..., Document], nordljus: Pack) -> None:
    document = build()
    costs = bench_render([build(), document], nordljus, (ArtifactKind.WEB, ArtifactKind.SMS))
    assert [cost.kind for cost in costs] == [ArtifactKind.WEB, ArtifactKind.SMS]
    assert all(cost.cpu_ms > 0 for cost in costs)
    assert costs[1].bytes == len(render(document, ArtifactKind.SMS, pack=nordljus).body)


def test_an_e_mail_is_measured_without_the_pages_it_attaches(build: Callable[..., Document], nordljus: Pack) -> None:
    pages, mail = bench_render([build()] * 2, nordljus, (ArtifactKind.MAILBOX_PDF, ArtifactKind.EMAIL))
    assert mail.cpu_ms < pages.cpu_ms


def test_nothing_to_measure_is_an_error(nordljus: Pack) -> None:
    with pytest.raises(ValueError, match="at least one"):
        bench_render([], nordljus)
