using System.Text.Json;
using OrleansMarket.Standalone.Commands;
using OrleansMarket.TestKit;
using OrleansMarket.Web.Commands;

namespace OrleansMarket.Standalone.Tests.Commands;

public sealed class TradesTailCommandTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task FromBeginning_MergesAllPairsByTime()
    {
        await WriteAsync("live");

        var run = await CommandRun.InvokeAsync("trades", "tail", "--from-beginning", "--no-follow", "--data", _data.Path);

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Equal(
            ["BTCUSDT 1", "ETHUSDT 900", "BTCUSDT 2", "ETHUSDT 901", "BTCUSDT 3"],
            run.Lines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(words => $"{words[1]} {words[7]}"));
        Assert.Equal("2026-11-21T10:00:00.000000Z  BTCUSDT      sell              0.123 @ 61837.63           id 1  4.1 ms", run.Lines[0].TrimEnd());
    }

    [Fact]
    public async Task Json_IsOneObjectALineWithExactDecimals()
    {
        await WriteAsync("live");

        var run = await CommandRun.InvokeAsync(
            "trades", "tail", "--from-beginning", "--no-follow", "--symbol", "ethusdt", "--format", "json", "--data", _data.Path);

        Assert.Equal(2, run.Lines.Length);
        using var first = JsonDocument.Parse(run.Lines[0]);
        Assert.Equal(900, first.RootElement.GetProperty("tradeId").GetInt64());
        Assert.Equal(61_837.63m, decimal.Parse(first.RootElement.GetProperty("price").GetString()!, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Follow_PrintsWhatIsWrittenWhileItWatchesAndNothingTwice()
    {
        using var builder = new StoreBuilder(_data.File("live"));
        await using var log = builder.OpenTradeLog();
        await log.AppendAsync(StoreBuilder.Btc, new[] { StoreBuilder.Trade(StoreBuilder.Btc, 1, 0) }, default);
        await log.FlushAsync(default);
        using var stop = new CancellationTokenSource();
        using var output = new WatchedWriter();
        using var error = new WatchedWriter();
        var running = Task.Run(() => MarketCommandLine.InvokeAsync(
            MarketCommandLine.Create(TimeProvider.System), ["trades", "tail", "--from-beginning", "--data", _data.Path], output, error, stop.Token));

        await error.UntilAsync("following");
        await log.AppendAsync(StoreBuilder.Btc, new[] { StoreBuilder.Trade(StoreBuilder.Btc, 2, 1_000), StoreBuilder.Trade(StoreBuilder.Btc, 3, 2_000) }, default);
        await log.FlushAsync(default);
        await output.UntilAsync("id 3 ");
        await stop.CancelAsync();

        Assert.Equal(ExitCode.Ok, await running);
        Assert.Equal(["id 1", "id 2", "id 3"], output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[line.IndexOf("id ", StringComparison.Ordinal)..][..4]));
    }

    [Fact]
    public async Task WithoutAStore_IsOneLine() =>
        (await CommandRun.InvokeAsync("trades", "tail", "--data", _data.Path)).ShouldFailWith(ExitCode.Unusable, "--data");

    [Fact]
    public async Task NoFollowAlone_IsOneLine() =>
        (await CommandRun.InvokeAsync("trades", "tail", "--no-follow")).ShouldFailWith(ExitCode.Unusable, "--from-beginning");

    [Fact]
    public async Task PairThatNobodyFollows_IsOneLine_WithThoseThatAreKept()
    {
        await WriteAsync("live");

        (await CommandRun.InvokeAsync("trades", "tail", "--symbol", "NOPEUSDT", "--data", _data.Path)).ShouldFailWith(
            ExitCode.Unusable, "--symbol: expected a pair that 'serve' follows (BTCUSDT, ETHUSDT), found 'NOPEUSDT'; add it to SYMBOLS, or correct it");
    }

    [Fact]
    public async Task PairThatIsFollowedAndHasNotTraded_IsWaitedFor()
    {
        await WriteAsync("live");
        using (var builder = new StoreBuilder(_data.File("live")))
        {
            await using var database = builder.OpenDatabase();
            await new OrleansMarket.Sinks.Sqlite.SqliteSymbolSpecStore(database).SaveAsync([new(new("DOTUSDT"), 2, 2)], default);
        }

        var run = await CommandRun.InvokeAsync("trades", "tail", "--symbol", "DOTUSDT", "--from-beginning", "--no-follow", "--data", _data.Path);

        Assert.Equal((ExitCode.Ok, "", "no trade of DOTUSDT is kept\n"), (run.ExitCode, run.Output, run.Error));
    }

    [Theory]
    [InlineData("--symbol", "BTC/USDT")]
    [InlineData("--source", "testnet")]
    [InlineData("--format", "xml")]
    public async Task ABadOption_IsOneLine(string option, string value) =>
        (await CommandRun.InvokeAsync("trades", "tail", option, value)).ShouldFailWith(ExitCode.Unusable, $"{option}: expected");

    private async Task WriteAsync(string source)
    {
        using var builder = new StoreBuilder(_data.File(source));
        await using var log = builder.OpenTradeLog();
        await log.AppendAsync(StoreBuilder.Eth, new[] { StoreBuilder.Trade(StoreBuilder.Eth, 900, 500), StoreBuilder.Trade(StoreBuilder.Eth, 901, 1_500) }, default);
        await log.AppendAsync(StoreBuilder.Btc, Enumerable.Range(0, 3).Select(i => StoreBuilder.Trade(StoreBuilder.Btc, i + 1, i * 1_000)).ToArray(), default);
    }

    /// <summary>A writer that tells when a text has been written.</summary>
    private sealed class WatchedWriter : StringWriter
    {
        private readonly Lock _gate = new();
        private readonly List<(string Text, TaskCompletionSource Done)> _waiting = [];

        public Task UntilAsync(string text)
        {
            lock (_gate)
            {
                if (base.ToString().Contains(text, StringComparison.Ordinal))
                {
                    return Task.CompletedTask;
                }

                var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Add((text, done));
                return done.Task;
            }
        }

        public override Task WriteLineAsync(string? value)
        {
            lock (_gate)
            {
                base.WriteLine(value);
                var all = base.ToString();
                foreach (var (_, done) in _waiting.Where(wait => all.Contains(wait.Text, StringComparison.Ordinal)))
                {
                    done.TrySetResult();
                }
            }

            return Task.CompletedTask;
        }

        public override string ToString()
        {
            lock (_gate)
            {
                return base.ToString();
            }
        }
    }
}
