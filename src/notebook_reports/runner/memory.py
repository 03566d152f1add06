"""What builds remember in .build/: each file begins with the SHA-256 of the rest, so that what a crash, a full disk or
an editor has damaged is no memory, and never a wrong one. Imports nothing heavy."""

from hashlib import sha256
from pathlib import Path

from notebook_reports import paths


def read(file: Path) -> str:
    """The text that was kept; "" where it was none, or is damaged."""
    return read_bytes(file).decode()


def read_bytes(file: Path) -> bytes:
    """What was kept; nothing where it was nothing, or is damaged."""
    if not file.exists():
        return b""
    seal, _, kept = file.read_bytes().partition(b"\n")
    return kept if seal == _seal(kept) else b""


def write(file: Path, text: str) -> None:
    """Keep a text, see `write_bytes`."""
    write_bytes(file, text.encode())


def write_bytes(file: Path, content: bytes) -> None:
    """Keep the whole of it, or nothing (see `paths.write`)."""
    paths.write(file, _seal(content) + b"\n" + content)


def _seal(kept: bytes) -> bytes:
    return sha256(kept).hexdigest().encode()
