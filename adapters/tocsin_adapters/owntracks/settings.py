"""What an operator may set for an OwnTracks source."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, field_validator

MAX_SECRET_BYTES = 32


class OwntracksSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    secret_file: Path | None = None
    """File with the secret of the encrypting telephones, at most 32 bytes; read at the start."""

    @field_validator("secret_file")
    @classmethod
    def _readable(cls, path: Path | None) -> Path | None:
        if path is not None:
            secret_in(path)
        return path


def secret_in(path: Path) -> bytes:
    try:
        secret = path.read_bytes().strip()
    except OSError as trouble:
        raise ValueError(f"{path}: {trouble.strerror}") from None
    if not 0 < len(secret) <= MAX_SECRET_BYTES:
        raise ValueError(f"{path}: a secret of OwnTracks has 1 to {MAX_SECRET_BYTES} bytes")
    return secret
