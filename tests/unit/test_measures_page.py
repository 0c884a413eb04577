"""docs/measures.md says of every rule what the table says."""

import re
from pathlib import Path

from tocsin.measures import shipped_rules

PAGE = (Path(__file__).parents[2] / "docs" / "measures.md").read_text("utf-8")
ROWS = {
    cells[0]: cells[1:3]
    for row in re.findall(r"^\| (R-M.+) \|$", PAGE, re.MULTILINE)
    for cells in [[cell.strip() for cell in row.split("|")]]
}


def test_the_page_has_a_row_for_every_rule_and_for_no_other() -> None:
    assert ROWS.keys() == {rule.rule for rule in shipped_rules().rules}


def test_the_rows_tell_relation_strength_and_whether_a_gap_lasts() -> None:
    for rule in shipped_rules().rules:
        relation = f"{rule.relation} *" if rule.lasting else rule.relation
        assert ROWS[rule.rule] == [relation, rule.strength], rule.rule
