<?php
// A login endpoint. PHP 8.1 or newer, nothing to install. At the path of your login URL, or for a trial:
//   GATEPASS_CLIENT_SECRET=... php -S localhost:4000 login-endpoint.php

const CODE_URL = 'https://id.example.com/jwt/generateCode';
const CLIENT_ID = 'login_00000000000000000000000000000000';

// Replace this: who is signed in at your application, or null. As it stands, everybody is Ada.
function current_user(): ?array
{
    return [
        'externalId' => '1',
        'username' => 'ada',
        'firstName' => 'Ada',
        'lastName' => 'Lovelace',
        'emailId' => 'ada@example.com',
        'readerGroupIds' => [],
    ];
}

function tell(int $status, string $sentence): never
{
    http_response_code($status);
    header('Content-Type: text/plain; charset=utf-8');
    exit($sentence);
}

$reader = current_user();
if ($reader === null) {
    // Show your login page here, and keep the query through it.
    tell(401, 'Please sign in.');
}

// Passed on, these lead back to the page that was asked for, and bind the code to this browser.
$passedOn = [
    'RedirectPath' => 'redirectUrl',
    'state' => 'state',
    'code_challenge' => 'codeChallenge',
    'code_challenge_method' => 'codeChallengeMethod',
];
foreach ($passedOn as $asked => $field) {
    if (isset($_GET[$asked])) {
        $reader[$field] = $_GET[$asked];
    }
}

$client = base64_encode(CLIENT_ID . ':' . getenv('GATEPASS_CLIENT_SECRET'));
$answer = @file_get_contents(CODE_URL, false, stream_context_create(['http' => [
    'method' => 'POST',
    'header' => ["Authorization: Basic $client", 'Content-Type: application/json'],
    'content' => json_encode($reader, JSON_THROW_ON_ERROR),
    'timeout' => 10,
    'ignore_errors' => true,
]]));
if ($answer === false) {
    tell(502, 'Signing in did not work.');
}
$told = json_decode($answer, true);
if (!isset($told['callbackUrl'])) {
    error_log("no code: $http_response_header[0] $answer");
    tell(502, 'Signing in did not work. Trace ID: ' . ($told['trace_id'] ?? 'none'));
}
header('Cache-Control: no-store');
header('Location: ' . $told['callbackUrl'], true, 302);
