"""A mailbox PDF of many lines, with its e-invoice inside, is far below what the mailboxes take."""

from pathlib import Path

from vaxel_channels.registry import open_channels
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.intake import read
from vaxel_engine.packs import load
from vaxel_engine.rendering import render

SAMPLES = Path(__file__).parents[2] / "samples"
IN_BASE64 = 4 / 3


def test_the_longest_sample_fits_every_channel_that_takes_the_mailbox_pdf(tmp_path: Path) -> None:
    longest = max(
        (one for one in read(SAMPLES / "november.json") if one.invoice is not None),
        key=lambda one: len(one.invoice.lines) if one.invoice is not None else 0,
    )
    body = render(longest, ArtifactKind.MAILBOX_PDF, pack=load("nordljus")).body
    (kivra,) = open_channels(
        {"kivra": {"tenant_key": "1" * 42, "client_id": "c", "client_secret": "s"}}, mode="sandbox"
    ).values()
    kivra.close()
    assert ArtifactKind.MAILBOX_PDF in kivra.capabilities.artifacts
    limits = [limit.value for limit in kivra.capabilities.limits if limit.what.startswith("bytes")]
    assert limits
    assert b"factur-x.xml" in body or b"f\x00a\x00c\x00t\x00u\x00r" in body
    assert len(body) * IN_BASE64 < min(limits) / 4
