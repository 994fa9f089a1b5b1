// A login endpoint. Go 1.19 or newer, nothing to install:
//
//	GATEPASS_CLIENT_SECRET=... go run login-endpoint.go
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"time"
)

const (
	codeURL   = "https://id.example.com/jwt/generateCode"
	clientID  = "login_00000000000000000000000000000000"
	loginPath = "/login"
)

var clientSecret = os.Getenv("GATEPASS_CLIENT_SECRET")

// Replace this: who is signed in at your application, or nil. As it stands, everybody is Ada.
func currentUser(request *http.Request) map[string]any {
	return map[string]any{
		"externalId":     "1",
		"username":       "ada",
		"firstName":      "Ada",
		"lastName":       "Lovelace",
		"emailId":        "ada@example.com",
		"readerGroupIds": []string{},
	}
}

// Passed on, these lead back to the page that was asked for, and bind the code to this browser.
var passedOn = map[string]string{
	"RedirectPath":          "redirectUrl",
	"state":                 "state",
	"code_challenge":        "codeChallenge",
	"code_challenge_method": "codeChallengeMethod",
}

var client = http.Client{Timeout: 10 * time.Second}

func generateCode(reader map[string]any) (status int, traceID string, body []byte, err error) {
	payload, err := json.Marshal(reader)
	if err != nil {
		return 0, "", nil, err
	}
	request, err := http.NewRequest(http.MethodPost, codeURL, bytes.NewReader(payload))
	if err != nil {
		return 0, "", nil, err
	}
	request.SetBasicAuth(clientID, clientSecret)
	request.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(request)
	if err != nil {
		return 0, "", nil, err
	}
	defer answer.Body.Close()
	body, err = io.ReadAll(answer.Body)
	return answer.StatusCode, answer.Header.Get("x-trace-id"), body, err
}

func login(response http.ResponseWriter, request *http.Request) {
	if request.URL.EscapedPath() != loginPath {
		http.NotFound(response, request)
		return
	}
	reader := currentUser(request)
	if reader == nil {
		// Show your login page here, and keep the query through it.
		http.Error(response, "Please sign in.", http.StatusUnauthorized)
		return
	}
	query := request.URL.Query()
	for asked, field := range passedOn {
		if query.Has(asked) {
			reader[field] = query.Get(asked)
		}
	}
	status, traceID, body, err := generateCode(reader)
	var told struct {
		CallbackURL string `json:"callbackUrl"`
	}
	if err == nil && status == http.StatusOK {
		err = json.Unmarshal(body, &told)
	}
	if err != nil || status != http.StatusOK {
		log.Printf("no code: %d %s %v", status, body, err)
		http.Error(response, fmt.Sprintf("Signing in did not work. Trace ID: %s", traceID), http.StatusBadGateway)
		return
	}
	response.Header().Set("Cache-Control", "no-store")
	http.Redirect(response, request, told.CallbackURL, http.StatusFound)
}

func main() {
	port := os.Getenv("PORT")
	if port == "" {
		port = "4000"
	}
	log.Fatal(http.ListenAndServe("localhost:"+port, http.HandlerFunc(login)))
}
