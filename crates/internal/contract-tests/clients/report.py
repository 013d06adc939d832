"""What the Python programs share: the values of the run, and a line for each call."""

import json
import os

# The addresses, accounts and texts of the run.
v = json.loads(os.environ["VALUES"])


def report(call, ask):
    """Says what a call gave its caller."""
    try:
        outcome = ask()
    except Exception as error:
        outcome = f"raised {type(error).__name__}"
    print(json.dumps([call, str(outcome).lower() if isinstance(outcome, bool) else str(outcome)]), flush=True)
    return outcome


def inner(product):
    """The product's answer out of POD's envelope, which is an object or a string of JSON, as a dictionary."""
    return json.loads(product) if isinstance(product, str) else product


def count(envelope):
    """How many items an envelope of Sabapayamak has."""
    return len(envelope.data or [])


def sent_id(envelope):
    """The message that an envelope of Sabapayamak says was sent."""
    return envelope.data.get("Id", envelope.data.get("id"))
