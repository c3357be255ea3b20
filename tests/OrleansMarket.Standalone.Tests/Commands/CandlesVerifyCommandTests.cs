using OrleansMarket.Web.Commands;

namespace OrleansMarket.Standalone.Tests.Commands;

public sealed class CandlesVerifyCommandTests : IDisposable
{
    private const string KlineName = "BTCUSDT-1m-2024-01-01.csv";

    private readonly TradeDump _dump = new();

    public void Dispose() => _dump.Dispose();

    [Fact]
    public async Task EqualKlines_AreSaidToBeEqual()
    {
        var run = await CommandRun.InvokeAsync("candles", "verify", _dump.WriteTrades(), _dump.WriteKlines(KlineName, _dump.Klines(1)));

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Empty(run.Output);
        var whole = _dump.Klines(1).Count - 1;
        Assert.Contains($"BTCUSDT 1m: {whole} equal in every field, 0 different, 1 not covered whole by the trades, 0 outside them", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "open")]
    [InlineData(2, "high")]
    [InlineData(3, "low")]
    [InlineData(4, "close")]
    [InlineData(5, "volume")]
    [InlineData(7, "quote volume")]
    [InlineData(8, "trades")]
    [InlineData(9, "taker buy base")]
    [InlineData(10, "taker buy quote")]
    public async Task EveryFieldCounts_ToTheLastDigit(int column, string field)
    {
        var rows = _dump.Klines(1);
        var fields = rows[3].Split(',');
        var ours = fields[column];
        var last = fields[column][^1];
        fields[column] = fields[column][..^1] + (last == '9' ? '8' : (char)(last + 1));
        rows[3] = string.Join(',', fields);

        var run = await CommandRun.InvokeAsync("candles", "verify", _dump.WriteTrades(), _dump.WriteKlines(KlineName, rows));

        Assert.Equal(ExitCode.Mismatch, run.ExitCode);
        Assert.Equal(2, run.Lines.Length);
        Assert.Equal(["2024-01-01", "00:03:00", .. field.Split(' '), ours, fields[column]], run.Lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("1 different", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingAndSurplusCandles_AreDifferences()
    {
        var rows = _dump.Klines(1);
        rows.RemoveAt(5);
        rows[7] = rows[7].Replace("1704067680000,", "1704067680000,", StringComparison.Ordinal);

        var run = await CommandRun.InvokeAsync("candles", "verify", _dump.WriteTrades(), _dump.WriteKlines(KlineName, rows));

        Assert.Equal(ExitCode.Mismatch, run.ExitCode);
        Assert.Contains("2024-01-01 00:05:00  candle", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CandlesBesideAGap_AreNotCompared()
    {
        var trades = _dump.WriteTrades(keep: trade => trade.Id != 2_000);

        var run = await CommandRun.InvokeAsync("candles", "verify", trades, _dump.WriteKlines(KlineName, _dump.Klines(1)));

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Contains("2 not covered whole by the trades", run.Error, StringComparison.Ordinal);
        Assert.Contains("1 trades are missing", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherInterval_IsRebuiltToo()
    {
        var run = await CommandRun.InvokeAsync("candles", "verify", _dump.WriteTrades(), _dump.WriteKlines("BTCUSDT-5m-2024-01-01.csv", _dump.Klines(5)), "--interval", "5m");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Contains("BTCUSDT 5m: 2 equal", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FilesThatDoNotFit_AreOneLine()
    {
        var trades = _dump.WriteTrades();
        var klines = _dump.WriteKlines(KlineName, _dump.Klines(1));
        var eth = _dump.WriteKlines("ETHUSDT-1m-2024-01-01.csv", _dump.Klines(1));
        using var later = new TradeDump(startMs: 1_706_745_600_000);
        var february = _dump.WriteKlines("BTCUSDT-1m-2024-02-01.csv", later.Klines(1));
        var bad = _dump.WriteKlines("BTCUSDT-1m-2024-01-02.csv", [.. _dump.Klines(1)[..3], "1,2,3"]);

        (await CommandRun.InvokeAsync("candles", "verify", trades, eth)).ShouldFailWith(ExitCode.Unusable, "give files of one pair");
        (await CommandRun.InvokeAsync("candles", "verify", trades, klines, "--interval", "5m")).ShouldFailWith(ExitCode.Unusable, "holds klines of 1m, not 5m");
        (await CommandRun.InvokeAsync("candles", "verify", trades, trades)).ShouldFailWith(ExitCode.Unusable, "expected a klines dump, found trades");
        (await CommandRun.InvokeAsync("candles", "verify", klines, klines)).ShouldFailWith(ExitCode.Unusable, "expected trades, found klines");
        (await CommandRun.InvokeAsync("candles", "verify", trades, bad)).ShouldFailWith(ExitCode.Unusable, "BTCUSDT-1m-2024-01-02.csv:4: expected 12 columns");
        var nothing = await CommandRun.InvokeAsync("candles", "verify", trades, february);
        Assert.Equal(ExitCode.Unusable, nothing.ExitCode);
        Assert.Contains("error: nothing was compared", nothing.Error, StringComparison.Ordinal);
    }
}
