using System.CommandLine;
using OrleansMarket.Web.Health;

namespace OrleansMarket.Web.Commands;

/// <summary><c>--url</c>: where a running host listens.</summary>
public static class ServerUrl
{
    /// <summary>Builds the option; by default where <c>ASPNETCORE_URLS</c> says, else port 8080 of this machine.</summary>
    public static Option<Uri> Create() => new("--url")
    {
        Description = "Where 'serve' listens; by default where ASPNETCORE_URLS says",
        HelpName = "URL",
        DefaultValueFactory = _ => OwnUrl.Of(Environment.GetEnvironmentVariable("ASPNETCORE_URLS")),
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            {
                return url;
            }

            result.AddError($"--url: expected an address such as http://localhost:8080, found '{text}'");
            return null;
        },
    };
}
