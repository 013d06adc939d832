"""What the property-based tester must know about the providers. The accounts are those that the sandbox prints."""

import json
import os

import schemathesis

ACCOUNTS = {
    "scApiKey": "PAYVAND_POD_API_KEY",
    "Username": "PAYVAND_SABAPAYAMAK_USERNAME",
    "Password": "PAYVAND_SABAPAYAMAK_PASSWORD",
    "VirtualNumber": "PAYVAND_SABAPAYAMAK_VIRTUAL_NUMBER",
    "userName": "PAYVAND_SMSAFZAR_USERNAME",
    "password": "PAYVAND_SMSAFZAR_PASSWORD",
    "domain": "PAYVAND_SMSAFZAR_DOMAIN",
}


# JSON that is labelled as HTML or text is checked too.
@schemathesis.deserializer("text/html", "text/plain")
def json_or_text(ctx, response):
    text = response.content.decode("utf-8")
    try:
        return json.loads(text)
    except ValueError:
        return text


# Made-up credentials would be refused before anything else is.
@schemathesis.hook
def map_body(ctx, body):
    if isinstance(body, dict):
        body = {name: os.environ[ACCOUNTS[name]] if name in ACCOUNTS else value for name, value in body.items()}
    return body
