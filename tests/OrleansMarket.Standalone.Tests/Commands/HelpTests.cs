using System.CommandLine;
using OrleansMarket.Standalone.Commands;
using OrleansMarket.Web.Commands;

namespace OrleansMarket.Standalone.Tests.Commands;

public sealed class HelpTests
{
    public static TheoryData<string> CommandPaths
    {
        get
        {
            var paths = new TheoryData<string>();
            Add(MarketCommandLine.Create(TimeProvider.System), "");
            return paths;

            void Add(Command command, string path)
            {
                paths.Add(path);
                foreach (var child in command.Subcommands)
                {
                    Add(child, $"{path} {child.Name}".Trim());
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(CommandPaths))]
    public async Task EveryCommand_HasHelpWithExamplesThatParse(string path)
    {
        var run = await CommandRun.InvokeAsync([.. path.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Error);
        Assert.Contains("Usage:", run.Output, StringComparison.Ordinal);
        var examples = run.Output[run.Output.IndexOf("Examples:", StringComparison.Ordinal)..].Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
        Assert.NotEmpty(examples);
        foreach (var example in examples)
        {
            var words = example.Trim();
            Assert.StartsWith("OrleansMarket.Standalone ", words, StringComparison.Ordinal);
            var parsed = MarketCommandLine.Create(TimeProvider.System).Parse(words["OrleansMarket.Standalone ".Length..].Replace("'", "", StringComparison.Ordinal));
            Assert.Empty(parsed.Errors);
        }
    }

    [Fact]
    public async Task Version_NamesProductRuntimeAndSqlite()
    {
        var run = await CommandRun.InvokeAsync("--version");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(3, run.Lines.Length);
        Assert.Matches(@"^OrleansMarket \d+\.\d+\.\d+", run.Lines[0]);
        Assert.StartsWith(".NET 10.", run.Lines[1], StringComparison.Ordinal);
        Assert.Matches(@"^SQLite 3\.\d+\.\d+$", run.Lines[2].TrimEnd());
    }

    [Fact]
    public async Task UnknownCommand_IsOneLine() =>
        (await CommandRun.InvokeAsync("rewind")).ShouldFailWith(ExitCode.Unusable, "rewind");
}
