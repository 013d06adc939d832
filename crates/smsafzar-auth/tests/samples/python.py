import requests
api_base_url = "https://api.smsafzar.ir"
account_json = {
"userName": "YourUserName",
"password": "YourPassword",
"domain": "sms.smsafzar"
}
headers = {
"Cache-Control": "no-cache",
"Accept": "application/json"
}
# Call
response = requests.post(f"{api_base_url}/auth/token", json=account_json, headers=headers)
print(f"Response Status Code: {response.status_code}")
print(f"Response Content: {response.text}")
