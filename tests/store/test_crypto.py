"""Sealed texts open with the right key only, and not at all once the key is gone."""

import pytest

from store.crypto import Vault, VaultError, new_secret_key


def test_a_text_comes_back_as_it_was(vault: Vault) -> None:
    key = vault.new_key()
    odd = "lampu 💡 mati \ud800 \x00 di gang"

    assert vault.open(vault.seal(odd, key), key) == odd
    assert vault.open(vault.seal(odd)) == odd


def test_one_persons_key_does_not_open_anothers_text(vault: Vault) -> None:
    sealed = vault.seal("rahasia", vault.new_key())

    with pytest.raises(VaultError):
        vault.open(sealed, vault.new_key())
    with pytest.raises(VaultError):
        vault.open(sealed)


def test_a_wrong_installation_key_says_which_setting_to_look_at(vault: Vault) -> None:
    key = vault.new_key()
    sealed = vault.seal("rahasia", key)

    with pytest.raises(VaultError, match="LAPOR_SECRET_KEY"):
        Vault([new_secret_key()]).open(sealed, key)


def test_a_former_key_still_opens_what_it_sealed() -> None:
    old, new = new_secret_key(), new_secret_key()
    key = Vault([old]).new_key()
    sealed = Vault([old]).seal("rahasia", key)

    assert Vault([new, old]).open(sealed, key) == "rahasia"
