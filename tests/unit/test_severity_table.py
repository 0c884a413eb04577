import pytest

from tocsin.severity import read_severity, shipped_severity
from tocsin.tables import LANGUAGES, TableError, package_text

SHIPPED = package_text("tocsin.severity", "escalators.yaml")


def problems(text: str) -> str:
    with pytest.raises(TableError) as caught:
        read_severity(text)
    return str(caught.value)


def line_of(text: str, words: str) -> int:
    return next(i for i, line in enumerate(text.splitlines(), 1) if words in line)


def test_the_shipped_table_is_the_text_of_the_package() -> None:
    assert [rule.name for rule in read_severity(SHIPPED).rules] == [
        rule.name for rule in shipped_severity().rules
    ]


def test_every_sentence_stands_in_three_languages() -> None:
    table = shipped_severity()
    rows = [*table.heads.values(), *(rule.criterion for rule in table.rules)]
    rows += [doubt.why for doubt in table.doubts]
    assert all(getattr(words, language) for words in rows for language in LANGUAGES)


def test_a_rule_may_not_read_the_threat_level() -> None:
    """It tells of a threat, not of an incident."""
    changed = SHIPPED.replace("{fact: means_exceeded, is: true}", "{fact: threat_level, is: low}")
    told = problems(changed)
    assert "threat_level is context" in told
    assert f"escalators.yaml:{line_of(changed, 'threat_level')}:" in told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{fact: deceased, at_least: 1}", "{fact: dead, at_least: 1}", "there is no fact 'dead'"),
        ("{fact: smoke, is: true}", "{fact: smoke, is: 3}", "smoke is of type bool"),
        ("{fact: smoke, is: true}", "{fact: smoke, at_least: 3}", "smoke is no number"),
        ("{fact: channel_state, is: down}", "{fact: channel_state, is: dead}", "can never be"),
        ("{type_in: [PTR-MET]}", "{type_in: [PTR-XXX]}", "there is no type PTR-XXX"),
        ("{family_not_in: [order]}", "{family_not_in: [chaos]}", "there is no family chaos"),
        ("[in_danger, to_evacuate,", "[smoke, to_evacuate,", "smoke is no count"),
        ("more_than: 20}", "more_than: 20, at_least: 3}", "in exactly one way"),
        ("{fact: smoke, is: true}", "{fact: smoke}", "compared in exactly one way"),
        ("{fact: smoke, is: true}", "{fact: smoke, is: true, site_in: [park]}", "at one thing"),
        ("gives: {severity: hinted}", "gives: {severity: 3}", "come together"),
        ("gives: {phase: federale}", "gives: {}", "a severity, a plan or a phase"),
        ("R-SEV-T1\n", "R-SEV-DECEASED\n", "R-SEV-DECEASED comes a second time"),
        ('"Overledenen: {deceased}"', '"Overledenen"', "the languages do not say the same"),
        ("{disciplines} dans", "{site} dans", "the languages do not say the same"),
        ("announced: {medical_plan: pim, ", "announced: {", "announced has no fact for medical"),
        ("medical_plan: pim", "medical_plan: mip", "there is no fact 'mip'"),
        ("at_most: 2", "at_most: 9", "less than or equal to 3"),
        ("doubts:", "doubt:", "doubt"),
    ],
)
def test_a_table_that_does_not_fit_is_refused_with_its_line(old: str, new: str, told: str) -> None:
    assert old in SHIPPED
    found = problems(SHIPPED.replace(old, new))
    assert told in found
    assert found.startswith("escalators.yaml:")


def test_a_criterion_may_quote_only_what_its_lines_tell() -> None:
    words = "Décédés : {deceased}", "Overledenen: {deceased}", "Deceased: {deceased}"
    changed = SHIPPED
    for sentence in words:
        changed = changed.replace(sentence, sentence.replace("deceased", "communes"))
    assert "{communes}: no line of this rule tells it" in problems(changed)


def test_thresholds_are_data() -> None:
    changed = read_severity(SHIPPED.replace("more_than: 20}", "more_than: 30}"))
    rule = next(rule for rule in changed.rules if rule.rule == "R-PIM-DANGER")
    assert rule.when[1].largest is not None
    assert rule.when[1].largest.more_than == 30
