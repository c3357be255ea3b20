using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Web;
using OrleansMarket.Web;
using OrleansMarket.Web.Commands;

namespace OrleansMarket.Standalone.Tests.Commands;

public sealed class DeadLettersCommandTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task List_IsNewestFirstWithCounts()
    {
        await WriteAsync(Letter("a", DeadLetterReason.Malformed), Letter("b", DeadLetterReason.BadPrice), Letter("c", DeadLetterReason.Malformed));

        var run = await CommandRun.InvokeAsync("dead-letters", "list", "--data", _data.Path);
        var malformed = await CommandRun.InvokeAsync("dead-letters", "list", "--reason", "malformed", "--limit", "1", "--format", "json", "--data", _data.Path);

        Assert.Equal(["3", "2", "1"], run.Lines.Select(line => line.Trim().Split(' ')[0]));
        Assert.Contains("bad-price", run.Lines[1], StringComparison.Ordinal);
        Assert.Contains("3 kept: malformed 2, bad-price 1", run.Error, StringComparison.Ordinal);
        Assert.Contains("\"payload\":\"c\"", Assert.Single(malformed.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_WorksBesideTheProcessThatWrites()
    {
        using var builder = new StoreBuilder(_data.File("live"));
        await using var database = builder.OpenDatabase();
        await new SqliteDeadLetterStore(database, Options.Create(new RetentionOptions())).AppendAsync([Letter("a", DeadLetterReason.BadId)], default);

        Assert.Single((await CommandRun.InvokeAsync("dead-letters", "list", "--data", _data.Path)).Lines);
    }

    [Fact]
    public async Task Show_PrintsThePayload()
    {
        await WriteAsync(Letter("{\"p\":\"x\"}", DeadLetterReason.BadPrice));

        Assert.Equal("{\"p\":\"x\"}", (await CommandRun.InvokeAsync("dead-letters", "show", "1", "--raw", "--data", _data.Path)).Output);
        Assert.Contains("expected a price", (await CommandRun.InvokeAsync("dead-letters", "show", "1", "--data", _data.Path)).Output, StringComparison.Ordinal);
        (await CommandRun.InvokeAsync("dead-letters", "show", "2", "--data", _data.Path)).ShouldFailWith(ExitCode.Unusable, "no dead letter 2");
    }

    [Fact]
    public async Task Purge_WithoutAServerChangesTheStoreItself()
    {
        await WriteAsync(Letter("a", DeadLetterReason.Malformed), Letter("b", DeadLetterReason.BadPrice));

        var run = await CommandRun.InvokeAsync("dead-letters", "purge", "--reason", "malformed", "--data", _data.Path);

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Equal("1 removed", run.Error.TrimEnd());
        Assert.Equal("2", Assert.Single((await CommandRun.InvokeAsync("dead-letters", "list", "--data", _data.Path)).Lines).Trim()[..1]);
    }

    [Fact]
    public async Task PurgeAndReplay_GoThroughTheServerThatHasTheStore()
    {
        using var builder = new StoreBuilder(_data.File("live"));
        await using var database = builder.OpenDatabase();
        await using var server = await StartServerAsync();

        // The fake's letters: 1 is malformed and stays so, 2 and 3 are taken.
        var replay = await CommandRun.InvokeAsync("dead-letters", "replay", "1", "2", "3", "--data", _data.Path, "--url", server.Urls.First());
        var purge = await CommandRun.InvokeAsync("dead-letters", "purge", "--all", "--data", _data.Path, "--url", server.Urls.First());

        Assert.Equal(ExitCode.Mismatch, replay.ExitCode);
        Assert.Contains("expected a JSON object", Assert.Single(replay.Lines), StringComparison.Ordinal);
        Assert.Equal("3 sent again: 2 taken, 0 were held already, 1 refused again", replay.Error.TrimEnd());
        Assert.Equal((ExitCode.Ok, "1 removed"), (purge.ExitCode, purge.Error.TrimEnd()));
    }

    [Fact]
    public async Task Replay_WithAWrongKeyIsOneLineWithoutTheKey()
    {
        await WriteAsync(Letter("a", DeadLetterReason.Malformed));
        await using var server = await StartServerAsync();
        await File.WriteAllTextAsync(_data.File("other-key"), "not-the-key-of-this-server-at-all");

        var run = await CommandRun.InvokeAsync(
            "dead-letters", "replay", "1", "--data", _data.Path, "--url", server.Urls.First(), "--key-file", _data.File("other-key"));

        run.ShouldFailWith(ExitCode.Unusable, "refused: 401");
        Assert.DoesNotContain("not-the-key", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_WithNobodyThereSaysToStartServe()
    {
        await WriteAsync(Letter("a", DeadLetterReason.Malformed));
        await File.WriteAllTextAsync(_data.File("api-key"), "a-key-that-nobody-will-ever-look-at");

        (await CommandRun.InvokeAsync("dead-letters", "replay", "--all", "--data", _data.Path, "--url", "http://127.0.0.1:1"))
            .ShouldFailWith(ExitCode.Unusable, "start 'serve'");
    }

    [Theory]
    [InlineData("replay")]
    [InlineData("replay 1 --all")]
    [InlineData("replay 1 --reason malformed")]
    [InlineData("purge")]
    [InlineData("purge --all --reason malformed")]
    [InlineData("list --reason ugly")]
    [InlineData("list --limit 0")]
    [InlineData("show one")]
    public async Task BadArguments_AreOneLine(string words) =>
        (await CommandRun.InvokeAsync(["dead-letters", .. words.Split(' ')])).ShouldFailWith(ExitCode.Unusable, "");

    private static DeadLetter Letter(string payload, DeadLetterReason reason) => new()
    {
        ReceivedTimeMicros = StoreBuilder.Start,
        Reason = reason,
        Error = "expected a price above 0, found x",
        Source = "stream.example",
        Payload = Encoding.UTF8.GetBytes(payload),
    };

    private async Task WriteAsync(params DeadLetter[] letters)
    {
        using var builder = new StoreBuilder(_data.File("live"));
        await using var database = builder.OpenDatabase();
        await new SqliteDeadLetterStore(database, Options.Create(new RetentionOptions())).AppendAsync(letters, default);
    }

    private async Task<WebApplication> StartServerAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Web:DataDirectory"] = _data.Path });
        var fake = new FakeMarket(TimeProvider.System);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IMarket>(fake).AddSingleton<IAlertDesk>(fake).AddSingleton<IDeadLetterDesk>(fake);
        builder.Services.AddMarketWeb();
        var app = builder.Build();
        app.MapMarketWeb();
        await app.StartAsync();
        return app;
    }
}
