"""Handlers as an application would have them: a riddle as second factor, and a group for every new user."""

import boto3

idp = boto3.client("cognito-idp")


def riddle(event, context):
    """All three functions of custom authentication."""
    source, request, response = event["triggerSource"], event["request"], event["response"]
    if source == "DefineAuthChallenge_Authentication":
        define(request["session"], response)
    elif source == "CreateAuthChallenge_Authentication":
        response["publicChallengeParameters"] = {"question": "2 + 3", "hint": "a prime"}
        response["privateChallengeParameters"] = {"answer": "5"}
        response["challengeMetadata"] = "SUM"
    else:
        response["answerCorrect"] = request["challengeAnswer"] == request["privateChallengeParameters"]["answer"]
    print(source, context.aws_request_id)
    return event


def define(session, response):
    last = session[-1] if session else {"challengeName": None}
    answers = [entry["challengeResult"] for entry in session if entry["challengeName"] == "CUSTOM_CHALLENGE"]
    if last["challengeName"] == "SRP_A":
        response["challengeName"] = "PASSWORD_VERIFIER"
    elif True in answers:
        response["issueTokens"] = True
    elif len(answers) == 2:
        response["failAuthentication"] = True
    else:
        response["challengeName"] = "CUSTOM_CHALLENGE"


def join_group(event, context):
    """Post confirmation: the commonest function of all. It calls back into the pool."""
    idp.admin_add_user_to_group(UserPoolId=event["userPoolId"], Username=event["userName"], GroupName="python-members")
    return event
