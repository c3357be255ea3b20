using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace OrleansMarket.Architecture.Tests;

public sealed partial class CodeTests
{
    /// <summary>A longer file holds a second idea. The limit is where it certainly does.</summary>
    private const int MaxLines = 600;

    [Fact]
    public void ExportedValueTypesOfDomain_AreReadOnly()
    {
        var mutable = Assembly.Load("OrleansMarket.Domain").GetExportedTypes()
            .Where(t => t is { IsValueType: true, IsEnum: false } && !t.IsDefined(typeof(IsReadOnlyAttribute)));

        mutable.ShouldBeNone();
    }

    [Fact]
    public void SourceFiles_HoldOneIdea()
    {
        var lengths = Repository.CodeFiles("src").Select(f => (File: f, Lines: Repository.Read(f).Count(c => c == '\n')));

        lengths.Where(l => l.Lines > MaxLines).ShouldBeNone();
    }

    [Fact]
    public void Tests_DoNotSleep()
    {
        var sleeps = Repository.CodeFiles("tests").SelectMany(f => Sleep().Matches(Repository.Read(f)).Select(m => $"{f}: {m.Value}"));

        sleeps.ShouldBeNone();
    }

    [Theory]
    [InlineData("Thread.Sleep" + "(10)", true)]
    [InlineData("Thread.Sleep" + "(TimeSpan.Zero)", true)]
    [InlineData("Task.Delay" + "(1_000, token)", true)]
    [InlineData("Task.Delay" + "(wait)", true)]
    [InlineData("Task.Delay" + "(TimeSpan.FromSeconds(1))", true)]
    [InlineData("Task.Delay" + "(TimeSpan.FromSeconds(1), clock, token)", false)]
    [InlineData("Task.Delay" + "(Timeout.InfiniteTimeSpan, token)", false)]
    public void Sleep_IsADelayThatNoClockOrTokenGoverns(string code, bool expected) => Assert.Equal(expected, Sleep().IsMatch(code));

    [GeneratedRegex(@"Thread\.Sleep\(|Task\.Delay\(\s*[\d_]+|Task\.Delay\(([^(),]|\([^()]*\))*\)")]
    private static partial Regex Sleep();
}
