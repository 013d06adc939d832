import httpx

measure(httpx.Client().post)
