"""A debriefing as a document in one language."""

from tocsin.exercises.debriefing import lessons, results, story
from tocsin.exercises.debriefing.document import EXERCISE_SIGN, Document, Paragraph
from tocsin.exercises.debriefing.model import Debriefing
from tocsin.exercises.debriefing.words import Speaker
from tocsin.tables import Language


def compose(told: Debriefing, language: Language) -> Document:
    say = Speaker(language)
    parts = (
        results.overview,
        story.timeline,
        results.clocks,
        results.objectives,
        results.ties,
        results.joins,
        results.load,
        story.decisions,
        story.notes,
        story.maps,
        lessons.lessons,
        lessons.comparison,
    )
    blocks = [Paragraph(say.of(told.scenario.brief))]
    return Document(
        language=language,
        sign=EXERCISE_SIGN,
        title=f"{say('document')} · {say.of(told.scenario.title)}",
        subtitle=f"{told.conduct.realm} · {say.moment(told.starts)}",
        page_of=say("page"),
        made=told.conduct.over_wall or told.conduct.prepared_wall,
        blocks=(*blocks, *(block for part in parts for block in part(told, say))),
    )
