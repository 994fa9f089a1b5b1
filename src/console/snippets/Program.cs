// A login endpoint. .NET 8 or newer: `dotnet new web -o LoginEndpoint`, put this into its Program.cs, then there
//   GATEPASS_CLIENT_SECRET=... dotnet run
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

const string CodeUrl = "https://id.example.com/jwt/generateCode";
const string ClientId = "login_00000000000000000000000000000000";
const string LoginPath = "/login";
var clientSecret = Environment.GetEnvironmentVariable("GATEPASS_CLIENT_SECRET");

// Passed on, these lead back to the page that was asked for, and bind the code to this browser.
var passedOn = new Dictionary<string, string>
{
    ["RedirectPath"] = "redirectUrl",
    ["state"] = "state",
    ["code_challenge"] = "codeChallenge",
    ["code_challenge_method"] = "codeChallengeMethod",
};

var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
var app = WebApplication.CreateBuilder(args).Build();

app.Run(async context =>
{
    if (context.Request.Path.ToUriComponent() != LoginPath)
    {
        await Tell(context, 404, "There is nothing here.");
        return;
    }
    var reader = CurrentUser(context);
    if (reader is null)
    {
        // Show your login page here, and keep the query through it.
        await Tell(context, 401, "Please sign in.");
        return;
    }
    foreach (var (asked, field) in passedOn)
    {
        if (context.Request.Query.TryGetValue(asked, out var value)) reader[field] = value.ToString();
    }
    try
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, CodeUrl);
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{clientSecret}")));
        request.Content = new StringContent(JsonSerializer.Serialize(reader), Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request);
        var body = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode)
        {
            app.Logger.LogError("no code: {Status} {Body}", (int)answer.StatusCode, body);
            var traceId = answer.Headers.TryGetValues("x-trace-id", out var values) ? values.First() : "none";
            await Tell(context, 502, $"Signing in did not work. Trace ID: {traceId}");
            return;
        }
        using var told = JsonDocument.Parse(body);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Redirect(told.RootElement.GetProperty("callbackUrl").GetString()!);
    }
    catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
    {
        app.Logger.LogError(error, "no answer");
        await Tell(context, 502, "Signing in did not work.");
    }
});

app.Run($"http://localhost:{Environment.GetEnvironmentVariable("PORT") ?? "4000"}");

// Replace this: who is signed in at your application, or null. As it stands, everybody is Ada.
static Dictionary<string, object>? CurrentUser(HttpContext context) => new()
{
    ["externalId"] = "1",
    ["username"] = "ada",
    ["firstName"] = "Ada",
    ["lastName"] = "Lovelace",
    ["emailId"] = "ada@example.com",
    ["readerGroupIds"] = Array.Empty<string>(),
};

static Task Tell(HttpContext context, int status, string sentence)
{
    context.Response.StatusCode = status;
    context.Response.ContentType = "text/plain; charset=utf-8";
    return context.Response.WriteAsync(sentence);
}
