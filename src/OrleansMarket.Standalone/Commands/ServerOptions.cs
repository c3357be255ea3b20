using System.CommandLine;

namespace OrleansMarket.Standalone.Commands;

/// <summary>Options of the commands that ask a running <c>serve</c> to do something.</summary>
internal static class ServerOptions
{
    /// <summary>The file with the API key.</summary>
    public static Option<string?> KeyFile() => new("--key-file")
    {
        Description = "The file with the API key; by default API_KEY, then API_KEY_FILE, then 'api-key' in the data directory",
        HelpName = "FILE",
    };
}
