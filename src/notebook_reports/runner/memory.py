"""What builds remember in .build/: each file begins with the SHA-256 of the rest, so that what a crash, a full disk or
an editor has damaged is no memory, and never a wrong one. Imports nothing heavy."""

from hashlib import sha256
from pathlib import Path

from notebook_reports import paths


def read(file: Path) -> str:
    """What was kept; "" where it was nothing, or is damaged."""
    if not file.exists():
        return ""
    seal, _, kept = file.read_bytes().partition(b"\n")
    return kept.decode() if seal == _seal(kept) else ""


def write(file: Path, text: str) -> None:
    """Keep a text, the whole or nothing of it (see `paths.write`)."""
    paths.write(file, _seal(text.encode()) + b"\n" + text.encode())


def _seal(kept: bytes) -> bytes:
    return sha256(kept).hexdigest().encode()
