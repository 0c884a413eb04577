"""French and Dutch are equal, English follows; a word too few or too many fails the build."""

import re
from functools import cache

import pytest

from tocsin_frontend import page

PLURALS = {"fr": {"one", "many", "other"}, "nl": {"one", "other"}, "en": {"one", "other"}}
OTHERS = [language for language in page.LANGUAGES if language != "fr"]
_literal = re.compile(r'"([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+|noscript|unsupported)"')
_prefix = re.compile(r'(?:name\(\s*"?|`|\bf")([a-z][a-z_]*\.)(?:"|\$?\{)')


@cache
def sources() -> str:
    modules = sorted((page.STATIC_ROOT / "app").rglob("*.js"))
    texts = [path.read_text("utf-8") for path in modules]
    texts += [path.read_text("utf-8") for path in (page.PACKAGE / "templates").iterdir()]
    texts += [path.read_text("utf-8") for path in page.PACKAGE.glob("*.py")]
    return "\n".join(texts).replace("'", '"')


def used() -> tuple[set[str], set[str]]:
    """Keys that stand in the code as they are, and prefixes that a server's word completes."""
    text = sources()
    prefixes = set(_prefix.findall(text))
    files = (".js", ".html", ".j2")
    return {key for key in _literal.findall(text) if not key.endswith(files)}, prefixes


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_words(language: str) -> None:
    assert page.message_keys(language) == page.message_keys("fr")


@pytest.mark.parametrize("language", page.LANGUAGES)
def test_no_word_is_empty(language: str) -> None:
    for key, word in page.locale(language).items():
        for form in word.values() if isinstance(word, dict) else [word]:
            assert form.strip(), key


@pytest.mark.parametrize("language", page.LANGUAGES)
def test_words_that_count_have_every_plural_form(language: str) -> None:
    counting = {key: w for key, w in page.locale(language).items() if isinstance(w, dict)}
    assert counting
    for key, forms in counting.items():
        assert set(forms) == PLURALS[language], key
        assert isinstance(page.locale("fr")[key], dict), key


@pytest.mark.parametrize("language", OTHERS)
def test_a_word_has_the_same_gaps_in_every_language(language: str) -> None:
    for key, word in page.locale(language).items():
        assert gaps(word) == gaps(page.locale("fr")[key]), key


def gaps(word: str | dict[str, str]) -> set[str]:
    forms = word.values() if isinstance(word, dict) else [word]
    return {gap for form in forms for gap in re.findall(r"\{(\w+)\}", form)}


def test_every_word_that_the_screen_uses_exists() -> None:
    keys, prefixes = used()
    families = {key.partition(".")[0] for key in page.message_keys("fr")}
    wanted = {key for key in keys if key.partition(".")[0] in families}
    assert wanted - page.message_keys("fr") == set()
    for prefix in prefixes:
        assert any(key.startswith(prefix) for key in page.message_keys("fr")), prefix


def test_every_word_is_used_somewhere() -> None:
    keys, prefixes = used()
    idle = {
        key
        for key in page.message_keys("fr")
        if key not in keys and not any(key.startswith(prefix) for prefix in prefixes)
    }
    assert idle == set()


def test_french_puts_no_line_break_before_its_signs() -> None:
    for key, word in page.locale("fr").items():
        for form in word.values() if isinstance(word, dict) else [word]:
            assert not re.search(r" [:;?!%]", form), key
