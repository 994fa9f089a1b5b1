// A login endpoint. Java 17 or newer, nothing to install:
//   GATEPASS_CLIENT_SECRET=... java LoginEndpoint.java
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import static java.nio.charset.StandardCharsets.UTF_8;

public class LoginEndpoint {
    static final String CODE_URL = "https://id.example.com/jwt/generateCode";
    static final String CLIENT_ID = "login_00000000000000000000000000000000";
    static final String CLIENT_SECRET = System.getenv("GATEPASS_CLIENT_SECRET");
    static final String LOGIN_PATH = "/login";

    record User(String id, String username, String firstName, String lastName, String email, List<String> groups) {}

    // Replace this: who is signed in at your application, or null. As it stands, everybody is Ada.
    static User currentUser(HttpExchange exchange) {
        return new User("1", "ada", "Ada", "Lovelace", "ada@example.com", List.of());
    }

    // Passed on, these lead back to the page that was asked for, and bind the code to this browser.
    static final Map<String, String> PASSED_ON = Map.of(
        "RedirectPath", "redirectUrl",
        "state", "state",
        "code_challenge", "codeChallenge",
        "code_challenge_method", "codeChallengeMethod");

    static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    static HttpResponse<String> generateCode(User user, Map<String, String> query)
            throws IOException, InterruptedException {
        var reader = new LinkedHashMap<String, String>();
        reader.put("externalId", quoted(user.id()));
        reader.put("username", quoted(user.username()));
        reader.put("firstName", quoted(user.firstName()));
        reader.put("lastName", quoted(user.lastName()));
        reader.put("emailId", quoted(user.email()));
        reader.put("readerGroupIds",
            user.groups().stream().map(LoginEndpoint::quoted).collect(Collectors.joining(",", "[", "]")));
        PASSED_ON.forEach((asked, field) -> {
            if (query.containsKey(asked)) reader.put(field, quoted(query.get(asked)));
        });
        var body = reader.entrySet().stream()
            .map(member -> quoted(member.getKey()) + ":" + member.getValue())
            .collect(Collectors.joining(",", "{", "}"));
        var client = Base64.getEncoder().encodeToString((CLIENT_ID + ":" + CLIENT_SECRET).getBytes(UTF_8));
        return HTTP.send(
            HttpRequest.newBuilder(URI.create(CODE_URL))
                .header("Authorization", "Basic " + client)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(10))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    }

    // JSON by hand, so that nothing has to be installed; use the library that you have.
    static String quoted(String text) {
        var json = new StringBuilder("\"");
        for (var character : text.toCharArray()) {
            if (character == '"' || character == '\\') json.append('\\').append(character);
            else if (character < ' ') json.append(String.format("\\u%04x", (int) character));
            else json.append(character);
        }
        return json.append('"').toString();
    }

    static void answer(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestURI().getRawPath().equals(LOGIN_PATH)) {
            tell(exchange, 404, "There is nothing here.");
            return;
        }
        var user = currentUser(exchange);
        if (user == null) {
            // Show your login page here, and keep the query through it.
            tell(exchange, 401, "Please sign in.");
            return;
        }
        try {
            var answer = generateCode(user, queryOf(exchange));
            var callbackUrl = Pattern.compile("\"callbackUrl\":\"([^\"]*)\"").matcher(answer.body());
            if (answer.statusCode() != 200 || !callbackUrl.find()) {
                System.err.println("no code: " + answer.statusCode() + " " + answer.body());
                var traceId = answer.headers().firstValue("x-trace-id").orElse("none");
                tell(exchange, 502, "Signing in did not work. Trace ID: " + traceId);
                return;
            }
            exchange.getResponseHeaders().set("Location", callbackUrl.group(1));
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.sendResponseHeaders(302, -1);
        } catch (IOException | InterruptedException | IllegalArgumentException error) {
            System.err.println("no code: " + error);
            tell(exchange, 502, "Signing in did not work.");
        }
    }

    static Map<String, String> queryOf(HttpExchange exchange) {
        var query = new LinkedHashMap<String, String>();
        var raw = exchange.getRequestURI().getRawQuery();
        for (var pair : (raw == null ? "" : raw).split("&")) {
            var parts = pair.split("=", 2);
            if (parts.length == 2) query.put(URLDecoder.decode(parts[0], UTF_8), URLDecoder.decode(parts[1], UTF_8));
        }
        return query;
    }

    static void tell(HttpExchange exchange, int status, String sentence) throws IOException {
        var body = sentence.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    public static void main(String[] arguments) throws IOException {
        var port = Integer.parseInt(System.getenv().getOrDefault("PORT", "4000"));
        var server = HttpServer.create(new InetSocketAddress("localhost", port), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", LoginEndpoint::answer);
        server.start();
    }
}
