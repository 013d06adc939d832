# POD's own Python client, all five products of TinyLink.
import os
import time

from pod_base.servicecall import ServiceCall

BASE = os.environ["SANDBOX_URL"] + "/srv/"
HEADERS = {"_token_": "sandbox-pod-token", "_token_issuer_": "1"}


def call(platform, product, **params):
    client = ServiceCall(BASE + platform, sc_api_key="sandbox-pod-api-key")
    settings = {"base_url": BASE + platform, "sub_url": "/nzh/doServiceCall", "product_id": product}
    return client.call(settings, params=params, headers=HEADERS, internal=False)


def result(answer):
    assert answer["error"] is False, answer
    return answer["result"]


for platform in ["sc", "core", "basic-platform"]:
    added = call(platform, 46410, urlOrContent="text of " + platform, shortenObjectKind="content", hash=platform)
    assert result(added)["hash"] == platform, added
# The client asks for JSON in every answer: the shape puts a visit into the envelope.
assert result(call("sc", 46411, hash="core")) == "text of core"
links = result(call("sc", 46412, count=2, order_by="createTime", order_asc=True))
assert [link["hash"] for link in links["linkVos"]] == ["sc", "core"], links
links = result(call("sc", 46412, count=2, order_by="createTime", order_asc=False))
assert [link["hash"] for link in links["linkVos"]] == ["basic-platform", "core"], links
assert result(call("core", 46413, hash="sc", setStatus="deactive")) is True
now = int(time.time() * 1000)
stats = result(call("sc", 46414, hash="core", kind="day", fromTimestamp=now - 3600000, toTimestamp=now + 3600000))
assert stats["totalCount"] == 1, stats
refused = call("sc", 46414, hash="none")
assert refused["error"] is True and refused["code"] == 404, refused
