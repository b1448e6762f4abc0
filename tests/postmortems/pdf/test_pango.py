"""``tools/pango``: never a failure, and one sentence where it could not fetch what PDFs need."""

import os
import shutil
import subprocess

import pytest

from postmortems.pdf.native import ROOT

PLAIN = ("basename", "cat", "cp", "find", "grep", "ldd", "mkdir", "mktemp", "mv", "rm", "sed", "sort", "timeout", "tr",
         "uname")  # fmt: skip


@pytest.fixture
def fetch(tmp_path):
    """Runs it on a machine whose commands are given as scripts."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in PLAIN:
        (tools / name).symlink_to(shutil.which(name))

    def run(*, has_pango, **commands):
        folder = tmp_path / "environment"
        (folder / "bin").mkdir(parents=True)
        commands["python"] = "exit 0" if has_pango else "exit 1"
        for name, script in commands.items():
            path = folder / "bin" / name if name == "python" else tools / name.replace("_", "-")
            path.write_text(f"#!/bin/sh\n{script}\n")
            path.chmod(0o755)
        told = subprocess.run(
            ["/bin/sh", ROOT / "tools" / "pango", folder], env={"PATH": str(tools)}, capture_output=True, text=True
        )
        assert told.returncode == 0, told.stderr
        assert [name for name in os.listdir(folder / "native") if name.startswith("work")] == []
        return folder / "native", told.stderr

    return run


def test_where_the_system_has_it_nothing_is_fetched(fetch, tmp_path):
    native, said = fetch(has_pango=True, apt_get=f"touch {tmp_path}/asked")

    assert (native / "settled.txt").read_text() == "the system has it\n"
    assert not (native / "lib").exists()
    assert not (tmp_path / "asked").exists()
    assert said == ""


def test_elsewhere_than_on_debian_it_says_so(fetch):
    native, said = fetch(has_pango=False)

    assert said == "bootstrap: no PDFs until Pango is there: this is neither Debian nor Ubuntu\n"
    assert (native / "reason.txt").read_text().startswith("tools/bootstrap could not fetch it because this is neither")
    assert not (native / "settled.txt").exists()


@pytest.mark.parametrize("failing", ["update", "download"])
def test_without_a_network_it_says_so(fetch, failing):
    known = "exit 1" if failing == "update" else "echo libpango-1.0-0"
    native, said = fetch(has_pango=False, apt_get="exit 100", apt_cache=known, dpkg_deb="exit 1")

    assert said.splitlines()[-1].endswith(f"apt-get {failing} did not work, perhaps for want of a network")
    assert "network" in (native / "reason.txt").read_text()
