using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace OrleansMarket.Sinks.Influx;

/// <summary>Reads the token's file, and puts the spool into the data directory unless it is told otherwise.</summary>
internal sealed class InfluxSettings(IConfiguration configuration) : IPostConfigureOptions<InfluxOptions>
{
    public void PostConfigure(string? name, InfluxOptions options)
    {
        options.Url = options.Url?.Trim();
        options.Token = (string.IsNullOrEmpty(options.TokenFile) ? options.Token : ReadToken(options.TokenFile))?.Trim();
        options.SpoolDirectory = string.IsNullOrEmpty(options.SpoolDirectory)
            ? Path.Combine(configuration["Storage:DataDirectory"] ?? "data", InfluxOptions.SpoolDirectoryName)
            : options.SpoolDirectory;
    }

    private static string ReadToken(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var found = exception is FileNotFoundException or DirectoryNotFoundException ? "no such file" : "no readable file";
            throw new OptionsValidationException(
                "", typeof(InfluxOptions), [$"Influx:TokenFile: expected a file with the token, found {found} at '{path}'; mount the secret there or correct the setting"]);
        }
    }
}
