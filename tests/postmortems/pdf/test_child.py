"""The process that draws is stopped when it takes too long or too much, and says what it lacks."""

import logging
import subprocess
import sys

import pytest

from postmortems.pdf import drawing, failures, native

PAGE = '<!doctype html><html lang="en"><title>t</title><body>{}'


def test_a_rendering_that_takes_too_long_is_stopped():
    endless = PAGE.format("<p>" + "word " * 400_000)

    with pytest.raises(failures.TookTooLong, match="longer than 1 seconds"):
        drawing.render(endless, limits=drawing.Limits(seconds=1))


def test_a_rendering_that_takes_too_much_memory_is_stopped():
    large = PAGE.format("<table>" + "<tr><td>cell</td></tr>" * 3_000)

    with pytest.raises(failures.TooMuchMemory, match="more than 160 MiB"):
        drawing.render(large, limits=drawing.Limits(memory=160 * 2**20))


def test_a_crash_is_told_by_its_signal(monkeypatch):
    code = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    monkeypatch.setattr(drawing, "COMMAND", [sys.executable, "-c", code])

    with pytest.raises(failures.Crashed, match="SIGSEGV"):
        drawing.render(PAGE)


def test_without_pango_one_sentence_says_how_to_get_it(monkeypatch, tmp_path):
    (tmp_path / "reason.txt").write_text("the package mirror did not answer\n")
    monkeypatch.setattr(native, "NATIVE", tmp_path)
    code = "import sys; print('cannot load library libgobject-2.0-0', file=sys.stderr); sys.exit(3)"
    monkeypatch.setattr(drawing, "COMMAND", [sys.executable, "-c", code])

    with pytest.raises(failures.NoPango) as caught:
        drawing.render(PAGE)

    assert "apt install libpango-1.0-0" in str(caught.value)
    assert "the package mirror did not answer" in str(caught.value)


def test_the_child_says_that_a_library_is_missing(tmp_path):
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libgobject-2.0-0')")
    asked = b'{"html": "", "identifier": "", "seconds": 9, "memory": 1073741824}'
    told = subprocess.run(
        [sys.executable, "-m", "postmortems.pdf.child"], cwd=native.ROOT, input=asked, capture_output=True,
        env=native.environment() | {"PYTHONPATH": str(tmp_path)},
    )  # fmt: skip

    assert (told.returncode, told.stdout) == (3, b"")


def test_the_child_is_told_no_secret(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "hidden")
    monkeypatch.setenv("DATABASE_URL", "hidden")

    assert "hidden" not in native.environment().values()


def test_libraries_that_were_fetched_are_told_to_the_child_only(tmp_path):
    assert "LD_LIBRARY_PATH" not in native.environment(tmp_path)
    (tmp_path / "lib").mkdir()

    assert native.environment(tmp_path)["LD_LIBRARY_PATH"].split(":")[0] == str(tmp_path / "lib")


def test_nothing_is_fetched():
    page = PAGE.format('<img src="http://127.0.0.1:9/x.png" alt="x"><img src="file:///etc/passwd" alt="y">text')

    assert drawing.render(page).startswith(b"%PDF-1.7")


def test_letters_that_no_font_has_are_named_in_the_log(caplog):
    with caplog.at_level(logging.WARNING):
        drawing.render(PAGE.format("<p>Known, and \U000e0bcd \u0378 not."))  # a font may have letters of private use

    (record,) = [record for record in caplog.records if record.name == drawing.__name__]
    assert "\u0378 (U+0378)" in record.getMessage()
    assert "K" not in record.args[0]


def test_letters_that_our_fonts_have_are_not_complained_of(caplog):
    with caplog.at_level(logging.WARNING):
        drawing.render(PAGE.format("<p>Ferrypost, São Paulo, Łódź, Αθήνα, Київ, ½ → € “x” … ✓ − · №"))

    assert [record for record in caplog.records if record.name == drawing.__name__] == []
