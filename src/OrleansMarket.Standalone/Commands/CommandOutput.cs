using System.CommandLine;

namespace OrleansMarket.Standalone.Commands;

/// <summary>Where a command writes: results to one stream, everything for people to the other, so that a pipe sees only results.</summary>
/// <param name="Results">Standard output.</param>
/// <param name="People">Standard error.</param>
/// <param name="IsTerminal">Whether a person watches, so that progress may be drawn over itself.</param>
public sealed record CommandOutput(TextWriter Results, TextWriter People, bool IsTerminal)
{
    /// <summary>The streams that a command line was invoked with.</summary>
    public static CommandOutput Of(ParseResult parsed)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        var streams = parsed.InvocationConfiguration;
        return new CommandOutput(streams.Output, streams.Error, ReferenceEquals(streams.Error, Console.Error) && !Console.IsErrorRedirected);
    }
}
