"""A wall runs for weeks: the short version of tests/bench/bench_wall.py."""

from contextlib import ExitStack

from playwright.sync_api import Page, expect

from browser.fake_room import FakeRoom
from browser.script import Script
from browser.wall_soak import Evening, Load, catch_up, load_of

WARM_TURNS = 60
TURNS = 120  # two more hours of a busy evening, 4 400 entries
MEGABYTE = 1_000_000


def test_a_wall_holds_no_more_after_three_hours_than_after_one(
    screen: Page, servers: ExitStack
) -> None:
    script = Script()
    # Always the same streets: those a moving map has read come and go by themselves.
    script.command("direct_wall", "supervisor", layout="a", view=[50.85, 4.35, 12])
    room = servers.enter_context(FakeRoom(script))
    screen.set_viewport_size({"width": 1280, "height": 720})
    screen.goto(f"{room.url}/wall?layout=a&distance=3&pitch=0.951")
    expect(screen.locator("html")).to_have_attribute("data-live-state", "live")
    cdp = screen.context.new_cdp_session(screen)
    evening = Evening(script)

    def pass_time(turns: int) -> Load:
        for n in range(turns):
            evening.turn()
            if n % 10 == 9:
                catch_up(screen, script)
        return load_of(screen, cdp)

    before = pass_time(WARM_TURNS)
    after = pass_time(TURNS)
    print(before, after)
    assert after.heap < before.heap + 2 * MEGABYTE
    assert after.nodes < before.nodes * 1.2 + 200
    assert after.listeners < before.listeners * 1.2 + 20
