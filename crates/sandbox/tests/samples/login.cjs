// SMSAfzar's document shows this login.
const axios = require('axios');
const apiBaseUrl = process.env.SANDBOX_URL;
const accountJson = {
  userName: 'sandbox-afzar',
  password: 'sandbox-afzar-password',
  domain: 'sms.smsafzar',
};
const headers = {
  'Cache-Control': 'no-cache',
  'Accept': 'application/json',
  'Content-Type': 'application/json',
};
axios.post(`${apiBaseUrl}/auth/token`, accountJson, { headers })
  .then(response => process.exit(response.status === 200 && response.data.token ? 0 : 1))
  .catch(error => {
    console.error('Error:', error.response ? error.response.data : error.message);
    process.exit(1);
  });
