"""Where the file of an import job is uploaded: an address that is signed and good for fifteen minutes.

On AWS it is one of S3, in a bucket of the service; here it is on the endpoint that the job was made at. Requests are
answered as S3 does. Sources: recording aws-cli-examples/cli-example-start-user-import-job/1 (form of the address);
Amazon S3 API reference, "Error responses"; reference user-pools.md §7 (the header that is signed).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode
from xml.sax.saxutils import escape

from cognito_emulator.aws.call import Call, HttpRequest, HttpResponse
from cognito_emulator.clock import iso
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools.import_records import IMPORT_FILES, IMPORT_JOBS, ImportFile
from cognito_emulator.user_pools.records import POOLS, Pool

if TYPE_CHECKING:
    from cognito_emulator.emulator import Emulator

PREFIX = "/aws-cognito-idp-user-import/"
SECONDS = 899
_PATH = re.compile(re.escape(PREFIX) + r"[0-9]+/([\w-]+_[0-9a-zA-Z]+)/(import-[0-9a-zA-Z-]+)")
_ENCRYPTION = "x-amz-server-side-encryption"
_HOW = "aws:kms"


def address(call: Call, pool: Pool, job_id: str) -> str:
    """The signed address for the file of a new job."""
    path = f"{PREFIX}{pool.account}/{pool.id}/{job_id}"
    moment = re.sub(r"[-:]|\.\d+", "", iso(call.now))
    query = urlencode(
        {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Date": moment,
            "X-Amz-SignedHeaders": f"host;{_ENCRYPTION}",
            "X-Amz-Expires": str(SECONDS),
            "X-Amz-Credential": f"{call.access_key}/{moment[:8]}/{pool.region}/s3/aws4_request",
        }
    )
    return f"{call.request.base_url}{path}?{query}&X-Amz-Signature={_signature(pool, path, query)}"


def answer(emulator: Emulator, request: HttpRequest) -> HttpResponse:
    """Take a file. It may be uploaded again, until the address expires."""
    found = _PATH.fullmatch(request.path)
    pool = emulator.store.reader.get(POOLS, found.group(1)) if found else None
    job = emulator.store.reader.get(IMPORT_JOBS, pool.id, found.group(2)) if found and pool else None
    query, _, signature = request.query.rpartition("&X-Amz-Signature=")
    if pool is None or job is None or not query:
        return _refused(emulator, "AccessDenied", "Access Denied")
    if emulator.clock.now() > job.created + SECONDS:
        return _refused(emulator, "AccessDenied", "Request has expired")
    query = urlencode(parse_qsl(query))
    right = hmac.compare_digest(signature.encode(), _signature(pool, request.path, query).encode())
    if not right or request.method != "PUT" or request.headers.get(_ENCRYPTION) != _HOW:
        return _refused(
            emulator,
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. "
            "Check your key and signing method.",
        )
    try:
        text = request.body.decode()
    except UnicodeDecodeError:
        text = None
    file = ImportFile(pool.id, job.id, len(request.body), text)

    def step(tx: Transaction) -> None:
        if tx.get(IMPORT_JOBS, file.pool_id, file.job_id) is not None:
            tx.put(IMPORT_FILES, file)

    emulator.store.transact(step)
    tag = hashlib.sha256(request.body).hexdigest()[:32]
    return HttpResponse(200, {"ETag": f'"{tag}"', _ENCRYPTION: _HOW, "x-amz-request-id": emulator.randomness.uuid()})


def _signature(pool: Pool, path: str, query: str) -> str:
    signed = "\n".join(("PUT", path, query, f"{_ENCRYPTION}:{_HOW}"))
    return hmac.new(bytes.fromhex(pool.secret), signed.encode(), hashlib.sha256).hexdigest()


def _refused(emulator: Emulator, code: str, text: str) -> HttpResponse:
    request_id = emulator.randomness.uuid()
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{escape(text)}</Message><RequestId>{request_id}</RequestId></Error>"
    )
    return HttpResponse(403, {"Content-Type": "application/xml", "x-amz-request-id": request_id}, body.encode())
