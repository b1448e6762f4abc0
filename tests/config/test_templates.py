from django.template.loader import get_template

from config.templates import FOLDERS, is_joined, joined
from tools.width import long_lines


def test_beside_a_tag_a_line_end_vanishes():
    assert joined("<ul>\n  <li>one</li>\n  <li>\n    two\n  </li>\n</ul>") == "<ul><li>one</li><li>two</li>\n</ul>"


def test_template_tags_and_comments_are_tags():
    assert joined("{% if x %}\n  word\n  {% endif %}\n  {# why #}\n  word") == "{% if x %}word{% endif %}{# why #}word"


def test_between_words_a_line_end_is_a_space():
    assert joined("Nothing\n  waits {{ now }}\n    {{ here }}") == "Nothing waits {{ now }} {{ here }}"


def test_so_it_is_between_attributes():
    assert joined('<a class="do"\n    href="/"{% if x %}\n      hidden{% endif %}>') == (
        '<a class="do" href="/"{% if x %}hidden{% endif %}>'
    )
    assert joined('<a href="/"\n  {% if x %} hidden{% endif %}>') == '<a href="/"{% if x %} hidden{% endif %}>'


def test_an_empty_line_keeps_the_line_end():
    assert joined("<ul>\n  <li>one</li>\n\n  <li>two</li>") == "<ul><li>one</li>\n<li>two</li>"


def test_what_is_not_indented_stays():
    text = "<ul>\n<li> one </li>\n\n<li>two</li>\n</ul>\n"
    assert joined(text) == text


def test_only_what_is_published_is_joined():
    assert is_joined("statuspage/base.html")
    assert is_joined("statuspage/page/front.html")
    assert is_joined("notifications/mail/incident.html")
    assert is_joined("notifications/public/manage.html")
    assert not is_joined("notifications/mail/incident.txt")
    assert not is_joined("notifications/mail/mail.css")
    assert not is_joined("statuspage/staff/confirm.html")
    assert not is_joined("admin/index.html")


def test_the_folders_are_there(settings):
    folder = settings.TEMPLATES[0]["DIRS"][0]
    assert all((folder / name).exists() for name in FOLDERS)


def test_published_templates_are_joined_as_they_are_read():
    source = get_template("statuspage/page/front.html").template.source
    assert not [line for line in source.splitlines() if line.startswith(" ")]


def test_others_come_as_they_stand_and_libraries_keep_theirs(settings):
    folder = settings.TEMPLATES[0]["DIRS"][0]
    assert get_template("admin/index.html").template.source == (folder / "admin/index.html").read_text()
    assert get_template("admin/change_form.html").origin.name.startswith(str(folder)) is False
    assert get_template("simple_history/object_history_form.html")


def test_lint_names_each_line_that_is_too_long(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "a.html").write_text("x" * 120 + "\n" + "é" * 121 + "\n")
    assert long_lines(tmp_path / "templates") == ["templates/a.html:2: 121 characters"]
