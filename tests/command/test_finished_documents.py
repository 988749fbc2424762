"""Finished PDFs go the whole way: out of a ZIP, through each channel, to a ledger that closes."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

SAMPLE = Path(__file__).parents[2] / "samples/finished/certificates.zip"


def test_a_zip_of_finished_pdfs_is_sent_through_mailbox_mail_and_print(
    vaxel: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    vaxel("init")
    done = vaxel("send", SAMPLE, "--json")

    assert done.returncode == 0, done.stderr
    lines = json.loads(done.stdout)["documents"]
    assert {line["document"]: line["channel"] for line in lines} == {
        "NL-INTYG-2026-1": "kivra",
        "NL-INTYG-2026-2": "email",
        "NL-INTYG-2026-3": "print",
    }
    assert {line["status"] for line in lines} <= {"delivered", "handed over"}
