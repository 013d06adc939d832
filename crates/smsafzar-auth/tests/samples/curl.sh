curl -X POST https://api.smsafzar.ir/auth/token \
-H "Content-Type: application/json" \
-H "Cache-Control: no-cache" \
-H "Accept: application/json" \
-d '{
"userName": "YourUserName",
"password": "YourPassword",
"domain": "sms.smsafzar"
}'
