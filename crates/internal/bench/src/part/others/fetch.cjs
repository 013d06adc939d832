async function login(url, account, headers) {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(account), headers });
  return (await response.json()).token;
}

