"""RS256 signatures, made while other threads run.

The package `cryptography` holds Python's lock while it signs, so a server would sign on one core however many there are.
The OpenSSL that Python itself is linked with can be called without the lock; where there is none (Python may contain
its own), `cryptography` signs.
"""

from __future__ import annotations

import ctypes
import weakref
from collections.abc import Callable
from ctypes import byref, c_char_p, c_int, c_long, c_size_t, c_void_p
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

Sign = Callable[[bytes], bytes]

_PADDING, _DIGEST = PKCS1v15(), SHA256()
_SIZE_POINTER = ctypes.POINTER(c_size_t)


def signer(private: RSAPrivateKey) -> Sign:
    """A function that signs bytes with a key."""
    openssl = _openssl()
    if openssl is not None:
        try:
            return _OpenSslKey(openssl, private).sign
        except RuntimeError:
            pass  # an OpenSSL that refuses the key, or SHA-256
    return lambda signed: private.sign(signed, _PADDING, _DIGEST)


class _OpenSsl:
    """The functions of libcrypto that signing takes (OpenSSL 1.1.1 and later). Raises AttributeError without them."""

    def __init__(self, library: ctypes.CDLL) -> None:
        def function(name: str, result: Any, *arguments: Any) -> Any:
            found = getattr(library, name)
            found.restype, found.argtypes = result, arguments
            return found

        self.read_key = function("d2i_AutoPrivateKey", c_void_p, c_void_p, c_void_p, c_long)
        self.free_key = function("EVP_PKEY_free", None, c_void_p)
        self.new_context = function("EVP_MD_CTX_new", c_void_p)
        self.free_context = function("EVP_MD_CTX_free", None, c_void_p)
        self.begin = function("EVP_DigestSignInit", c_int, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p)
        self.sign = function("EVP_DigestSign", c_int, c_void_p, c_void_p, _SIZE_POINTER, c_char_p, c_size_t)
        self.sha256 = function("EVP_sha256", c_void_p)()


@cache
def _openssl() -> _OpenSsl | None:
    spec = find_spec("_hashlib")
    if spec is None or spec.origin is None:
        return None
    try:
        return _OpenSsl(ctypes.CDLL(spec.origin))
    except (OSError, AttributeError):
        return None


class _OpenSslKey:
    """A key in OpenSSL's hands. Any thread may sign."""

    def __init__(self, openssl: _OpenSsl, private: RSAPrivateKey) -> None:
        self._openssl = openssl
        self._size = (private.key_size + 7) // 8
        der = private.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        start = c_char_p(der)
        self._key = openssl.read_key(None, byref(start), len(der))
        if not self._key:
            raise RuntimeError("OpenSSL does not read the key")
        # Not at the end of the process: a thread that still signs needs the key.
        weakref.finalize(self, openssl.free_key, self._key).atexit = False
        self.sign(b"")

    def sign(self, signed: bytes) -> bytes:
        openssl = self._openssl
        context = openssl.new_context()
        try:
            signature, size = ctypes.create_string_buffer(self._size), c_size_t(self._size)
            if (
                openssl.begin(context, None, openssl.sha256, None, self._key) != 1
                or openssl.sign(context, signature, byref(size), signed, len(signed)) != 1
            ):
                raise RuntimeError("OpenSSL does not sign")
            return signature.raw[: size.value]
        finally:
            openssl.free_context(context)
