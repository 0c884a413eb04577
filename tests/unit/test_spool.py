"""What the embedded broker took survives a kill until the journal has it."""

from tocsin.broker.spool import Spool


def test_what_was_kept_is_there_after_a_kill(tmp_path):
    spool = Spool(tmp_path / "spool")
    spool.keep("tocsin/v1/live/observations/cad:112", b"\x00one")
    spool.keep("tocsin/v1/live/observations/cad:112", b"two")

    again = Spool(tmp_path / "spool")  # while the first was never closed: a kill closes nothing

    assert [payload for _, payload in again.unsettled()] == [b"\x00one", b"two"]
    again.close()
    spool.close()


def test_the_file_is_empty_once_all_is_committed(tmp_path):
    spool = Spool(tmp_path / "spool")
    for payload in (b"one", b"two", b"one"):
        spool.keep("topic", payload)

    for payload in (b"one", b"one", b"two"):
        spool.settle("topic", payload)

    assert (tmp_path / "spool").stat().st_size == 0
    spool.close()


def test_the_same_message_twice_is_kept_until_both_are_committed(tmp_path):
    spool = Spool(tmp_path / "spool")
    spool.keep("topic", b"same")
    spool.keep("topic", b"same")

    spool.settle("topic", b"same")

    assert (tmp_path / "spool").stat().st_size > 0
    spool.close()


def test_a_line_cut_by_the_kill_is_left_out(tmp_path):
    """It was not yet acknowledged, so its publisher sends it again."""
    spool = Spool(tmp_path / "spool")
    spool.keep("topic", b"whole")
    spool.close()
    path = tmp_path / "spool"
    path.write_bytes(path.read_bytes() + b'["topic", "aGFs')

    again = Spool(path)

    assert again.unsettled() == [("topic", b"whole")]
    again.close()


def test_left_overs_settle_like_everything_else(tmp_path):
    first = Spool(tmp_path / "spool")
    first.keep("topic", b"one")
    first.close()

    again = Spool(tmp_path / "spool")
    again.settle("topic", b"one")

    assert (tmp_path / "spool").stat().st_size == 0
    again.close()


def test_under_lasting_load_the_file_stays_small_and_keeps_what_waits(tmp_path):
    spool = Spool(tmp_path / "spool", compact_bytes=2_000)
    spool.keep("topic", b"waits")
    for n in range(500):
        spool.keep("topic", b"%d" % n)
        spool.settle("topic", b"%d" % n)

    assert (tmp_path / "spool").stat().st_size < 4_000
    assert spool.unsettled() == [("topic", b"waits")]
    spool.close()
