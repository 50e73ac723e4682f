"""From nothing to verified tokens: starts an emulator, signs a user up, confirms, signs in, verifies the tokens."""

from __future__ import annotations

import jwt

from cognito_emulator.http.live import LiveServer

with LiveServer() as server:
    cognito = server.client("cognito-idp")
    pool_id = cognito.create_user_pool(PoolName="first", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
    client_id = cognito.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="app",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]["ClientId"]
    print(f"user pool {pool_id}, app client {client_id} on {server.endpoint_url}")

    cognito.sign_up(
        ClientId=client_id,
        Username="jane",
        Password="Passw0rd!",
        UserAttributes=[{"Name": "email", "Value": "jane@example.com"}],
    )
    message = server.messages(destination="jane@example.com", wait=5)[-1]
    print(f"{message['destination']} got: {message['subject']}: {message['code']}")
    cognito.confirm_sign_up(ClientId=client_id, Username="jane", ConfirmationCode=message["code"])

    tokens = cognito.initiate_auth(
        ClientId=client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "jane", "PASSWORD": "Passw0rd!"},
    )["AuthenticationResult"]
    issuer = f"{server.endpoint_url}/{pool_id}"
    keys = jwt.PyJWKClient(f"{issuer}/.well-known/jwks.json")
    claims = jwt.decode(
        tokens["IdToken"],
        keys.get_signing_key_from_jwt(tokens["IdToken"]),
        algorithms=["RS256"],
        audience=client_id,
        issuer=issuer,
    )
    print(f"signed in as {claims['cognito:username']} <{claims['email']}>, token verified against {issuer}")
