"""openapi-generator's python."""

import sys

import made_aparat
import made_podlink
import made_sabapayamak
import made_sabapayamakapi
import made_smsafzar
import made_smsafzarapi
from report import count, inner, report, sent_id, v


def api_of(module, name, token=None):
    client = module.ApiClient(module.Configuration(host=v["url"], access_token=token))
    return getattr(module, name)(client)


def aparat(alone=False):
    api = api_of(made_aparat, "PanelApi")

    def ask(token=v["aparat_token"], **query):
        return api.panel(token=token, **query)

    order = {"link": v["link"], "count": 50, "type": "like"}
    if alone:
        report("order", lambda: ask(**order).uniqid)
        return
    report("account", lambda: ask().balance)
    report("account refused", lambda: ask(token="nobody").message)
    uniqid = report("order", lambda: ask(**order).uniqid)
    report("order refused", lambda: ask(token=v["aparat_poor_token"], **{**order, "count": 100}).message)
    report("order_status", lambda: ask(uniqid=uniqid).state)
    report("order_status refused", lambda: ask(uniqid="none").message)


def ask(product, key=v["pod_key"], **fields):
    api = api_of(made_podlink, "GatewayApi")
    return api.do_service_call(v["pod_token"], "1", sc_product_id=product, sc_api_key=key, **fields)


def call(product, **fields):
    return inner(ask(product, **fields).result.result)


def podlink():
    add = {"url_or_content": v["text"], "shorten_object_kind": "content"}
    link = report("add_link", lambda: call(46410, **add)["result"]["hash"])
    report("add_link refused", lambda: call(46410, **add, hash=link)["code"])
    report("visit", lambda: ask(46411, hash=link))
    report("visit refused", lambda: call(46411, hash="none")["code"])
    listing = {"order_asc": False, "search_sub_string": v["word"]}
    report("list_links", lambda: call(46412, **listing)["result"]["totalCount"])
    report("list_links refused", lambda: call(46412, **listing, key="none")["code"])
    switch = {"set_status": "deactive"}
    report("set_status", lambda: call(46413, **switch, hash=link)["result"])
    report("set_status refused", lambda: call(46413, **switch, hash="none")["code"])
    report("click_stats", lambda: call(46414, kind="month", hash=link)["result"]["totalCount"])
    report("click_stats refused", lambda: call(46414, kind="month", hash="none")["code"])


def redirect():
    """A visit to a link elsewhere; what comes back does not matter."""
    added = call(46410, url_or_content=v["elsewhere"], shorten_object_kind="link")
    report("add_link", lambda: added["code"])
    link = added["result"]["hash"]
    report("visit", lambda: ask(46411, hash=link))


def absent():
    """An absent optional field, given as nothing."""
    add = {"url_or_content": v["text"], "shorten_object_kind": "content"}
    report("add_link", lambda: call(46410, **add, tags=None)["code"])


def sabapayamak():
    api = api_of(made_sabapayamak, "LoginApi")

    def login(password):
        number, days = v["saba_number"], 15
        login = made_sabapayamak.Login(
            username=v["saba_username"], password=password, virtual_number=number, token_valid_day=days
        )
        try:
            return api.authenticate(login)
        except made_sabapayamak.ApiException as error:
            return made_sabapayamak.Envelope.from_json(error.body)

    def token():
        session = login(v["saba_password"]).data
        return session["token"] if "token" in session else session["Token"]

    report("authenticate", lambda: {str: "string"}[type(token())])
    report("authenticate refused", lambda: login("wrong-password").errors[0].code)


def smsafzar(numbers=False):
    api = api_of(made_smsafzar, "LoginApi")

    def login(password):
        login = made_smsafzar.Login(user_name=v["afzar_username"], password=password, domain=v["afzar_domain"])
        return api.authenticate(login)

    def refusal(password):
        try:
            return login(password)
        except made_smsafzar.ApiException as error:
            return made_smsafzar.Refusal.from_json(error.body)

    if numbers:
        report("authenticate refused", lambda: refusal(v["afzar_password"]).error_code)
        return
    report("authenticate", lambda: {str: "string"}[type(login(v["afzar_password"]).token)])
    report("authenticate refused", lambda: refusal("wrong-password").error_code)


def smsafzar_api():
    token = None

    def log_in():
        nonlocal token
        login = made_smsafzar.Login(
            user_name=v["afzar_username"], password=v["afzar_password"], domain=v["afzar_domain"]
        )
        token = api_of(made_smsafzar, "LoginApi").authenticate(login).token
        return {str: "string"}[type(token)]

    report("authenticate", log_in)
    made = made_smsafzarapi
    sms = api_of(made, "SmsApi", token)
    message = made.Message(sender_number=v["line"], recipient_number=v["mobile"], content=v["text"])
    sent = report("send", lambda: sms.send(message).sent_message_ides[0])
    bulk = made.Bulk(
        sender_numbers=[v["line"]],
        recipient_numbers=[v["mobile"], "09350000000"],
        contents=["سلام"],
        send_timestamp=4102444800,
    )
    batch = None

    def send_bulk():
        nonlocal batch
        batch_sent = sms.send_bulk(bulk)
        batch = str(batch_sent.batch_id)
        return len(batch_sent.sent_message_ides)

    report("send_bulk", send_bulk)
    report("cancel", lambda: "done" if sms.cancel(batch) else "not done")

    def cancel_none():
        try:
            return sms.cancel("none")
        except made.ApiException as error:
            return made.Refusal.from_json(error.body).error_code

    report("cancel refused", cancel_none)
    code = [made.TemplateParameter(name="code", value="۱۲۳۴")]
    template = made.Template(recipient_number=v["mobile"], template_id=v["template"], parameters=code)
    report("send_template", lambda: len(sms.send_template(template).sent_message_ides))
    query = made.StatusQuery(sent_message_ides=[sent])
    report("status", lambda: len(sms.status(query)["messages"]))
    report("received", lambda: len(sms.received(5)["messages"]))
    report("balance", lambda: sms.balance().unit)


def sabapayamak_api():
    token = None

    def log_in():
        nonlocal token
        login = made_sabapayamak.Login(
            username=v["saba_username"],
            password=v["saba_password"],
            virtual_number=v["saba_number"],
            token_valid_day=15,
        )
        session = api_of(made_sabapayamak, "LoginApi").authenticate(login).data
        token = session["token"] if "token" in session else session["Token"]
        return {str: "string"}[type(token)]

    report("authenticate", log_in)
    sms = api_of(made_sabapayamakapi, "SmsApi", token)
    span = [v["first"], v["last"]]
    line = v["saba_number"]
    message = made_sabapayamakapi.Message(text=v["text"], numbers=[v["mobile"]])
    sent = str(report("send", lambda: sent_id(sms.send(message))))
    report("messages", lambda: count(sms.messages(*span)))
    report("message", lambda: sms.message(sent).status)
    report("messages_of_line", lambda: count(sms.messages_of_line(line)))
    report("deliveries", lambda: count(sms.deliveries(sent)))
    report("credit", lambda: sms.credit().status)
    report("credits", lambda: count(sms.credits(*span)))
    report("latest_credits", lambda: count(sms.latest_credits("5")))
    report("received", lambda: count(sms.received(*span)))
    report("received_by_id", lambda: sms.received_by_id("1").status)
    report("received_on_line", lambda: count(sms.received_on_line(line)))
    report("unread_between", lambda: count(sms.unread_between(*span)))
    report("unread", lambda: count(sms.unread()))
    report("unread_on_line", lambda: count(sms.unread_on_line(line)))


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
