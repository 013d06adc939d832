"""openapi-python-client."""

import importlib
import sys

from made.aparat import Client as AparatClient
from made.aparat.api.panel import panel
from made.aparat.models import PanelType
from made.podlink import Client as PodlinkClient
from made.podlink.api.gateway import do_service_call
from made.podlink.models import (
    Call,
    CallKind,
    CallScProductId,
    CallSetStatus,
    DoServiceCallTokenIssuer,
    Kind,
)
from made.podlink.types import UNSET
from made.sabapayamak import Client as SabapayamakClient
from made.sabapayamak.api.login import authenticate as sabapayamak_login
from made.sabapayamak.models import Login as SabapayamakLogin
from made.smsafzar import Client as SmsafzarClient
from made.smsafzar.api.login import authenticate as smsafzar_login
from made.smsafzar.models import Login as SmsafzarLogin
from made.sabapayamakapi import AuthenticatedClient as SabapayamakApiClient
from made.sabapayamakapi.api import sms as sabapayamak_sms
from made.sabapayamakapi.models import Message as SabapayamakMessage
from made.smsafzarapi import AuthenticatedClient as SmsafzarApiClient
from made.smsafzarapi.api import sms as smsafzar_sms
from made.smsafzarapi.models import Bulk, Message, StatusQuery, Template, TemplateParameter
from report import count, inner, report, sent_id, v


def aparat(alone=False):
    client = AparatClient(base_url=v["url"])

    def ask(token=v["aparat_token"], **query):
        return panel.sync(client=client, token=token, **query)

    order = {"link": v["link"], "count": 50, "type_": PanelType.LIKE}
    if alone:
        report("order", lambda: ask(**order).uniqid)
        return
    report("account", lambda: ask().balance)
    report("account refused", lambda: ask(token="nobody").message)
    uniqid = report("order", lambda: ask(**order).uniqid)
    report("order refused", lambda: ask(token=v["aparat_poor_token"], **{**order, "count": 100}).message)
    report("order_status", lambda: ask(uniqid=uniqid).state)
    report("order_status refused", lambda: ask(uniqid="none").message)


gateway = PodlinkClient(base_url=v["url"])


def ask(product, key=v["pod_key"], **fields):
    body = Call(sc_product_id=CallScProductId(product), sc_api_key=key, **fields)
    issuer = DoServiceCallTokenIssuer.VALUE_0
    return do_service_call.sync(client=gateway, body=body, field_token=v["pod_token"], field_token_issuer=issuer)


def call(product, **fields):
    return inner(ask(product, **fields).result.result)


def podlink():
    add = {"url_or_content": v["text"], "shorten_object_kind": Kind.CONTENT}
    link = report("add_link", lambda: call(46410, **add)["result"]["hash"])
    report("add_link refused", lambda: call(46410, **add, hash_=link)["code"])
    report("visit", lambda: ask(46411, hash_=link))
    report("visit refused", lambda: call(46411, hash_="none")["code"])
    listing = {"order_asc": False, "search_sub_string": v["word"]}
    report("list_links", lambda: call(46412, **listing)["result"]["totalCount"])
    report("list_links refused", lambda: call(46412, **listing, key="none")["code"])
    switch = {"set_status": CallSetStatus.DEACTIVE}
    report("set_status", lambda: call(46413, **switch, hash_=link)["result"])
    report("set_status refused", lambda: call(46413, **switch, hash_="none")["code"])
    stats = {"kind": CallKind.MONTH}
    report("click_stats", lambda: call(46414, **stats, hash_=link)["result"]["totalCount"])
    report("click_stats refused", lambda: call(46414, **stats, hash_="none")["code"])


def redirect():
    """A visit to a link elsewhere; what comes back does not matter."""
    add = {"url_or_content": v["elsewhere"], "shorten_object_kind": Kind.LINK}
    added = call(46410, **add)
    report("add_link", lambda: added["code"])
    link = added["result"]["hash"]
    report("visit", lambda: ask(46411, hash_=link))


def absent():
    """An absent optional field, given as nothing."""
    add = {"url_or_content": v["text"], "shorten_object_kind": Kind.CONTENT}
    report("add_link", lambda: call(46410, **add, tags=UNSET)["code"])


def sabapayamak():
    client = SabapayamakClient(base_url=v["url"])

    def login(password):
        number, days = v["saba_number"], 15
        login = SabapayamakLogin(
            username=v["saba_username"], password=password, virtual_number=number, token_valid_day=days
        )
        return sabapayamak_login.sync(client=client, body=login)

    def token():
        session = login(v["saba_password"]).data
        return session["token"] if "token" in session else session["Token"]

    report("authenticate", lambda: {str: "string"}[type(token())])
    report("authenticate refused", lambda: login("wrong-password").errors[0].code)


