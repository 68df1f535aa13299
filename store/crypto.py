"""Sealing texts at rest: one data key per person, wrapped by the installation's key.

Destroying a person's wrapped key makes everything sealed with it unreadable. A backup made before
still holds the key: old backups must go when a person is erased.
"""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class VaultError(Exception):
    """The key does not open this: is LAPOR_SECRET_KEY the one this database was made with?"""

    def __str__(self) -> str:
        return str(self.__doc__)


class Vault:
    """Seals and opens texts. The first key seals; the others still open what they sealed."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._master = MultiFernet([Fernet(key) for key in keys])

    def new_key(self) -> bytes:
        """A fresh data key for a person, wrapped by the installation's key."""
        return self._master.encrypt(Fernet.generate_key())

    def seal(self, text: str, wrapped_key: bytes | None = None) -> bytes:
        """Encrypt `text` with a person's key, or with the installation's own."""
        # surrogatepass: platforms hand over broken text, and it is kept as it was.
        return self._box(wrapped_key).encrypt(text.encode("utf-8", "surrogatepass"))

    def open(self, sealed: bytes, wrapped_key: bytes | None = None) -> str:
        """Decrypt what `seal` made with the same key; raises `VaultError` when it does not fit."""
        try:
            return self._box(wrapped_key).decrypt(sealed).decode("utf-8", "surrogatepass")
        except InvalidToken:
            raise VaultError from None

    def _box(self, wrapped_key: bytes | None) -> Fernet | MultiFernet:
        if wrapped_key is None:
            return self._master
        try:
            return Fernet(self._master.decrypt(wrapped_key))
        except InvalidToken:
            raise VaultError from None


def new_secret_key() -> str:
    """A new installation key for LAPOR_SECRET_KEY."""
    return Fernet.generate_key().decode()
