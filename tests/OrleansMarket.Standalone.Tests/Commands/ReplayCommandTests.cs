using System.Text.Json;
using OrleansMarket.TestKit;
using OrleansMarket.Web.Commands;

namespace OrleansMarket.Standalone.Tests.Commands;

public sealed class ReplayCommandTests : IDisposable
{
    private readonly TradeDump _dump = new();

    public void Dispose() => _dump.Dispose();

    [NeedsFact(NeedsFactAttribute.RealData)]
    public async Task RealCapture_GivesTheExchangesOwnCandle()
    {
        var path = Path.Combine(Environment.GetEnvironmentVariable(NeedsFactAttribute.RealData)!, "binance-spot-2024-08-08", "btcusdt_20240808.gz");

        foreach (var candlesOnly in new[] { false, true })
        {
            string[] args = ["replay", path, "--candles", "5m", "--output", "-", .. candlesOnly ? ["--candles-only"] : Array.Empty<string>()];
            var run = await CommandRun.InvokeAsync(args);

            Assert.Equal(0, run.ExitCode);
            Assert.Equal(
                "1723161300000,61828.00000000,61860.80000000,61583.22000000,61685.99000000,199.42863000,1723161599999,12304668.02540550,8863,90.18301000,5563967.33325070,0\n",
                run.Output);
            Assert.Contains("trades        9,757\n", run.Error, StringComparison.Ordinal);
            Assert.Contains("duplicates    0\n", run.Error, StringComparison.Ordinal);
            Assert.Contains("gaps          0\n", run.Error, StringComparison.Ordinal);
            Assert.Contains("dead letters  0\n", run.Error, StringComparison.Ordinal);
            Assert.Contains("candles       1 whole, 2 with missing trades (left out; --partial includes them)\n", run.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("--candles-only")]
    [InlineData("--partial")] // any flag that leaves the engine on
    public async Task WholeCandles_EqualThoseOfPlainDecimals(string flag)
    {
        var run = await CommandRun.InvokeAsync("replay", _dump.WriteTrades(), "--candles", "1m", "--output", "-", flag);

        Assert.Equal(0, run.ExitCode);
        // The day begins with the first trade, so only the last minute is not whole.
        Assert.Equal(flag == "--partial" ? _dump.Klines(1) : _dump.Klines(1)[..^1], run.Lines);
    }

    [Theory]
    [InlineData("--candles-only")]
    [InlineData("--symbol=BTCUSDT")]
    public async Task SeveralIntervals_ComeOneAfterTheOther(string flag)
    {
        var run = await CommandRun.InvokeAsync("replay", _dump.WriteTrades(), "--candles", "5m,1m", "--output", "-", flag);

        Assert.Equal([.. _dump.Klines(5)[..^1], .. _dump.Klines(1)[..^1]], run.Lines);
    }

    [Fact]
    public async Task Microseconds_StayMicroseconds()
    {
        var run = await CommandRun.InvokeAsync("replay", _dump.WriteTrades(microseconds: true), "--candles", "1m", "--output", "-");

        Assert.StartsWith("1704067200000000,", run.Lines[0], StringComparison.Ordinal);
        Assert.Contains(",1704067259999999,", run.Lines[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Gap_LeavesItsCandlesOut(bool candlesOnly)
    {
        // Trades 2000 and 2001 fall into the minute of index 2 (171 ms apart).
        var path = _dump.WriteTrades(keep: trade => trade.Id is not (2_000 or 2_001));
        var gone = (_dump.Trades.Single(trade => trade.Id == 2_000).TimeMs - 1_704_067_200_000) / 60_000;

        string[] args = ["replay", path, "--candles", "1m", "--output", "-", .. candlesOnly ? ["--candles-only"] : Array.Empty<string>()];
        var run = await CommandRun.InvokeAsync(args);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(_dump.Klines(1)[..^1].Where((_, index) => index != gone), run.Lines);
        Assert.Contains("gaps          1 (2 trades still missing)\n", run.Error, StringComparison.Ordinal);
        Assert.Contains("2 with missing trades (left out", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DuplicatesAndLateRows_ChangeNothing(bool candlesOnly)
    {
        var lines = await File.ReadAllLinesAsync(_dump.WriteTrades());
        var disturbed = new List<string>();
        for (var i = 0; i < lines.Length; i++)
        {
            if (i % 7 == 3 && i + 1 < lines.Length)
            {
                disturbed.AddRange([lines[i + 1], lines[i], lines[i + 1]]);
                i++;
            }
            else
            {
                disturbed.Add(lines[i]);
            }
        }

        var path = _dump.WriteKlines("BTCUSDT-trades-2024-01-01.csv", disturbed);

        string[] args = ["replay", path, "--candles", "1m", "--output", "-", .. candlesOnly ? ["--candles-only"] : Array.Empty<string>()];
        var run = await CommandRun.InvokeAsync(args);

        Assert.Equal(_dump.Klines(1)[..^1], run.Lines);
        Assert.Contains("trades        5,000\n", run.Error, StringComparison.Ordinal);
        Assert.Contains($"duplicates    {disturbed.Count - 5_000:N0}\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FilesInAnyOrder_AreOneTape()
    {
        var first = _dump.WriteTrades("BTCUSDT-trades-2024-01-01.csv", trade => trade.Id < 3_000);
        var second = _dump.WriteTrades("BTCUSDT-trades-2024-01-02.csv", trade => trade.Id >= 3_000);

        var run = await CommandRun.InvokeAsync("replay", second, first, "--candles", "1m", "--output", "-");

        Assert.Equal(_dump.Klines(1)[..^1], run.Lines);
        Assert.Contains("gaps          0\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WholeDay_ProvesItsLastCandle()
    {
        using var day = new TradeDump(count: 1_440 * 3, stepMs: 20_000);

        var run = await CommandRun.InvokeAsync("replay", day.WriteTrades(), "--candles", "1h,1d", "--output", "-");

        Assert.Equal([.. day.Klines(60), .. day.Klines(1_440)], run.Lines);
    }

    [Fact]
    public async Task MinutesWithoutTrades_CarryThePreviousClose()
    {
        using var quiet = new TradeDump(count: 30, stepMs: 150_000);

        var run = await CommandRun.InvokeAsync("replay", quiet.WriteTrades(), "--candles", "1m", "--output", "-");

        Assert.Equal(72, run.Lines.Length); // the last trade, 72.5 minutes in, proves those before its own
        var traded = run.Lines[0].Split(',');
        var carried = run.Lines[1].Split(',');
        Assert.Equal([traded[4], traded[4], traded[4], traded[4], "0.00000000", "0.00000000", "0"], [.. carried[1..6], carried[7], carried[8]]);
    }

    [Fact]
    public async Task BadRows_AreCountedByReasonAndTooManyChangeTheExitCode()
    {
        var few = _dump.WriteTrades(append: "9,0,1,1,1704067200000,True,True\n9,1,0,1,1704067200000,True,True\n");
        var run = await CommandRun.InvokeAsync("replay", few, "--output", "-");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("dead letters  2 (bad-price 1, bad-quantity 1)\n", run.Error, StringComparison.Ordinal);
        Assert.Contains($"refused: {few}:5001: expected price to be", run.Error, StringComparison.Ordinal);

        var strict = await CommandRun.InvokeAsync("replay", few, "--output", "-", "--max-dead-letters", "0.01");

        Assert.Equal(ExitCode.TooManyDeadLetters, strict.ExitCode);
        Assert.Equal(run.Output, strict.Output);
        Assert.Contains("error: 0.04 % of the rows were refused, more than 0.01 %", strict.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_SaysWhatARowCannot()
    {
        var run = await CommandRun.InvokeAsync("replay", _dump.WriteTrades(), "--candles", "1m", "--output", "-", "--format", "json", "--partial");

        using var json = JsonDocument.Parse(run.Output);
        var candles = json.RootElement.EnumerateArray().ToList();
        Assert.Equal(_dump.Klines(1).Count, candles.Count);
        Assert.Equal("BTCUSDT", candles[0].GetProperty("symbol").GetString());
        Assert.Equal(1_000, candles[0].GetProperty("firstId").GetInt64());
        Assert.Equal("complete", candles[0].GetProperty("status").GetString());
        Assert.NotEqual("complete", candles[^1].GetProperty("status").GetString());
        Assert.Equal(_dump.Klines(1)[0].Split(',')[7], candles[0].GetProperty("quoteVolume").GetString());
    }

    [Fact]
    public async Task OutputFile_AppearsWholeAndNamedAfterItsContent()
    {
        var target = _dump.At("out/{symbol}-{interval}.csv");

        var run = await CommandRun.InvokeAsync("replay", _dump.WriteTrades(), "--candles", "1m,5m", "--output", target);

        Assert.Empty(run.Output);
        Assert.Equal(["BTCUSDT-1m.csv", "BTCUSDT-5m.csv"], Directory.GetFiles(_dump.At("out")).Select(Path.GetFileName).Order());
        Assert.Equal(_dump.Klines(1)[..^1], await File.ReadAllLinesAsync(_dump.At("out/BTCUSDT-1m.csv")));
    }

    [Fact]
    public async Task FailedRun_LeavesTheFormerOutputAlone()
    {
        var target = _dump.At("candles.csv");
        await File.WriteAllTextAsync(target, "before");

        var run = await CommandRun.InvokeAsync("replay", _dump.WriteTrades(append: "7,1.0"), "--output", target);

        run.ShouldFailWith(ExitCode.Unusable, "the file ends inside a row");
        Assert.Equal("before", await File.ReadAllTextAsync(target));
    }

    [Fact]
    public async Task SeveralSymbolsInOneCsv_AreRefusedWithTheRemedy()
    {
        var eth = _dump.WriteTrades("ETHUSDT-trades-2024-01-01.csv");
        var btc = _dump.WriteTrades();

        (await CommandRun.InvokeAsync("replay", btc, eth, "--output", "-")).ShouldFailWith(ExitCode.Unusable, "put {symbol} into the name");
        Assert.Equal(0, (await CommandRun.InvokeAsync("replay", btc, eth, "--output", "-", "--format", "json")).ExitCode);
    }

    [Fact]
    public async Task PacedReplay_GivesTheSameCandles()
    {
        var run = await CommandRun.InvokeAsync("replay", _dump.WriteTrades(), "--candles", "1m", "--output", "-", "--speed", "1000000x");

        Assert.Equal(_dump.Klines(1)[..^1], run.Lines);
    }

    [Theory]
    [InlineData("--speed", "3", "--speed: expected max, or a factor such as 1x or 10x, found '3'")]
    [InlineData("--speed", "0x", "--speed: expected max")]
    [InlineData("--candles", "2m", "--candles: expected one or more of 1s, 1m, 5m, 15m, 1h, 4h, 1d, found '2m'")]
    [InlineData("--candles", "", "found ''")]
    [InlineData("--format", "xml", "--format: expected csv or json, found 'xml'")]
    [InlineData("--output", "/proc", "--output: expected a file, found the folder '/proc'; add a file name")]
    [InlineData("--symbol", "BTC/USDT", "--symbol: expected a pair such as BTCUSDT, found 'BTC/USDT'")]
    [InlineData("--max-dead-letters", "101", "--max-dead-letters: expected 0 to 100 percent")]
    [InlineData("--max-dead-letters", "some", "--max-dead-letters: expected 0 to 100 percent, found 'some'")]
    [InlineData("--unknown", "1", "unknown option '--unknown'")]
    public async Task BadArgument_IsOneLine(string option, string value, string message)
    {
        var run = await CommandRun.InvokeAsync("replay", _dump.WriteTrades(), option, value);

        Assert.Equal(ExitCode.Unusable, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileWithoutTrades_IsAFault()
    {
        var path = _dump.WriteKlines("frames.txt", ["""{"result":null,"id":1}"""]);

        var run = await CommandRun.InvokeAsync("replay", path);

        Assert.Equal(ExitCode.Unusable, run.ExitCode);
        Assert.Contains("error: no trades found (1 other frames, 0 refused)", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OutputThatCannotBeWritten_IsAFaultOfTheOption()
    {
        var run = await CommandRun.InvokeAsync("replay", _dump.WriteTrades(), "--output", Path.Combine(_dump.WriteTrades(), "candles.csv"));

        run.ShouldFailWith(ExitCode.Unusable, "--output: expected to write");
    }

    [Fact]
    public async Task PairThatIsNotInTheRecording_IsTold()
    {
        var path = _dump.WriteKlines("frames.txt", ["""{"result":null,"id":1}"""]);

        var run = await CommandRun.InvokeAsync("replay", path, "--symbol", "NOPEUSDT");

        Assert.Equal(ExitCode.Unusable, run.ExitCode);
        Assert.Contains("error: no trades of NOPEUSDT found (1 other frames, 0 refused); give recordings of trades of that pair, or leave --symbol out", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoFile_IsOneLine() =>
        (await CommandRun.InvokeAsync("replay")).ShouldFailWith(ExitCode.Unusable, "expected FILE, found none; see 'OrleansMarket.Standalone replay --help'");

    [Fact]
    public async Task MissingFile_IsOneLine() =>
        (await CommandRun.InvokeAsync("replay", _dump.At("nothing.gz"))).ShouldFailWith(ExitCode.Unusable, "nothing.gz: no such file");
}
