const axios = require('axios');

async function login(url, account, headers) {
  const response = await axios.post(url, account, { headers });
  return response.data.token;
}

