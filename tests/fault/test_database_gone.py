"""The journal's database goes away under load."""

from pathlib import Path

from house import House, assert_each_once, run_tocsin
from publishing import Publisher, message, numbered, observed
from screens import Screen
from services import Mosquitto, PostgresCluster


def test_nothing_is_acknowledged_until_it_is_back_and_then_everything_is_there_once(
    tmp_path: Path, mosquitto: Mosquitto, postgres_cluster: PostgresCluster, postgres_url: str
) -> None:
    ids = numbered("call", 0, 1500)
    first, meanwhile, late = ids[:500], ids[500:1000], ids[1000:]
    with (
        House(tmp_path / "house", mqtt=mosquitto.url, database=postgres_url) as house,
        Publisher(mosquitto.url) as publisher,
        Screen(house.http) as screen,
    ):
        screen.wait(lambda: screen.health)
        publisher.publish(message(observed(i)) for i in first)
        screen.wait(lambda: len(screen.seen_at) > 50)
        postgres_cluster.stop()
        publisher.publish(message(observed(i)) for i in meanwhile)
        screen.wait(lambda: screen.health["journal"]["state"] == "stuck", timeout=30)
        assert screen.health["journal"]["since"] is not None
        assert screen.health["journal"]["trouble"] == "gone"
        publisher.settle()
        n = screen.n

        postgres_cluster.start()
        screen.wait(lambda: screen.health["journal"]["state"] == "ok", timeout=30)
        house.wait_recorded(1000)
        assert_each_once(house.recorded(), [*first, *meanwhile])
        assert screen.n > n

        # Again, and now the process dies while it waits: had it acknowledged anything that is not
        # in the journal, the broker would not bring it back.
        postgres_cluster.stop()
        publisher.publish(message(observed(i)) for i in late)
        screen.wait(lambda: screen.health["journal"]["state"] == "stuck", timeout=30)
        publisher.settle()
        house.kill()
        postgres_cluster.start()
        house.start()
        house.wait_recorded(len(ids))
        assert_each_once(house.recorded(), ids)
        verified = run_tocsin("journal", "verify", "--database", postgres_url)
        assert verified.returncode == 0, verified.stdout