def smsafzar(numbers=False):
    client = SmsafzarClient(base_url=v["url"])

    def login(password):
        login = SmsafzarLogin(user_name=v["afzar_username"], password=password, domain=v["afzar_domain"])
        return smsafzar_login.sync(client=client, body=login)

    if numbers:
        report("authenticate refused", lambda: login(v["afzar_password"]).error_code)
        return
    report("authenticate", lambda: {str: "string"}[type(login(v["afzar_password"]).token)])
    report("authenticate refused", lambda: login("wrong-password").error_code)


def asking(package, client):
    """The function that makes a call of a package by its name."""

    def ask(name, *path, **arguments):
        module = importlib.import_module(f"{package.__name__}.{name}")
        return module.sync(*path, client=client, **arguments)

    return ask


def smsafzar_api():
    token = None

    def log_in():
        nonlocal token
        client = SmsafzarClient(base_url=v["url"])
        login = SmsafzarLogin(user_name=v["afzar_username"], password=v["afzar_password"], domain=v["afzar_domain"])
        token = smsafzar_login.sync(client=client, body=login).token
        return {str: "string"}[type(token)]

    report("authenticate", log_in)
    ask = asking(smsafzar_sms, SmsafzarApiClient(base_url=v["url"], token=token))
    message = Message(sender_number=v["line"], recipient_number=v["mobile"], content=v["text"])
    sent = report("send", lambda: ask("send", body=message).sent_message_ides[0])
    bulk = Bulk(
        sender_numbers=[v["line"]],
        recipient_numbers=[v["mobile"], "09350000000"],
        contents=["سلام"],
        send_timestamp=4102444800,
    )
    batch = None

    def send_bulk():
        nonlocal batch
        batch_sent = ask("send_bulk", body=bulk)
        batch = str(batch_sent.batch_id)
        return len(batch_sent.sent_message_ides)

    report("send_bulk", send_bulk)
    report("cancel", lambda: "done" if ask("cancel", batch) else "not done")
    report("cancel refused", lambda: ask("cancel", "none").error_code)
    code = [TemplateParameter(name="code", value="۱۲۳۴")]
    template = Template(recipient_number=v["mobile"], template_id=v["template"], parameters=code)
    report("send_template", lambda: len(ask("send_template", body=template).sent_message_ides))
    query = StatusQuery(sent_message_ides=[sent])
    report("status", lambda: len(ask("status", body=query)["messages"]))
    report("received", lambda: len(ask("received", count=5)["messages"]))
    report("balance", lambda: ask("balance").unit)


def sabapayamak_api():
    token = None

    def log_in():
        nonlocal token
        client = SabapayamakClient(base_url=v["url"])
        login = SabapayamakLogin(
            username=v["saba_username"],
            password=v["saba_password"],
            virtual_number=v["saba_number"],
            token_valid_day=15,
        )
        session = sabapayamak_login.sync(client=client, body=login).data
        token = session["token"] if "token" in session else session["Token"]
        return {str: "string"}[type(token)]

    report("authenticate", log_in)
    ask = asking(sabapayamak_sms, SabapayamakApiClient(base_url=v["url"], token=token))
    span = {"start_date": v["first"], "end_date": v["last"]}
    line = v["saba_number"]
    message = SabapayamakMessage(text=v["text"], numbers=[v["mobile"]])
    sent = report("send", lambda: sent_id(ask("send", body=message)))
    report("messages", lambda: count(ask("messages", **span)))
    report("message", lambda: ask("message", str(sent)).status)
    report("messages_of_line", lambda: count(ask("messages_of_line", line)))
    report("deliveries", lambda: count(ask("deliveries", str(sent))))
    report("credit", lambda: ask("credit").status)
    report("credits", lambda: count(ask("credits_", **span)))
    report("latest_credits", lambda: count(ask("latest_credits", "5")))
    report("received", lambda: count(ask("received", **span)))
    report("received_by_id", lambda: ask("received_by_id", "1").status)
    report("received_on_line", lambda: count(ask("received_on_line", line)))
    report("unread_between", lambda: count(ask("unread_between", **span)))
    report("unread", lambda: count(ask("unread")))
    report("unread_on_line", lambda: count(ask("unread_on_line", line)))


{
    "aparat": aparat,
    "text/html": lambda: aparat(alone=True),
    "broken": lambda: aparat(alone=True),
    "podlink": podlink,
    "redirect": redirect,
    "absent": absent,
    "sabapayamak": sabapayamak,
    "smsafzar": smsafzar,
    "numbers": lambda: smsafzar(numbers=True),
    "smsafzar-api": smsafzar_api,
    "sabapayamak-api": sabapayamak_api,
}[sys.argv[1]]()
