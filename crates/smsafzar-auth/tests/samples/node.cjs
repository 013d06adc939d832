const axios = require('axios');
const apiBaseUrl = 'https://api.smsafzar.ir';
const accountJson = {
userName: 'YourUserName',
password: 'YourPassword',
domain: 'sms.smsafzar'
};
const headers = {
'Cache-Control': 'no-cache',
'Accept': 'application/json',
'Content-Type': 'application/json'
};
// Request
axios.post(`${apiBaseUrl}/auth/token`, accountJson, { headers })
.then(response => {
// Response
console.log('Response Status Code:', response.status);
console.log('Response Content:', response.data);
})
.catch(error => {
console.error('Error:', error.response ? error.response.data : error.message);
});
