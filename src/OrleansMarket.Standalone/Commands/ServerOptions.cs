using System.CommandLine;

namespace OrleansMarket.Standalone.Commands;

/// <summary>Options of the commands that ask a running <c>serve</c> to do something.</summary>
internal static class ServerOptions
{
    /// <summary>Where it listens.</summary>
    public static Option<Uri> Url() => new("--url")
    {
        Description = "Where 'serve' listens",
        HelpName = "URL",
        DefaultValueFactory = _ => new Uri("http://localhost:8080"),
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

    /// <summary>The file with the API key.</summary>
    public static Option<string?> KeyFile() => new("--key-file")
    {
        Description = "The file with the API key; by default API_KEY, then API_KEY_FILE, then 'api-key' in the data directory",
        HelpName = "FILE",
    };
}
