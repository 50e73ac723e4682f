"""Branding of the classic pages: CSS and a logo, for one client or for all."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime, timezone

from cognito_emulator.aws.call import Answer, Call, Params
from cognito_emulator.aws.timestamps import Timestamp
from cognito_emulator.store.interface import Transaction
from cognito_emulator.user_pools import domains, errors, repository
from cognito_emulator.user_pools.domain_records import UI_CUSTOMIZATIONS, UiCustomization
from cognito_emulator.user_pools.records import Pool
from cognito_emulator.user_pools.schema import classic_css
from cognito_emulator.user_pools.service import operation

LARGEST_IMAGE = 100 * 1024
LARGEST_REQUEST = 135 * 1024
_BEGINNINGS = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


@operation
def set_ui_customization(call: Call, params: Params) -> Answer:
    """Set CSS and logo together: what is left out is removed.

    Source: API reference, SetUICustomization; reference oauth-and-hosted-ui.md §14.
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    client_id = _client_id(call, pool, params)
    if domains.main_domain(call.reader, pool) is None:
        raise errors.no_domain_for_customization()
    if len(call.request.body) > LARGEST_REQUEST:
        raise errors.customization_too_large()
    css, image = params.get("CSS"), params.get("ImageFile")
    if css:
        classic_css.check(css)
    kind = _image_type(image) if image else ""

    def step(tx: Transaction) -> UiCustomization:
        earlier = tx.get(UI_CUSTOMIZATIONS, pool.id, client_id)
        customization = UiCustomization(
            pool.id,
            client_id,
            created=earlier.created if earlier else call.now,
            modified=call.now,
            css=css or None,
            css_version=_moment(call.now),
            image=image or None,
            image_type=kind,
        )
        tx.put(UI_CUSTOMIZATIONS, customization)
        return customization

    return {"UICustomization": _shown(call, pool, call.transact(step))}


@operation
def get_ui_customization(call: Call, params: Params) -> Answer:
    """Show the branding of a client, or that of all clients: an empty object where there is none.

    Source: API reference, GetUICustomization; that a domain is needed, and what is left after a removal, from what
    terraform-provider-aws saw on AWS (user_pool_ui_customization_test.go).
    """
    pool = repository.pool_of_caller(call, params["UserPoolId"])
    client_id = _client_id(call, pool, params)
    if domains.main_domain(call.reader, pool) is None:
        raise errors.no_domain_for_customization()
    customization = domains.ui_customization(call.reader, pool, client_id)
    if customization is None:
        return {"UICustomization": {}}
    return {"UICustomization": _shown(call, pool, customization)}


def _client_id(call: Call, pool: Pool, params: Params) -> str:
    client_id = str(params.get("ClientId") or domains.ALL_CLIENTS)
    if client_id != domains.ALL_CLIENTS:
        repository.client_of_pool(call.reader, pool, client_id)
    return client_id


def _image_type(image: str) -> str:
    try:
        content = base64.b64decode(image, validate=True)
    except (binascii.Error, ValueError):
        raise errors.invalid_image() from None
    if len(content) > LARGEST_IMAGE:
        raise errors.image_too_large()
    kind = next((kind for beginning, kind in _BEGINNINGS if content.startswith(beginning)), None)
    if kind is None:
        raise errors.invalid_image()
    return kind


def _shown(call: Call, pool: Pool, customization: UiCustomization) -> Answer:
    if customization.is_removed:
        left = {"ClientId": customization.client_id, "UserPoolId": pool.id, "CSSVersion": customization.css_version}
        return dict(left)
    shown: Answer = {
        "ClientId": customization.client_id,
        "CreationDate": Timestamp(customization.created),
        "LastModifiedDate": Timestamp(customization.modified),
        "UserPoolId": pool.id,
    }
    if customization.css:
        shown["CSS"] = customization.css
        shown["CSSVersion"] = customization.css_version
    if customization.image:
        shown["ImageUrl"] = domains.image_url(call, pool, customization)
    return shown


def _moment(now: float) -> str:
    return datetime.fromtimestamp(now, timezone.utc).strftime("%Y%m%d%H%M%S")
