"""Bytes under their hash: kept once, never altered unseen."""

import hashlib
from pathlib import Path

import pytest

from tocsin.cameras.evidence import Altered, EvidenceFolder


def test_what_was_kept_comes_back_by_its_hash(tmp_path: Path) -> None:
    folder = EvidenceFolder(tmp_path / "evidence")
    name = folder.keep(b"picture")
    assert name == hashlib.sha256(b"picture").hexdigest()
    assert folder.get(name) == b"picture"
    assert folder.keep(b"picture") == name
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [f"{name}.jpg"]


def test_what_was_altered_on_disk_is_not_given_out(tmp_path: Path) -> None:
    folder = EvidenceFolder(tmp_path)
    name = folder.keep(b"picture")
    next(p for p in tmp_path.rglob("*.jpg")).write_bytes(b"another")
    with pytest.raises(Altered):
        folder.get(name)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "0" * 63, "0" * 64, "A" * 64, "0" * 65])
def test_a_name_that_is_no_hash_leads_nowhere(tmp_path: Path, name: str) -> None:
    assert EvidenceFolder(tmp_path).get(name) is None
