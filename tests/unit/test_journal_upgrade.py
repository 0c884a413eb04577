"""A journal of the version before opens, keeps what was in it, and could go back."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, inspect, text

from tocsin.journal import migrations
from tocsin.journal.store import Journal, Quarantined

BEFORE = "0002"


def alembic(url: str, act: str, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    engine = create_engine(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        getattr(command, act)(config, revision)
    engine.dispose()


def old_journal(url: str) -> None:
    alembic(url, "upgrade", BEFORE)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO quarantine (realm, at, last_at, source, topic, reason, field, detail,"
                " raw, size, count, digest) VALUES ('live', 'a', 'b', 'cad:112', 't', 'not_json',"
                " '', 'no', x'7b', 1, 3, x'00')"
            )
        )
    engine.dispose()


def test_what_was_refused_before_is_still_there_with_its_bytes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'journal.db'}"
    old_journal(url)
    journal = Journal.open(url)
    [row] = journal.quarantine("live", limit=5)
    assert (row.reason, row.count, row.offset, row.sha256) == ("not_json", 3, None, None)
    assert journal.quarantine_raw("live", row.id) == b"{"
    told = Quarantined("c", "cad:112", "t", "bad_time", "no", b"", sha256="ab", offset=7)
    journal.commit("live", [], quarantined=[told])
    assert journal.quarantine("live", limit=1)[0].offset == 7
    journal.close()


def test_the_version_before_can_be_gone_back_to(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'journal.db'}"
    old_journal(url)
    Journal.open(url).close()
    alembic(url, "downgrade", BEFORE)
    engine = create_engine(url)
    found = inspect(engine)
    assert "offset" not in {column["name"] for column in found.get_columns("quarantine")}
    assert "shape" not in {column["name"] for column in found.get_columns("snapshots")}
    assert "entries_of_joins" not in {index["name"] for index in found.get_indexes("entries")}
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count FROM quarantine")).scalar() == 3
    engine.dispose()
