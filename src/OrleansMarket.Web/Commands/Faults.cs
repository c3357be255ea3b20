using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain;

namespace OrleansMarket.Web.Commands;

/// <summary>Tells what a person can put right from a defect of ours.</summary>
public static partial class Faults
{
    /// <summary>One line that says what to put right, or <see langword="null"/> for a defect of ours.</summary>
    public static string? Explain(Exception exception) => exception switch
    {
        CorrectableException => OneLine(exception.Message),
        OptionsValidationException options => $"settings: {string.Join("; ", options.Failures)}",
        AggregateException several when several.InnerExceptions.Select(Explain).ToList() is var reasons && !reasons.Contains(null) => string.Join("; ", reasons),
        InvalidOperationException when Unreadable().Match(exception.Message) is { Success: true } setting =>
            $"settings: {setting.Groups["path"].Value}: expected {Kind(setting.Groups["type"].Value)}, found '{setting.Groups["value"].Value}'; correct it, or remove it for the default",
        InvalidOperationException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" } when exception.Message.StartsWith("Unable to configure HTTPS endpoint", StringComparison.Ordinal) =>
            "--urls: expected a certificate for https, found none; name its file in Kestrel__Certificates__Default__Path (and its password in …__Password), or listen on http",
        InvalidOperationException { Source: "Microsoft.Extensions.Logging.Configuration" } =>
            $"settings: Logging:LogLevel: expected {Levels.Names}; {OneLine(exception.Message)}",
        CryptographicException => $"certificate: expected one that can be read, found: {OneLine(exception.Message)} Correct its file or its password",
        // Storage says itself what to do; of the rest the system's words name the file.
        IOException or UnauthorizedAccessException or InvalidDataException => OneLine(exception.Message),
        _ => null,
    };

    private static string Kind(string type) => type switch
    {
        "System.TimeSpan" => "a time such as 00:00:30",
        "System.Int32" or "System.Int64" => "a whole number",
        "System.Double" or "System.Decimal" or "System.Single" => "a number",
        "System.Boolean" => "true or false",
        "System.Uri" => "an address such as http://localhost:8080",
        _ => $"a value for {type[(type.LastIndexOf('.') + 1)..]}",
    };

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").TrimEnd();

    // The words of Microsoft.Extensions.Configuration.Binder.
    [GeneratedRegex("^Failed to convert configuration value '(?<value>.*)' at '(?<path>.*)' to type '(?<type>.*)'", RegexOptions.Singleline)]
    private static partial Regex Unreadable();
}
