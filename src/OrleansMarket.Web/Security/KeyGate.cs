using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansMarket.Web.Api;

namespace OrleansMarket.Web.Security;

/// <summary>Decides who may change things: holders of the API key, by header or by a session of the page.</summary>
internal sealed partial class KeyGate(ApiKey key, Sessions sessions, FailedAttempts attempts, ILogger<KeyGate> logger)
{
    public const string Header = "X-API-Key";
    public const string Cookie = "om_session";
    private const string Bearer = "Bearer ";

    /// <summary>The problem, or <see langword="null"/> when the request may pass.</summary>
    public IResult? Check(HttpContext context)
    {
        var client = ClientAddress.Of(context);
        if (FindKey(context.Request) is { } candidate)
        {
            return CheckKey(candidate, client);
        }

        if (context.Request.Cookies[Cookie] is not { Length: > 0 } token)
        {
            return Problems.KeyMissing();
        }

        if (!IsOwnPage(context.Request))
        {
            return Problems.CrossSite();
        }

        return sessions.Check(token) is null ? Problems.KeyWrong() : null;
    }

    /// <summary>Judges a key that somebody sent.</summary>
    public IResult? CheckKey(string candidate, string client)
    {
        if (attempts.Wait(client) is { } wait)
        {
            return Problems.TooManyAttempts(wait);
        }

        if (key.Matches(candidate))
        {
            return null;
        }

        attempts.Add(client);
        LogWrongKey(logger, client);
        return Problems.KeyWrong();
    }

    /// <summary>
    /// Tells whether a browser sent the request for this server's own page. The cookie is SameSite=Strict already; other ports and
    /// subdomains of the same site are not this page, though.
    /// </summary>
    public static bool IsOwnPage(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
        {
            return site == "same-origin";
        }

        return Uri.TryCreate(request.Headers.Origin.ToString(), UriKind.Absolute, out var origin)
            && string.Equals(origin.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);
    }

    private static string? FindKey(HttpRequest request)
    {
        if (request.Headers[Header].ToString() is { Length: > 0 } key)
        {
            return key;
        }

        var authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim() : null;
    }

    [LoggerMessage(EventId = 4001, Level = LogLevel.Warning, Message = "A wrong API key came from {Client}")]
    private static partial void LogWrongKey(ILogger logger, string client);
}
