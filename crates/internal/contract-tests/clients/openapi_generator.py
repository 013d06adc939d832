"""openapi-generator's python."""

import sys

import made_aparat
import made_podlink
import made_sabapayamak
import made_smsafzar
from report import inner, report, v


def api_of(module, name):
    client = module.ApiClient(module.Configuration(host=v["url"]))
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
}[sys.argv[1]]()
