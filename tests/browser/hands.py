"""What a person does with the frame of a page: capacity, language, and what is folded away."""

from playwright.sync_api import Page


def person(screen: Page) -> None:
    """Open the menu of whoever sits here."""
    if screen.locator("#person").get_attribute("open") is None:
        screen.locator("#person > summary").click()


def act_as(screen: Page, capacity: str) -> None:
    person(screen)
    screen.locator("#capacity").select_option(capacity)
    screen.locator("#person > summary").click()


def speak(screen: Page, language: str) -> None:
    person(screen)
    screen.locator("#languages").get_by_role("button", name=language).click()
    screen.locator("#person > summary").click()


def show_closed(screen: Page) -> None:
    """The queue lists what is over too."""
    screen.locator("[data-focus=queue-ended]").click()
