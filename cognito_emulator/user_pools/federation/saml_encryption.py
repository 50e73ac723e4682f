"""Encrypted assertions: the key is for the provider's certificate (RSA-OAEP), the content AES (or Triple DES) in CBC or
GCM mode.

The ciphers are those of the package cryptography. Source: XML Encryption 1.1, sections 5.2, 5.5 and 5.6.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from cognito_emulator import saml

if TYPE_CHECKING:
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES

_NAMES = {"xenc": "http://www.w3.org/2001/04/xmlenc#", "ds": "http://www.w3.org/2000/09/xmldsig#"}
_OAEP = ("http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p", "http://www.w3.org/2009/xmlenc11#rsa-oaep")
_CBC = tuple(f"http://www.w3.org/2001/04/xmlenc#aes{bits}-cbc" for bits in (128, 192, 256))
_TRIPLE_DES = "http://www.w3.org/2001/04/xmlenc#tripledes-cbc"
_GCM = tuple(f"http://www.w3.org/2009/xmlenc11#aes{bits}-gcm" for bits in (128, 192, 256))
_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "": hashes.SHA1(),
    "http://www.w3.org/2000/09/xmldsig#sha1": hashes.SHA1(),
    "http://www.w3.org/2001/04/xmlenc#sha256": hashes.SHA256(),
}


def decrypter(key: str) -> Callable[[Any], bytes]:
    """A function that turns an EncryptedAssertion element into the document in it. It raises `InvalidResponse`."""

    def decrypt(element: Any) -> bytes:
        try:
            return _decrypt(element, key)
        except (ValueError, InvalidTag, binascii.Error, KeyError):
            raise saml.InvalidResponse("the assertion cannot be decrypted") from None

    return decrypt


def _decrypt(element: Any, pem: str) -> bytes:
    data = _algorithm(element, "xenc:EncryptedData/xenc:EncryptionMethod")
    # The key is in the data, or next to it.
    method = _algorithm(element, ".//xenc:EncryptedKey/xenc:EncryptionMethod")
    if method not in _OAEP:
        raise ValueError(method)
    digest = _DIGESTS[_algorithm(element, ".//xenc:EncryptedKey/xenc:EncryptionMethod/ds:DigestMethod")]
    # Without a choice of its own the mask is made with SHA-1.
    private: Any = load_pem_private_key(pem.encode(), password=None)
    wrapped = _cipher_value(element, ".//xenc:EncryptedKey")
    key = private.decrypt(wrapped, OAEP(MGF1(hashes.SHA1()), digest, None))
    content = _cipher_value(element, "xenc:EncryptedData")
    if data in _GCM:
        return AESGCM(key).decrypt(content[:12], content[12:], None)
    if data == _TRIPLE_DES:  # what pysaml2 encrypts with
        from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES

        return _unchained(TripleDES(key), content, 8)
    if data not in _CBC:
        raise ValueError(data)
    return _unchained(AES(key), content, 16)


def _unchained(cipher: AES | TripleDES, content: bytes, block: int) -> bytes:
    opened = Cipher(cipher, CBC(content[:block])).decryptor()
    padded = opened.update(content[block:]) + opened.finalize()
    if not padded or not 1 <= padded[-1] <= block:
        raise ValueError("padding")
    return padded[: -padded[-1]]


def _algorithm(element: Any, path: str) -> str:
    return str(element.xpath(f"string(({path})[1]/@Algorithm)", namespaces=_NAMES))


def _cipher_value(element: Any, path: str) -> bytes:
    text = str(element.xpath(f"string(({path})[1]/xenc:CipherData/xenc:CipherValue)", namespaces=_NAMES))
    return base64.b64decode("".join(text.split()), validate=True)
