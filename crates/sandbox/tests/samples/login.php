<?php
// SMSAfzar's document shows this login.
$apiBaseUrl = getenv('SANDBOX_URL');
$accountJson = json_encode([
    'userName' => 'sandbox-afzar',
    'password' => 'sandbox-afzar-password',
    'domain' => 'sms.smsafzar',
]);
$ch = curl_init();
curl_setopt($ch, CURLOPT_URL, "{$apiBaseUrl}/auth/token");
curl_setopt($ch, CURLOPT_RETURNTRANSFER, true);
curl_setopt($ch, CURLOPT_POST, true);
curl_setopt($ch, CURLOPT_POSTFIELDS, $accountJson);
curl_setopt($ch, CURLOPT_HTTPHEADER, [
    'Content-Type: application/json',
    'Cache-Control: no-cache',
    'Accept: application/json',
]);
$response = curl_exec($ch);
exit(curl_getinfo($ch, CURLINFO_HTTP_CODE) === 200 && isset(json_decode($response)->token) ? 0 : 1);
