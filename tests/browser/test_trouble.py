"""What people see when the server is away, the page is not there, or the browser is too old."""

from contextlib import ExitStack

from playwright.sync_api import Page, expect

from browser.fake_room import FakeRoom
from browser.script import Script
from browser.watch import Watch


def test_who_opens_a_page_while_the_server_is_away_is_told_and_led_back(
    screen: Page, servers: ExitStack, watch: Watch
) -> None:
    watch.allow("ERR_")
    watch.allow("WebSocket connection")
    watch.allow("Failed to fetch")
    with FakeRoom(Script()) as room:
        screen.goto(room.url)
        screen.evaluate("navigator.serviceWorker.ready.then(() => true)")
    screen.goto(f"{room.url}/video")
    expect(screen.get_by_role("heading", name="Tocsin ne répond plus")).to_be_visible()
    expect(screen.get_by_role("heading", name="Tocsin antwoordt niet meer")).to_be_visible()
    servers.enter_context(FakeRoom(Script(), port=room.port))
    expect(screen.locator("html")).to_have_attribute("data-page", "video")
    expect(screen.locator("html")).to_have_attribute("data-live-state", "live")


def test_a_browser_that_is_too_old_says_so_instead_of_showing_half_a_screen(
    screen: Page, servers: ExitStack, watch: Watch
) -> None:
    watch.allow("ResizeObserver")
    room = servers.enter_context(FakeRoom(Script()))
    screen.add_init_script("delete window.ResizeObserver")
    screen.goto(room.url)
    expect(screen.get_by_role("alert").get_by_text("trop ancien")).to_be_visible()
    expect(screen.get_by_role("alert").get_by_text("te oud")).to_be_visible()
    expect(screen.locator("#status-bar")).to_be_hidden()
