import requests

measure(requests.Session().post)
