"""One place knows the topics; what names none is refused with a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.contract import topics
from tocsin.contract.observation import SOURCE_PATTERN
from tocsin.contract.realm import REALM_PATTERN

realms = st.from_regex(REALM_PATTERN, fullmatch=True)
sources = st.from_regex(SOURCE_PATTERN, fullmatch=True)


@given(realm=realms, source=sources)
def test_a_topic_says_its_realm_and_its_source(realm, source):
    assert topics.Address(realm, "observations", source) == topics.parse(
        topics.observations(realm, source)
    )
    assert topics.Address(realm, "status", source) == topics.parse(
        topics.source_status(realm, source)
    )
    assert topics.Address(realm, "raw", source) == topics.parse(topics.raw(realm, source))


@given(one=realms, other=realms, source=sources)
def test_two_realms_never_share_a_topic(one, other, source):
    if one != other:
        assert topics.observations(one, source) != topics.observations(other, source)
        assert not topics.observations(one, source).startswith(topics.observations(other, source))


@pytest.mark.parametrize(
    ("topic", "why"),
    [
        ("other/v1/live/observations/x", "does not start with tocsin/v1/"),
        ("tocsin/v1/LIVE/observations/x", "'LIVE' is no realm"),
        ("tocsin/v1/exercise-/observations/x", "is no realm"),
        ("tocsin/v1/live/observations/X", "'X' is no source name"),
        ("tocsin/v1/live/observations/a/b", "no such topic"),
        ("tocsin/v1/live/observation/x", "no such topic"),
        ("tocsin/v1/live/observations/", "is no source name"),
        ("", "does not start with"),
    ],
)
def test_what_names_no_topic_is_refused_with_a_sentence(topic, why):
    assert why in topics.parse(topic)


@given(st.text(max_size=60))
def test_no_text_breaks_the_parser(text):
    assert isinstance(topics.parse(f"tocsin/v1/{text}"), str | topics.Address)
