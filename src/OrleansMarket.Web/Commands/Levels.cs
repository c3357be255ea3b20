using Microsoft.Extensions.Logging;

namespace OrleansMarket.Web.Commands;

/// <summary>How much is logged, as people write it.</summary>
internal static class Levels
{
    /// <summary>All of them.</summary>
    public static string Names { get; } = string.Join(", ", Enum.GetNames<LogLevel>());

    /// <summary>Reads one.</summary>
    /// <exception cref="CommandException">It is none.</exception>
    public static LogLevel Parse(string setting, string? text) =>
        string.IsNullOrEmpty(text) ? LogLevel.Information
        : Enum.TryParse<LogLevel>(text, ignoreCase: true, out var level) && Enum.IsDefined(level) ? level
        : throw new CommandException($"settings: {setting}: expected {Names}, found '{text}'");
}
