# A login endpoint. Python 3.8 or newer, nothing to install:
#   GATEPASS_CLIENT_SECRET=... python3 login-endpoint.py
import base64
import json
import os
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

CODE_URL = "https://id.example.com/jwt/generateCode"
CLIENT_ID = "login_00000000000000000000000000000000"
CLIENT_SECRET = os.environ["GATEPASS_CLIENT_SECRET"]
LOGIN_PATH = "/login"

# Passed on, these lead back to the page that was asked for, and bind the code to this browser.
PASSED_ON = {
    "RedirectPath": "redirectUrl",
    "state": "state",
    "code_challenge": "codeChallenge",
    "code_challenge_method": "codeChallengeMethod",
}


# Replace this: who is signed in at your application, or None. As it stands, everybody is Ada.
def current_user(request):
    return {
        "externalId": "1",
        "username": "ada",
        "firstName": "Ada",
        "lastName": "Lovelace",
        "emailId": "ada@example.com",
        "readerGroupIds": [],
    }


def callback_url_for(user, query):
    passed_on = {field: query[asked] for asked, field in PASSED_ON.items() if asked in query}
    client = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
    request = urllib.request.Request(
        CODE_URL,
        data=json.dumps({**user, **passed_on}).encode(),
        headers={"Authorization": f"Basic {client}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["callbackUrl"]


class LoginEndpoint(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urlsplit(self.path)
        if url.path != LOGIN_PATH:
            return self.tell(404, "There is nothing here.")
        user = current_user(self)
        if user is None:
            # Show your login page here, and keep the query through it.
            return self.tell(401, "Please sign in.")
        try:
            callback_url = callback_url_for(user, dict(parse_qsl(url.query)))
        except urllib.error.HTTPError as refusal:
            self.log_error("no code: %s %s", refusal.code, refusal.read().decode())
            return self.tell(502, f"Signing in did not work. Trace ID: {refusal.headers['x-trace-id']}")
        except OSError as error:
            self.log_error("no answer: %s", error)
            return self.tell(502, "Signing in did not work.")
        self.send_response(302)
        self.send_header("Location", callback_url)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()

    def tell(self, status, sentence):
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        self.wfile.write(sentence.encode())


ThreadingHTTPServer(("localhost", int(os.environ.get("PORT", 4000))), LoginEndpoint).serve_forever()
