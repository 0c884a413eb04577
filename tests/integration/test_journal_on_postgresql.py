"""The journal on PostgreSQL: every promise, and a server that goes away and comes back."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from journal_promises import JournalPromises, head_after, key, rows
from journals import REALM
from services import PostgresCluster
from tocsin.journal.store import Journal, JournalUnavailable


def with_our_driver(url: str) -> str:
    address = make_url(url).set(drivername="postgresql+psycopg")
    return address.render_as_string(hide_password=False)


@pytest.fixture
def journal_url(postgres_url: str) -> str:
    return with_our_driver(postgres_url)


class TestJournalOnPostgresql(JournalPromises):
    @pytest.fixture
    def journal_url(self, postgres_url: str) -> str:
        return with_our_driver(postgres_url)


def test_a_server_that_goes_away_is_told_and_work_goes_on_when_it_is_back(
    journal_url: str, postgres_cluster: PostgresCluster
) -> None:
    journal = Journal.open(journal_url, patience_s=2.0)
    journal.commit(REALM, rows(1, 2))
    postgres_cluster.kill()
    for _ in range(2):
        with pytest.raises(JournalUnavailable) as told:
            journal.commit(REALM, rows(3, 4), keys=[key("a")])
        assert told.value.trouble == "gone"
        with pytest.raises(JournalUnavailable):
            journal.head(REALM)
    postgres_cluster.start()
    assert journal.commit(REALM, rows(3, 4), keys=[key("a")]) == head_after(rows(1, 4))
    assert journal.known_keys(REALM, [key("a")]) == {key("a")}
    journal.close()


def test_a_restart_between_two_commits_is_not_even_noticed(
    journal_url: str, postgres_cluster: PostgresCluster
) -> None:
    journal = Journal.open(journal_url)
    journal.commit(REALM, rows(1, 2))
    postgres_cluster.restart()
    assert journal.commit(REALM, rows(3, 4)) == head_after(rows(1, 4))
    assert journal.read(REALM, after=0, limit=9) == rows(1, 4)
    journal.close()


def test_a_server_that_is_not_there_at_the_start_is_told() -> None:
    with pytest.raises(JournalUnavailable, match="does not answer") as told:
        Journal.open("postgresql+psycopg://nobody:secret@127.0.0.1:1/journal")
    assert "secret" not in str(told.value)


def test_a_table_held_by_somebody_else_is_told(journal_url: str) -> None:
    journal = Journal.open(journal_url, patience_s=0.2)
    other = create_engine(journal_url)
    with other.begin() as connection:
        connection.execute(text("LOCK TABLE entries IN EXCLUSIVE MODE"))
        with pytest.raises(JournalUnavailable, match="Another process") as told:
            journal.commit(REALM, rows(1, 2))
        assert told.value.trouble == "locked"
    other.dispose()
    assert journal.commit(REALM, rows(1, 2)).n == 2
    journal.close()


def test_a_server_that_acknowledges_before_it_writes_is_told_not_to(journal_url: str) -> None:
    """An acknowledged message must be on disk, whatever the server's own setting is."""
    server = create_engine(journal_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        name = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    server.dispose()
    journal = Journal.open(journal_url)
    with journal._writes.connect() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar_one() == "on"
    journal.close()
