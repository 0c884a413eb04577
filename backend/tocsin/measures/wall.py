"""Which of an incident's ties a wall shows: at most four, the surest first."""

from collections.abc import Iterable

from tocsin.measures.catalogue import catalogue, natural
from tocsin.measures.ties import axis_rank
from tocsin.situation.picture import Tie

WALL_TIES = 4
_STRENGTHS = ("manual", "auto", "suggested")


def wall_ties(ties: Iterable[Tie]) -> list[Tie]:
    """Strength, then Réaction → Prévention → Suivi, then the number of the measure.

    A suggestion that a person confirmed is as sure as what a rule ties by itself; what was
    rejected or withdrawn is not shown.
    """
    standing = [tie for tie in ties if tie.status in ("confirmed", "proposed")]
    return sorted(standing, key=_wall_rank)[:WALL_TIES]


def _wall_rank(tie: Tie) -> tuple[int, int, tuple[int, int], int]:
    strength = tie.strength
    if strength == "suggested" and tie.status == "confirmed":
        strength = "auto"
    code = tie.measure["code"]
    relation = [*map(str, catalogue().relations)].index(tie.relation)
    return _STRENGTHS.index(strength), axis_rank(code), natural(code), relation
