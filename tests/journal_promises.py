"""What the journal promises on every database. Run by unit tests on SQLite, by integration tests
on PostgreSQL: a subclass says which through its `journal_url` fixture.
"""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, text

from journals import REALM, journals
from tocsin.journal.entry import GENESIS, Entry, canonical_body, chained_hash
from tocsin.journal.migrations import upgrade
from tocsin.journal.store import (
    Altered,
    Head,
    Journal,
    JournalError,
    JournalForked,
    Quarantined,
    Verified,
)
from tocsin.journal.tables import metadata

AT = "2026-01-15T15:41:07.123Z"
EXERCISE = "exercise-tunnel"


def recorded(n: int, words: str = "smoke in the tunnel – fumée, rook") -> Entry:
    shown = {"id": f"O-{n}", "text": words, "lat": 50.85, "facts": {"persons": n}}
    body = {"id": f"O-{n}", "shown": shown, "observation": {"attributes": {"null": "\0"}}}
    return Entry(n, AT, "observation_recorded", n, body)


def opened(n: int) -> Entry:
    return Entry(
        n, AT, "incident_opened", n - 1, {"incident": f"I-{n}", "observation": f"O-{n - 1}"}
    )


def rows(first: int, last: int) -> list[Entry]:
    return [recorded(n) if n % 2 else opened(n) for n in range(first, last + 1)]


def key(word: str) -> bytes:
    return hashlib.sha256(word.encode()).digest()[:16]


def refused(raw: bytes = b"{", source: str = "cap:feed", **changes: Any) -> Quarantined:
    given: dict[str, Any] = {
        "at": AT,
        "source": source,
        "topic": f"tocsin/v1/live/observations/{source}",
        "reason": "not_json",
        "detail": "ends in the middle",
        "raw": raw,
    }
    return Quarantined(**{**given, **changes})


def head_after(entries: list[Entry], realm: str = REALM) -> Head:
    previous = GENESIS
    for entry in entries:
        previous = chained_hash(previous, realm, entry, canonical_body(entry))
    return Head(entries[-1].n, previous, entries[-1].at)


