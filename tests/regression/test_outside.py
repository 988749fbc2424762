"""A pack in a folder outside the repository is guarded by following docs/regression.md as it is written."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/regression.md").read_text(encoding="utf-8")


FEW = '--vaxel-select "language=sv artifact=sms,mailbox_pdf,email"'
"""Each engine once; the rest of the matrix is guarded elsewhere, and takes its time."""


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command as it would be typed there, with Vaxel installed."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    known = {**os.environ, "PATH": path, "PYTEST_ADDOPTS": FEW}
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=300, env=known)


@pytest.mark.browser
def test_the_guide_is_followed_word_for_word(tmp_path: Path) -> None:
    written = re.search(r'```toml\n(\[project\]\nname = "my-brand".*?)```', GUIDE, re.DOTALL)
    assert written is not None
    (tmp_path / "pyproject.toml").write_text(written[1], encoding="utf-8")
    brand = tmp_path / "templates/mybrand/brand.toml"
    brand.parent.mkdir(parents=True)
    brand.write_text('extends = "base"\nname = "My brand"\n', encoding="utf-8")
    november = json.loads((ROOT / "samples/november.json").read_text(encoding="utf-8"))
    november["documents"] = [one for one in november["documents"] if not one.get("usage") and not one.get("balance")][
        :1
    ]
    (tmp_path / "samples").mkdir()
    (tmp_path / "samples/mine.json").write_text(json.dumps(november), encoding="utf-8")
    steps = re.search(r"^pytest {2,}#.*?^```", GUIDE, re.DOTALL | re.MULTILINE)
    assert steps is not None
    typed = [line.partition("#")[0].split() for line in steps[0].splitlines()[:-1]]
    assert typed == [["pytest"], ["pytest", "--vaxel-update"], ["git", "add", "baselines"], ["pytest"]]
    run(tmp_path, "git", "init", "-q")
    first, update, added, again = (run(tmp_path, *words) for words in typed)
    assert (first.returncode, update.returncode, added.returncode, again.returncode) == (1, 0, 0, 0), update.stdout
    assert "is new: review it and update" in first.stdout
    assert (tmp_path / "out/regression/report.html").is_file()
    brand.write_text('extends = "base"\nname = "My brand"\n[tokens.colour]\nbrand = "#1f4e61"\n', encoding="utf-8")
    one = re.search(r"pytest '(templates/mybrand/brand\.toml::)november\.json-1(::sv::)print_pdf'", GUIDE)
    assert one is not None
    changed = run(tmp_path, "pytest", f"{one[1]}mine.json-1{one[2]}mailbox_pdf")
    assert changed.returncode == 1
    assert "colour changed on page 1: #1f4e5f → #1f4e61" in changed.stdout
