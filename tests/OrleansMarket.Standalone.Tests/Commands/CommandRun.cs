using OrleansMarket.Standalone.Commands;

namespace OrleansMarket.Standalone.Tests.Commands;

/// <summary>One command line run in this process, and what came of it.</summary>
public sealed record CommandRun(int ExitCode, string Output, string Error)
{
    /// <summary>Gets the lines of standard output.</summary>
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static async Task<CommandRun> InvokeAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await MarketCommandLine.InvokeAsync(MarketCommandLine.Create(TimeProvider.System), args, output, error);
        return new CommandRun(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>A run that failed for a reason that the person can act on: one line, nothing else.</summary>
    public void ShouldFailWith(int exitCode, string message)
    {
        Assert.Equal(exitCode, ExitCode);
        Assert.Empty(Output);
        var line = Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("error: ", line, StringComparison.Ordinal);
        Assert.Contains(message, line, StringComparison.Ordinal);
    }
}