class JournalPromises:
    """What the journal promises on any database; a subclass brings the fixture `journal_url`."""

    @pytest.fixture
    def journal(self, journal_url: str) -> Iterator[Journal]:
        journal = Journal.open(journal_url)
        yield journal
        journal.close()

    @pytest.fixture
    def database(self, journal: Journal, journal_url: str) -> Iterator[Engine]:
        """A way in past the journal, as an intruder would have it."""
        engine = create_engine(journal_url)
        yield engine
        engine.dispose()

    # --- the tables

    def test_the_migrations_make_exactly_the_tables_that_the_code_knows(
        self, database: Engine
    ) -> None:
        with database.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, metadata) == []

    def test_an_up_to_date_journal_is_left_as_it_is(
        self, journal: Journal, journal_url: str, database: Engine
    ) -> None:
        journal.commit(REALM, rows(1, 3))
        upgrade(database)
        again = Journal.open(journal_url)
        assert again.head(REALM).n == 3
        again.close()

    def test_a_journal_of_a_later_version_is_not_touched(
        self, journal: Journal, journal_url: str, database: Engine
    ) -> None:
        with database.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(JournalError, match="another version"):
            Journal.open(journal_url)

    def test_processes_that_start_together_make_the_tables_once(self, journal_url: str) -> None:
        troubles: list[BaseException] = []

        def start() -> None:
            try:
                Journal.open(journal_url).close()
            except BaseException as trouble:
                troubles.append(trouble)

        threads = [threading.Thread(target=start) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert troubles == []

    # --- entries

    def test_an_empty_realm_stands_at_the_genesis(self, journal: Journal) -> None:
        assert journal.head(REALM) == Head(0, GENESIS, None)
        assert journal.realms() == []
        assert journal.read(REALM, after=0, limit=10) == []
        assert journal.verify(REALM) == Verified(
            0,
            GENESIS,
            None,
            "All 0 rows fit. No snapshot exists yet, so rows cut off from the end "
            "would not be noticed.",
        )

    def test_what_was_committed_is_read_back_as_it_was(self, journal: Journal) -> None:
        entries = rows(1, 7)
        assert journal.commit(REALM, entries[:4]) == head_after(entries[:4])
        assert journal.commit(REALM, entries[4:]) == head_after(entries)
        assert journal.head(REALM) == head_after(entries)
        assert journal.read(REALM, after=0, limit=100) == entries
        assert journal.read(REALM, after=2, limit=3) == entries[2:5]
        assert journal.read(REALM, after=7, limit=3) == []

    def test_any_legal_journal_is_read_back_as_it_was(self, journal: Journal) -> None:
        realms = iter(range(1000))

        @settings(
            max_examples=10,
            deadline=None,
            suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow],
        )
        @given(journals(), st.integers(1, 100))
        def every_journal(entries: list[Entry], batch: int) -> None:
            realm = f"exercise-{next(realms)}"
            for start in range(0, len(entries), batch):
                journal.commit(realm, entries[start : start + batch])
            assert journal.read(realm, after=0, limit=len(entries) + 1) == entries
            assert isinstance(journal.verify(realm), Verified)

        every_journal()

    def test_realms_are_sealed_from_each_other(self, journal: Journal) -> None:
        journal.commit(REALM, rows(1, 5), keys=[key("a")], quarantined=[refused()])
        journal.commit(EXERCISE, rows(1, 2))
        assert journal.realms() == sorted([REALM, EXERCISE])
        assert journal.head(EXERCISE) == head_after(rows(1, 2), EXERCISE)
        assert journal.known_keys(EXERCISE, [key("a")]) == set()
        assert journal.quarantine(EXERCISE, limit=10) == []
        assert journal.quarantine_raw(EXERCISE, journal.quarantine(REALM, limit=1)[0].id) is None
        assert journal.observation(EXERCISE, "O-3") is None

    def test_an_observation_is_found_in_full_by_its_id(self, journal: Journal) -> None:
        journal.commit(REALM, rows(1, 6))
        assert journal.observation(REALM, "O-3") == recorded(3)
        assert journal.observation(REALM, "O-2") is None

    def test_a_restarted_journal_goes_on_where_it_stood(
        self, journal: Journal, journal_url: str
    ) -> None:
        journal.commit(REALM, rows(1, 3))
        journal.close()
        again = Journal.open(journal_url)
        assert again.commit(REALM, rows(4, 5)) == head_after(rows(1, 5))
        again.close()

    @pytest.mark.parametrize("numbers", [(2, 3), (0, 1), (1, 3), (1, 1), (5,)])
    def test_entries_that_do_not_continue_the_numbers_are_refused(
        self, journal: Journal, numbers: tuple[int, ...]
    ) -> None:
        with pytest.raises(JournalForked):
            journal.commit(REALM, [recorded(n) for n in numbers])
        assert journal.head(REALM).n == 0
        assert journal.commit(REALM, rows(1, 2)).n == 2

    def test_a_second_writer_is_refused_and_leaves_nothing(
        self, journal: Journal, journal_url: str
    ) -> None:
        """After a takeover the old engine still believes in its own head."""
        other = Journal.open(journal_url)
        journal.commit(REALM, rows(1, 2))
        other.commit(REALM, rows(3, 4))
        with pytest.raises(JournalForked, match="2 to 4"):
            journal.commit(
                REALM, [recorded(3, "otherwise")], keys=[key("x")], quarantined=[refused()]
            )
        assert journal.known_keys(REALM, [key("x")]) == set()
        assert journal.quarantine(REALM, limit=1) == []
        assert journal.read(REALM, after=0, limit=9) == rows(1, 4)
        other.close()

    def test_two_writers_at_the_same_time_never_both_win(
        self, journal: Journal, journal_url: str
    ) -> None:
        other = Journal.open(journal_url)
        won: list[tuple[str, int]] = []

        def write(writer: Journal, name: str) -> None:
            for _ in range(60):
                n = writer.head(REALM).n + 1
                try:
                    writer.commit(REALM, [recorded(n, f"{name} {n}")])
                except JournalForked:
                    continue
                won.append((name, n))

        threads = [
            threading.Thread(target=write, args=(writer, name))
            for writer, name in ((journal, "one"), (other, "two"))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        other.close()
        written = [
            (e.body["shown"]["text"].split()[0], e.n)
            for e in journal.read(REALM, after=0, limit=1000)
        ]
        assert written == sorted(won, key=lambda pair: pair[1])
        assert isinstance(journal.verify(REALM), Verified)

    def test_a_batch_is_written_whole_or_not_at_all(
        self, journal: Journal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        journal.commit(REALM, rows(1, 2))

        def break_down(*_: object) -> None:
            raise RuntimeError("pulled the plug")

        monkeypatch.setattr("tocsin.journal.store.quarantining.keep", break_down)
        with pytest.raises(RuntimeError, match="plug"):
            journal.commit(REALM, rows(3, 4), keys=[key("x")], quarantined=[refused()])
        monkeypatch.undo()
        assert journal.head(REALM).n == 2
        assert journal.known_keys(REALM, [key("x")]) == set()
        assert journal.commit(REALM, rows(3, 4)) == head_after(rows(1, 4))

    def test_a_body_that_is_no_json_leaves_the_journal_as_it_was(self, journal: Journal) -> None:
        with pytest.raises(TypeError):
            journal.commit(REALM, [recorded(1), Entry(2, AT, "clock_ticked", 2, {"at": object()})])
        assert journal.commit(REALM, rows(1, 1)).n == 1

    def test_readers_beside_a_writer_see_whole_batches_only(self, journal: Journal) -> None:
        troubles: list[object] = []
        done = threading.Event()

        def read() -> None:
            while not done.is_set():
                n = journal.head(REALM).n
                entries = journal.read(REALM, after=0, limit=1000)
                if n % 10 or len(entries) % 10 or len(entries) < n:
                    troubles.append((n, len(entries)))

        readers = [threading.Thread(target=read) for _ in range(3)]
        for reader in readers:
            reader.start()
        for first in range(1, 400, 10):
            journal.commit(REALM, rows(first, first + 9))
        done.set()
        for reader in readers:
            reader.join()
        assert troubles == []

    # --- keys

    def test_a_key_is_known_for_ever(self, journal: Journal) -> None:
        some = [key(str(n)) for n in range(1300)]
        journal.commit(REALM, rows(1, 1), keys=some)
        assert journal.known_keys(REALM, [*some, key("new")]) == set(some)
        assert journal.known_keys(REALM, [key("new")]) == set()
        assert journal.known_keys(REALM, set()) == set()

    def test_a_key_told_twice_does_not_stop_the_journal(self, journal: Journal) -> None:
        journal.commit(REALM, rows(1, 1), keys=[key("a"), key("a")])
        assert journal.commit(REALM, rows(2, 2), keys=[key("a"), key("b")]).n == 2
        assert journal.known_keys(REALM, {key("a"), key("b")}) == {key("a"), key("b")}

    # --- quarantine

    def test_a_repeated_bad_message_raises_a_count_and_keeps_one_row(
        self, journal: Journal
    ) -> None:
        later = "2026-01-15T16:00:00.000Z"
        journal.commit(REALM, [], quarantined=[refused(), refused(), refused(b"[")])
        journal.commit(REALM, [], quarantined=[refused(at=later, count=40)])
        newest, first = journal.quarantine(REALM, limit=10)
        assert (first.count, first.at, first.last_at, first.size) == (42, AT, later, 1)
        assert (newest.count, newest.reason, newest.detail) == (1, "not_json", "ends in the middle")
        assert journal.quarantine_raw(REALM, newest.id) == b"["
        assert journal.quarantine_raw(REALM, newest.id + 1) is None

    def test_the_quarantine_is_paged_from_the_newest_and_counted_by_source(
        self, journal: Journal
    ) -> None:
        messages = [refused(str(n).encode(), "cap:a" if n % 2 else "cap:b") for n in range(7)]
        journal.commit(REALM, [], quarantined=[*messages, messages[0]])
        page = journal.quarantine(REALM, limit=4)
        rest = journal.quarantine(REALM, limit=4, before_id=page[-1].id)
        raws = [journal.quarantine_raw(REALM, row.id) for row in [*page, *rest]]
        assert raws == [str(n).encode() for n in reversed(range(7))]
        counts = {c.source: (c.rows, c.messages) for c in journal.quarantine_counts(REALM)}
        assert counts == {"cap:a": (3, 3), "cap:b": (4, 5)}

    def test_no_hostile_message_can_stop_the_journal(self, journal: Journal) -> None:
        """Its words may hold what a database refuses: NUL, half a surrogate, no end."""
        hostile = "\0 \ud800 " + "x" * 100_000
        message = refused(
            b"\0\xff" * 50_000,
            hostile,
            reason=hostile,
            field=hostile,
            detail=hostile,
            topic=hostile,
        )
        journal.commit(REALM, rows(1, 1), quarantined=[message, message])
        (row,) = journal.quarantine(REALM, limit=2)
        assert (row.count, row.size) == (2, 100_000)
        assert row.detail.startswith("\N{REPLACEMENT CHARACTER} ? xxx")
        raw = journal.quarantine_raw(REALM, row.id)
        assert raw is not None
        assert len(raw) == 64 * 1024

    # --- snapshots

    def snapshot_at(self, journal: Journal, n: int) -> None:
        journal.save_snapshot(REALM, n, AT, head_after(rows(1, n)).hash, b'{"n":%d}' % n)

    def test_snapshots_are_kept_along_the_journal(self, journal: Journal, database: Engine) -> None:
        journal.commit(REALM, rows(1, 9))
        for n in (1, 2, 3, 5, 7, 7):
            self.snapshot_at(journal, n)
        latest = journal.snapshot(REALM)
        assert latest is not None
        assert (latest.n, latest.at, latest.picture) == (7, AT, b'{"n":7}')
        assert latest.hash == head_after(rows(1, 7)).hash
        with database.connect() as connection:
            numbers = connection.execute(text("SELECT n FROM snapshots ORDER BY n")).scalars()
            assert list(numbers) == [1, 3, 5, 7]  # the first of its stretch, and the newest three
        before = journal.snapshot(REALM, upto=4)
        assert before is not None
        assert before.n == 3
        assert journal.snapshot(REALM, upto=0) is None

    def test_a_snapshot_of_another_version_is_never_tried_and_makes_room(
        self, journal: Journal, database: Engine
    ) -> None:
        journal.commit(REALM, rows(1, 4))
        self.snapshot_at(journal, 4)
        assert journal.snapshot(REALM, "newer") is None
        journal.save_snapshot(REALM, 2, AT, head_after(rows(1, 2)).hash, b"{}", "newer")
        kept = journal.snapshot(REALM, "newer")
        assert kept is not None
        assert kept.n == 2
        assert journal.snapshot(REALM) is None

    def test_a_time_finds_the_entry_that_was_the_last_then(self, journal: Journal) -> None:
        times = ["2026-01-15T15:41:07.000Z"] * 2 + ["2026-01-15T15:41:08.000Z"]
        journal.commit(REALM, [replace(recorded(n), at=at) for n, at in enumerate(times, 1)])
        asked = ("2026-01-15T15:41:06.999Z", times[0], "2026-01-15T15:41:07.500Z", times[2], "9")
        assert [journal.number_at(REALM, at) for at in asked] == [0, 2, 2, 3, 3]
        assert journal.number_at(EXERCISE, "9") == 0
        assert journal.hash_of(REALM, 4) is None

    def test_a_snapshot_that_does_not_fit_the_chain_is_passed_over(
        self, journal: Journal, database: Engine
    ) -> None:
        journal.commit(REALM, rows(1, 6))
        assert journal.snapshot(REALM) is None
        self.snapshot_at(journal, 2)
        self.snapshot_at(journal, 4)
        journal.save_snapshot(REALM, 6, AT, head_after(rows(1, 5)).hash, b"of another chain")
        latest = journal.snapshot(REALM)
        assert latest is not None
        assert latest.n == 4
        with database.begin() as connection:
            connection.execute(
                text("UPDATE snapshots SET picture = :p WHERE n = 4"), {"p": b"no longer zlib"}
            )
        latest = journal.snapshot(REALM)
        assert latest is not None
        assert latest.n == 2
        assert journal.snapshot(EXERCISE) is None

    # --- verification

    def tampered(self, journal: Journal, database: Engine, *statements: str) -> Altered:
        with database.begin() as connection:
            for statement in statements:
                assert connection.execute(text(statement)).rowcount > 0
        verdict = journal.verify(REALM)
        assert isinstance(verdict, Altered)
        return verdict

    @pytest.mark.parametrize(
        ("statement", "n", "finding", "words"),
        [
            ("UPDATE entries SET body = '{}' WHERE n = 4", 4, "content", "content of row 4"),
            ("UPDATE entries SET at = 'noon' WHERE n = 1", 1, "content", "content of row 1"),
            ("UPDATE entries SET cause = 1 WHERE n = 5", 5, "content", "content of row 5"),
            ("UPDATE entries SET kind = 'clock_ticked' WHERE n = 3", 3, "content", "of row 3"),
            ("UPDATE entries SET hash = :h WHERE n = 4", 4, "hash", "hash of row 4"),
            ("UPDATE entries SET body = '{}' WHERE n = 9", 9, "content_or_hash", "Row 9"),
            ("UPDATE entries SET body = '{}' WHERE n > 3", 4, "content_or_hash", "Row 4"),
            ("DELETE FROM entries WHERE n = 4", 4, "missing", "Row 4 is missing"),
            ("DELETE FROM entries WHERE n < 4", 1, "missing", "Rows 1 to 3 are missing"),
            ("UPDATE entries SET n = 0 WHERE n = 4", 0, "numbering", "where 1 should"),
            ("UPDATE entries SET n = 40 WHERE n = 4", 4, "missing", "Row 4 is missing"),
            ("UPDATE entries SET observation = 'O-9' WHERE n = 3", 3, "look_up", "'O-9'"),
        ],
    )
    def test_an_altered_row_is_named(
        self,
        journal: Journal,
        database: Engine,
        statement: str,
        n: int,
        finding: str,
        words: str,
    ) -> None:
        journal.commit(REALM, rows(1, 9))
        with database.begin() as connection:
            bound = {"h": bytes(32)} if ":h" in statement else {}
            assert connection.execute(text(statement), bound).rowcount > 0
        verdict = journal.verify(REALM)
        assert isinstance(verdict, Altered)
        assert (verdict.n, verdict.finding) == (n, finding)
        assert words in verdict.reason

    def test_an_inserted_row_is_named(self, journal: Journal, database: Engine) -> None:
        journal.commit(REALM, rows(1, 5))
        verdict = self.tampered(
            journal,
            database,
            "UPDATE entries SET n = -n WHERE n > 3",
            "UPDATE entries SET n = 1 - n WHERE n < 0",
            "INSERT INTO entries SELECT realm, 4, at, kind, cause, body, hash, observation"
            " FROM entries WHERE n = 3",
        )
        assert (verdict.n, verdict.finding) == (4, "content_or_hash")

    def test_an_end_cut_off_is_noticed_by_the_process_that_wrote_it(
        self, journal: Journal, database: Engine
    ) -> None:
        journal.commit(REALM, rows(1, 9))
        verdict = self.tampered(journal, database, "DELETE FROM entries WHERE n > 7")
        assert (verdict.n, verdict.finding) == (8, "cut")
        assert "committed up to row 9" in verdict.reason

    def test_an_end_cut_off_is_noticed_by_a_snapshot(
        self, journal: Journal, database: Engine, journal_url: str
    ) -> None:
        journal.commit(REALM, rows(1, 9))
        self.snapshot_at(journal, 8)
        verified = journal.verify(REALM)
        assert isinstance(verified, Verified)
        assert (verified.n, verified.snapshot_n) == (9, 8)
        assert verified.hash == head_after(rows(1, 9)).hash
        assert "after row 8 would not be noticed" in verified.remark
        later = Journal.open(journal_url)
        verdict = self.tampered(later, database, "DELETE FROM entries WHERE n > 7")
        assert (verdict.n, verdict.finding) == (8, "cut")
        assert "snapshot was taken at row 8" in verdict.reason
        later.close()

    def test_a_chain_written_anew_is_noticed_by_a_snapshot(
        self, journal: Journal, database: Engine
    ) -> None:
        journal.commit(REALM, rows(1, 4))
        self.snapshot_at(journal, 2)
        self.snapshot_at(journal, 4)
        with database.begin() as connection:
            connection.execute(text("DELETE FROM entries"))
        forger = Journal(database, database)
        forger.commit(REALM, [*rows(1, 2), recorded(3, "nothing happened"), opened(4)])
        verdict = journal.verify(REALM)
        assert isinstance(verdict, Altered)
        assert (verdict.n, verdict.finding) == (4, "rewritten")
