"""A sender may write the keys of its message in any order; what is decided may not hang on it."""

import orjson
import pytest

from publishing import observed
from tocsin.engine.decide import decide_all
from tocsin.engine.inputs import ObservationArrived
from tocsin.engine.replay import replay
from tocsin.journal.entry import Entry, canonical_body
from tocsin.situation.picture import Situation

AT = "2026-01-15T15:41:07.000Z"
CODES = {"tunnel": "annie-cordy", "convoy": "P-EXO-7"}
FACTS = {"smoke": True, "fire": True, "tunnel_closed": True}


def backwards(given: dict[str, object]) -> dict[str, object]:
    return dict(reversed(given.items()))


@pytest.mark.parametrize("order", [dict, backwards])
def test_a_replay_quotes_the_same_shared_code(order: object) -> None:
    """The journal gives keys back sorted; SC-01 found the join that quoted the first one."""
    assert callable(order)
    arrived = [
        ObservationArrived(
            AT,
            observed(
                i, observed_at=AT, location_codes=order(CODES), attributes=order(FACTS), **place
            ),
        )
        for i, place in (("first", {}), ("second", {"source": "mobiris:events", "geometry": None}))
    ]
    _, decided = decide_all(Situation("live"), arrived)
    assert "observation_joined" in {entry.kind for entry in decided}
    stored = [Entry(e.n, e.at, e.kind, e.cause, orjson.loads(canonical_body(e))) for e in decided]
    assert replay(Situation("live"), stored) is None
