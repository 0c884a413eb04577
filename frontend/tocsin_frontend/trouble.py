"""Pages that stand in for one that cannot be shown; they need no script and no picture."""

from typing import Literal, NamedTuple

from tocsin_frontend.page import LANGUAGES, TEMPLATES, locale

Trouble = Literal["not_found", "not_allowed", "wrong_address", "unavailable", "failed", "gone"]
OF_STATUS: dict[int, Trouble] = {
    403: "not_allowed",
    404: "not_found",
    421: "wrong_address",
    500: "failed",
    503: "unavailable",
}
NO_WAY_BACK = ("wrong_address", "gone")  # a link would lead to the same page


class Said(NamedTuple):
    language: str
    title: str
    text: str
    home: str


class TroublePage(NamedTuple):
    """All three languages: whoever lands here may not have been able to choose one."""

    kind: Trouble
    language: str
    theme: str
    static_url: str
    said: list[Said]
    home: str | None
    status: int | None
    reason: str


def render_trouble_page(
    kind: Trouble,
    *,
    language: str,
    theme: str,
    static_url: str,
    status: int | None = None,
    reason: str = "",
) -> str:
    """The page for one kind of trouble; `reason` is the server's own sentence, in English."""
    order = [language, *(other for other in LANGUAGES if other != language)]
    said = [
        Said(
            each,
            str(locale(each)[f"trouble_page.{kind}"]),
            str(locale(each)[f"trouble_page.{kind}_text"]),
            str(locale(each)["trouble_page.home"]),
        )
        for each in order
    ]
    home = None if kind in NO_WAY_BACK else "/"
    page = TroublePage(kind, language, theme, static_url, said, home, status, reason)
    return TEMPLATES.get_template("trouble-page.html.j2").render(this=page)
