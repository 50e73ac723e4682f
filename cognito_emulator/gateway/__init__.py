"""`cognito-emulator gateway`: what stands between users and an app on AWS, for development.

A reverse proxy that enforces, per route, an API Gateway HTTP API's JWT authorizer (`http_api`), a REST API's
COGNITO_USER_POOLS authorizer (`rest_api`), or an Application Load Balancer's `authenticate-cognito` action
(`load_balancer`). `app` has the way of one request.
"""
