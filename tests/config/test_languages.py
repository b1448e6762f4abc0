"""What a page can be written in: English, and what is translated."""

from django.conf import settings

from config import languages


def test_a_language_is_offered_once_its_words_are_there(tmp_path):
    assert languages.translated(tmp_path) == [("en", "English")]
    for path in ("incidents/locale/de/LC_MESSAGES/django.mo", "statuspage/locale/pt_BR/LC_MESSAGES/django.mo"):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).touch()
    (tmp_path / ".venv/x/locale/fr/LC_MESSAGES").mkdir(parents=True)
    (tmp_path / ".venv/x/locale/fr/LC_MESSAGES/django.mo").touch()
    found = languages.translated(tmp_path)
    assert found == [("en", "English"), ("de", "German"), ("pt-br", "Brazilian Portuguese")]


def test_today_nothing_is_translated():
    assert settings.LANGUAGES == [("en", "English")]
