"""Published AWS CLI examples about threat protection, branding, import jobs and identity pools."""

from __future__ import annotations

from cognito_emulator.conformance.preconditions import Given, Json, precondition
from cognito_emulator.conformance.recordings import load
from cognito_emulator.conformance.world import World

_SOURCE = "aws-cli-examples/cli-example-"
_POOL_A, _POOL_E = "us-west-2_aaaaaaaaa", "us-west-2_EXAMPLE"


def recorded_body(scenario: str) -> Json:
    """The answer of a scenario's first step: what a request described by it has to hold."""
    return dict(load()[scenario][0].response["body"])


def _risk_settings(scenario: str) -> Json:
    settings = dict(recorded_body(scenario)["RiskConfiguration"])
    for name in ("UserPoolId", "ClientId", "LastModifiedDate"):
        settings.pop(name, None)
    return settings


@precondition(_SOURCE + "describe-risk-configuration")
def describe_risk_configuration(w: World) -> Given:
    """The pool has exactly the configuration that the answer shows."""
    w.make_pool(_POOL_A, UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"}, UserPoolTier="PLUS")
    settings = _risk_settings(_SOURCE + "describe-risk-configuration")
    w.call("SetRiskConfiguration", UserPoolId=w.pool, **settings)
    return None


@precondition(_SOURCE + "set-risk-configuration")
def set_risk_configuration(w: World) -> Given:
    """The published file is described by the answer."""
    w.make_pool(
        *(
            value
            for value in [recorded_body(_SOURCE + "set-risk-configuration")["RiskConfiguration"].get("UserPoolId")]
            if value
        ),
        UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"},
        UserPoolTier="PLUS",
    )
    client = w.make_client("1example23456789")
    return {"UserPoolId": w.pool, "ClientId": client, **_risk_settings(_SOURCE + "set-risk-configuration")}


def _branded_pool(w: World, *recorded: str) -> None:
    w.make_pool(*recorded)
    w.call("CreateUserPoolDomain", UserPoolId=w.pool, Domain=w.unique("brand"))


@precondition(_SOURCE + "get-ui-customization")
def get_ui_customization(w: World) -> Given:
    _branded_pool(w, _POOL_E)
    client = w.make_client("1example23456789")
    css = recorded_body(_SOURCE + "get-ui-customization")["UICustomization"]["CSS"]
    w.call("SetUICustomization", UserPoolId=w.pool, ClientId=client, CSS=css, ImageFile=PIXEL)
    return None


PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@precondition(_SOURCE + "set-ui-customization", _SOURCE + "set-ui-customization-2")
def set_ui_customization(w: World) -> Given:
    """The shell of the example turns `\\n` and `\\t` into line feeds and tabs."""
    _branded_pool(w, "us-west-2_ywDJHlIfU")
    w.make_client("14pq32c5q2uq2q7keorloqvb23")
    css = recorded_body(_SOURCE + "set-ui-customization")["UICustomization"]["CSS"]
    return {"CSS": css, "ImageFile": PIXEL}


@precondition(_SOURCE + "update-managed-login-branding")
def update_managed_login_branding(w: World) -> Given:
    """The published file is described by the answer."""
    shown = recorded_body(_SOURCE + "update-managed-login-branding")["ManagedLoginBranding"]
    w.make_pool(shown["UserPoolId"])
    client = w.make_client()
    made = w.call("CreateManagedLoginBranding", UserPoolId=w.pool, ClientId=client, UseCognitoProvidedValues=True)[
        "ManagedLoginBranding"
    ]
    return {
        "UserPoolId": w.pool,
        "ManagedLoginBrandingId": made["ManagedLoginBrandingId"],
        "Settings": shown["Settings"],
        "Assets": shown["Assets"],
    }


def _import_job(w: World, role: str, name: str = "Customer import") -> str:
    made = w.call("CreateUserImportJob", UserPoolId=w.pool, JobName=name, CloudWatchLogsRoleArn=role)
    return str(made["UserImportJob"]["JobId"])


_LOGS_ROLE = "arn:aws:iam::123456789012:role/example-cloudwatch-logs-role"


def _row(header: list[str], username: str, verified: str = "TRUE") -> str:
    values = {
        "cognito:username": username,
        "cognito:mfa_enabled": "FALSE",
        "email": f"{username}@example.com",
        "email_verified": verified,
    }
    return ",".join(values.get(column, "") for column in header)


def _upload(w: World, job: str, users: int = 0, verified: str = "TRUE") -> None:
    """Put a file with the header of the pool and some users to the job's address."""
    from urllib.parse import urlsplit

    described = w.call("DescribeUserImportJob", UserPoolId=w.pool, JobId=job)["UserImportJob"]
    header = list(w.call("GetCSVHeader", UserPoolId=w.pool)["CSVHeader"])
    rows = [",".join(header), *(_row(header, f"{job}-{number}", verified) for number in range(users))]
    address = urlsplit(described["PreSignedUrl"])
    target = f"{address.path}?{address.query}"
    w.endpoint.transport.send(
        "PUT",
        target,
        {"Host": address.netloc, "x-amz-server-side-encryption": "aws:kms"},
        ("\n".join(rows) + "\n").encode(),
    )


def _import(w: World, job: str, users: int, verified: str) -> None:
    """Start a job with a file, and wait for its end."""
    import time

    _upload(w, job, users, verified)
    w.call("StartUserImportJob", UserPoolId=w.pool, JobId=job)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        shown = w.call("DescribeUserImportJob", UserPoolId=w.pool, JobId=job)["UserImportJob"]
        if shown["Status"] not in ("Pending", "InProgress"):
            return
        time.sleep(0.05)


@precondition(_SOURCE + "start-user-import-job")
def start_user_import_job(w: World) -> Given:
    w.make_pool(_POOL_E, AutoVerifiedAttributes=["email"])
    job = _import_job(w, _LOGS_ROLE)
    _upload(w, job)
    return {"JobId": job}


@precondition(_SOURCE + "stop-user-import-job")
def stop_user_import_job(w: World) -> Given:
    """The job was started a moment ago, and is not over yet."""
    w.make_pool(_POOL_E, AutoVerifiedAttributes=["email"])
    job = _import_job(w, _LOGS_ROLE)
    _upload(w, job, 5_000)
    w.call("StartUserImportJob", UserPoolId=w.pool, JobId=job)
    w.say_nothing_of("body.UserImportJob.ImportedUsers", "how far the job came when it was stopped is a matter of time")
    return {"JobId": job}


@precondition(_SOURCE + "list-user-import-jobs")
def list_user_import_jobs(w: World) -> Given:
    """Four jobs with the outcomes that the answer shows: one expired, one with a bad row, one that went well."""
    w.make_pool(_POOL_E, AutoVerifiedAttributes=["email"])
    role = "arn:aws:iam::123456789012:role/service-role/Cognito-UserImport-Role"
    for number, users, verified in ((4, 0, ""), (3, 6, "TRUE"), (2, 1, "FALSE"), (1, 0, "")):
        job = _import_job(w, role, f"Test-import-job-{number}")
        if users:
            _import(w, job, users, verified)
        w.advance(1)
    w.advance(25 * 3600)
    return None


def identity_pool(w: World, *recorded: str, **settings: object) -> str:
    """Create an identity pool and bind its id."""
    settings.setdefault("IdentityPoolName", "MyIdentityPool")
    settings.setdefault("AllowUnauthenticatedIdentities", False)
    made = w.call("CreateIdentityPool", "cognito-identity", **settings)
    pool = str(made["IdentityPoolId"])
    w.delete_later("DeleteIdentityPool", "cognito-identity", IdentityPoolId=pool)
    w.facts["identity pool"] = pool
    for name in recorded:
        w.bind(name, pool)
    return pool


def provider_of(w: World) -> Json:
    """The user pool of the world as a provider of an identity pool."""
    region = w.region or w.endpoint.region
    name = f"cognito-idp.{region}.amazonaws.com/{w.pool}"
    return {"ProviderName": name, "ClientId": w.client, "ServerSideTokenCheck": False}


_IDENTITY_POOL = "us-west-2:11111111-1111-1111-1111-111111111111"
_PUBLISHED_CLIENT = "3n4b5urk1ft4fl3mg5e62d9ado"


def _user_pool_in_the_west(w: World) -> None:
    w.region = "us-west-2"
    w.make_pool("us-west-2_aaaaaaaaa", "us-west-2_111111111")
    w.make_client(_PUBLISHED_CLIENT)


@precondition(_SOURCE + "create-identity-pool")
def create_identity_pool(w: World) -> Given:
    _user_pool_in_the_west(w)
    return None


@precondition(_SOURCE + "describe-identity-pool", _SOURCE + "update-identity-pool")
def an_identity_pool(w: World) -> Given:
    _user_pool_in_the_west(w)
    identity_pool(w, _IDENTITY_POOL, CognitoIdentityProviders=[provider_of(w)])
    return None


@precondition(_SOURCE + "get-identity-pool-roles")
def get_identity_pool_roles(w: World) -> Given:
    w.region = "us-west-2"
    pool = identity_pool(w, _IDENTITY_POOL)
    account = w.account()
    w.bind("111111111111", account)
    role = f"arn:aws:iam::{account}:role/Cognito_MyIdentityPool{{}}_Role"
    roles = {"authenticated": role.format("Auth"), "unauthenticated": role.format("Unauth")}
    w.call("SetIdentityPoolRoles", "cognito-identity", IdentityPoolId=pool, Roles=roles)
    return None
