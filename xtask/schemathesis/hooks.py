"""What the property-based tester must know about the providers. The accounts are those that the sandbox prints."""

import json
import os

import schemathesis

ACCOUNTS = {
    "token": "PAYVAND_APARAT_TOKEN",
    "_token_": "PAYVAND_POD_TOKEN",
    "scApiKey": "PAYVAND_POD_API_KEY",
    "Username": "PAYVAND_SABAPAYAMAK_USERNAME",
    "Password": "PAYVAND_SABAPAYAMAK_PASSWORD",
    "VirtualNumber": "PAYVAND_SABAPAYAMAK_VIRTUAL_NUMBER",
    "userName": "PAYVAND_SMSAFZAR_USERNAME",
    "password": "PAYVAND_SMSAFZAR_PASSWORD",
    "domain": "PAYVAND_SMSAFZAR_DOMAIN",
}


@schemathesis.deserializer("text/html", "text/plain")
def text(ctx, response):
    return response.content.decode("utf-8")


# JSON that is labelled as HTML is still to be looked at.
@schemathesis.hook
def after_call(ctx, case, response):
    try:
        is_object = isinstance(json.loads(response.content), dict)
    except ValueError:
        is_object = False
    if is_object:
        response.headers["content-type"] = ["application/json"]


def with_accounts(arguments):
    """Made-up credentials would be refused before anything else is."""
    if not isinstance(arguments, dict):
        return arguments
    return {name: os.environ[ACCOUNTS[name]] if name in ACCOUNTS else value for name, value in arguments.items()}


@schemathesis.hook
def map_body(ctx, body):
    return with_accounts(body)


@schemathesis.hook
def map_query(ctx, query):
    return with_accounts(query)


@schemathesis.hook
def map_headers(ctx, headers):
    return with_accounts(headers)
