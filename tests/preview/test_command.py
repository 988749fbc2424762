"""`vaxel preview`: one line with the address, one sentence when something is wrong."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx

COMMAND = (sys.executable, "-m", "vaxel", "preview")


def said(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *words], capture_output=True, text=True, timeout=60, check=False)


def test_it_prints_the_address_and_ends_on_ctrl_c() -> None:
    with subprocess.Popen(
        [*COMMAND, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        line = running.stdout.readline()
        found = re.fullmatch(r"Preview at (http://127\.0\.0\.1:\d+/\?token=[\w-]{43}); Ctrl-C ends it\.\n", line)
        assert found is not None, line
        assert httpx.get(found[1], follow_redirects=True).status_code == 200
        os.kill(running.pid, signal.SIGINT)
        assert running.wait(timeout=20) == 0


def test_a_busy_port_that_was_asked_for_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = said("--port", port)
    assert ended.returncode == 2
    assert (
        ended.stderr == f"vaxel: port {port} is taken or not allowed; name another one with --port, or leave it out\n"
    )


def test_a_folder_without_samples_is_one_sentence(tmp_path: Path) -> None:
    ended = said("--samples", str(tmp_path), "--port", "0")
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert "no sample file" in ended.stderr


def test_the_page_is_served_where_no_browser_is_driven() -> None:
    """The extra [preview] brings no Playwright; drawers and review say so when they are asked for."""
    blocked = "import sys; sys.modules['playwright'] = sys.modules['axe_playwright_python'] = None; "
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"{blocked}import vaxel_preview.serving; from vaxel_preview.lens import Lens; Lens().close()",
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
