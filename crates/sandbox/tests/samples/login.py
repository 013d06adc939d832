# SMSAfzar's document shows this login.
import os
import requests

api_base_url = os.environ["SANDBOX_URL"]
account_json = {"userName": "sandbox-afzar", "password": "sandbox-afzar-password", "domain": "sms.smsafzar"}
headers = {"Cache-Control": "no-cache", "Accept": "application/json"}
response = requests.post(f"{api_base_url}/auth/token", json=account_json, headers=headers)
assert response.status_code == 200, response.text
assert response.json()["token"], response.text
