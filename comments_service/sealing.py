"""Encrypts for the operator's key, in the age format (https://age-encryption.org/v1): whoever has
only the public half can write, and cannot read what was written.
"""

from __future__ import annotations

import os
from io import BufferedIOBase
from pathlib import Path

import pyrage
from pyrage.x25519 import Identity, Recipient

from comments_service.errors import KeyRefused

MAGIC = b"age-encryption.org/v1"
"""What an encrypted file begins with."""


def read_public_key(text: str) -> Recipient:
    """Read the public half of a key, ``age1...``; raises KeyRefused."""
    try:
        return Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise KeyRefused(
            f"{text[:80]!r} is no public key: it begins with age1 and is printed by "
            './run comments "make-key FILE"'
        ) from error


def read_private_key(file: Path) -> Identity:
    """Read a private key from *file*, as make-key or age-keygen wrote it; raises KeyRefused."""
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise KeyRefused(f"The key {file} cannot be read: {error}") from error
    keys = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    try:
        (key,) = keys
        return Identity.from_str(key)
    except (ValueError, pyrage.IdentityError) as error:
        raise KeyRefused(f"{file} holds no private key: one line AGE-SECRET-KEY-1...") from error


def make_key(file: Path) -> str:
    """Write a new private key to *file*, for its owner only; gives the public half.

    Raises KeyRefused where the file is there already.
    """
    identity = Identity.generate()
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise KeyRefused(f"{file} is there already: name another file") from error
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(f"# public key: {identity.to_public()}\n{identity}\n")
    return str(identity.to_public())


def seal(public_key: str, text: str) -> bytes:
    """Encrypt a short *text* for the holder of the private key."""
    return bytes(pyrage.encrypt(text.encode(), [read_public_key(public_key)]))


def unseal(key: Identity, sealed: bytes) -> str:
    """Decrypt what :func:`seal` made; raises KeyRefused for another key's."""
    try:
        return bytes(pyrage.decrypt(sealed, [key])).decode()
    except pyrage.DecryptError as error:
        raise KeyRefused(f"This was not sealed for that key, or was changed: {error}") from error


def encrypt(reader: BufferedIOBase, writer: BufferedIOBase, keys: list[Recipient]) -> None:
    """Copy *reader* to *writer*, encrypted so that each of *keys* can read it."""
    pyrage.encrypt_io(reader, writer, keys)


def decrypt(reader: BufferedIOBase, writer: BufferedIOBase, key: Identity) -> None:
    """Copy what was encrypted to *writer*, decrypted; raises KeyRefused."""
    try:
        pyrage.decrypt_io(reader, writer, [key])
    except pyrage.DecryptError as error:
        raise KeyRefused(
            f"The file was not encrypted for that key, or is damaged: {error}"
        ) from error
