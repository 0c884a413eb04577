"""The lessons register (M10.15): finding, recommendation, action, owner, deadline, verified in."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

RecommendationState = Literal["open", "done", "verified", "dropped"]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A lesson: texts as they were written, in `language`; `due` is a day, `2027-03-01`.

    `realm` is the exercise it comes from, `verified_in` the later one that showed that it works.
    """

    id: str
    finding: str
    text: str
    owner: str
    language: str
    by: str
    at: str
    action: str | None = None
    due: str | None = None
    measure: str | None = None
    realm: str | None = None
    scenario: str | None = None
    state: RecommendationState = "open"
    verified_in: str | None = None
    note: str | None = None
    changed_by: str | None = None
    changed_at: str | None = None

    def is_late(self, day: str) -> bool:
        return self.state == "open" and self.due is not None and self.due < day


class NotThis(ValueError):
    """Why a change to a recommendation cannot be; `field` is what is wrong."""

    def __init__(self, detail: str, field: str) -> None:
        super().__init__(detail)
        self.detail, self.field = detail, field


def changed(known: Recommendation, changes: Mapping[str, Any], by: str, at: str) -> Recommendation:
    """Raises NotThis where an exercise would verify its own lesson, or none is named."""
    after = replace(known, **changes, changed_by=by, changed_at=at)
    if after.state == "verified":
        if after.verified_in is None:
            raise NotThis("in which exercise was it verified?", "verified_in")
        if after.verified_in == after.realm:
            raise NotThis("the exercise it comes from cannot verify it", "verified_in")
        return after
    return replace(after, verified_in=None)


def body_of(recommendation: Recommendation) -> dict[str, Any]:
    """As the book keeps it; a new one gets its id from its place in the book."""
    return {name: value for name, value in asdict(recommendation).items() if value is not None}
