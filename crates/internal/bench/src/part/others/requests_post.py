import requests

measure(requests.post)
