using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansMarket.Web.Api;

namespace OrleansMarket.Web.Security;

/// <summary>Lets the page sign in once with the API key, and out.</summary>
internal static class SessionEndpoints
{
    public static void MapSession(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/session", Get)
            .Describe("getSession", "Session", "Whether the page is signed in", "Tells whether the request carries a session and when it ends.")
            .WithQuery()
            .Produces<SessionResponse>();
        routes.MapPost("/session", BeginAsync)
            .Describe("beginSession", "Session", "Sign the page in", "Answers with an HttpOnly, SameSite=Strict cookie, so that the page need not keep the key. Programs send the key as a header instead.")
            .WithQuery()
            .Accepts<SessionRequest>("application/json")
            .WithRequestExample(new SessionRequest { Key = "the key from the file that the log names" })
            .Produces<SessionResponse>()
            .MayFail(400, 401, 403, 413, 415);
        routes.MapDelete("/session", End)
            .Describe("endSession", "Session", "Sign the page out", "Ends the session and removes the cookie.")
            .WithQuery()
            .Produces(StatusCodes.Status204NoContent)
            .MayFail(403);
    }

    private static IResult Get(HttpContext context, Sessions sessions)
    {
        var end = sessions.Check(context.Request.Cookies[KeyGate.Cookie]);
        return ApiResult.Data(context, new SessionResponse(end is not null, end));
    }

    private static async Task<IResult> BeginAsync(HttpContext context, KeyGate gate, Sessions sessions, TimeProvider clock)
    {
        if (IsFromElsewhere(context.Request))
        {
            return Problems.CrossSite();
        }

        var (body, problem) = await ApiBody.ReadAsync<SessionRequest>(context);
        if (body is null)
        {
            return problem!;
        }

        if (body.Key is not { Length: > 0 })
        {
            return Problems.Invalid("key", "expected the API key, found nothing");
        }

        if (gate.CheckKey(body.Key.Trim(), ClientAddress.Of(context)) is { } refused)
        {
            return refused;
        }

        var (token, end) = sessions.Begin();
        context.Response.Cookies.Append(KeyGate.Cookie, token, Cookie(context, end - clock.GetUtcNow()));
        return ApiResult.Data(context, new SessionResponse(true, end));
    }

    private static IResult End(HttpContext context, Sessions sessions)
    {
        if (IsFromElsewhere(context.Request))
        {
            return Problems.CrossSite();
        }

        sessions.End(context.Request.Cookies[KeyGate.Cookie]);
        context.Response.Cookies.Append(KeyGate.Cookie, "", Cookie(context, TimeSpan.Zero));
        return TypedResults.NoContent();
    }

    // A program sends neither header; a browser on another page sends one that tells.
    private static bool IsFromElsewhere(HttpRequest request) =>
        (request.Headers.ContainsKey("Sec-Fetch-Site") || request.Headers.ContainsKey("Origin")) && !KeyGate.IsOwnPage(request);

    private static CookieOptions Cookie(HttpContext context, TimeSpan age) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        Path = "/",
        MaxAge = age, // Not a date: the browser's clock need not be right.
        IsEssential = true,
    };
}

/// <summary>Asks for a session.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SessionRequest
{
    /// <summary>Gets the API key.</summary>
    public required string Key { get; init; }
}

/// <summary>Whether the page is signed in.</summary>
/// <param name="Authenticated">Whether changes are allowed.</param>
/// <param name="End">When the session ends; null without one.</param>
public sealed record SessionResponse(bool Authenticated, DateTimeOffset? End);
