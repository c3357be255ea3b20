using System.Text;
using OrleansMarket.Domain.Candles;

namespace OrleansMarket.Sinks.Tests.Influx;

public sealed class SeriesSinkTests : IDisposable
{
    private readonly SeriesBench _bench = new();

    public void Dispose() => _bench.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [Fact]
    public async Task Append_LeavesOutSeconds_UnlessTheyAreNamed()
    {
        Candle[] candles = [.. CandleInterval.All.Select(interval => SeriesSamples.Candle with { Interval = interval })];
        await _bench.Sink.AppendAsync([SeriesSamples.Commit(candles)], default);
        Assert.Equal(["1m", "5m", "15m", "1h", "4h", "1d"], Lines().Select(IntervalOf));

        _bench.Options.Intervals = ["1s", "1h"];
        await _bench.Sink.AppendAsync([SeriesSamples.Commit(candles)], default);
        Assert.Equal(["1s", "1h"], Lines().Select(IntervalOf));
    }

    [Fact]
    public async Task OnTrade_KeepsTrades_OnlyWhereTheyAreWanted()
    {
        var trade = SeriesSamples.Trade;
        var sink = _bench.Sink;
        sink.OnTrade(SeriesSamples.Btc, in trade);
        await sink.FlushTradesAsync(default);
        Assert.Empty(Lines());

        _bench.Options.Trades = true;
        sink = _bench.Sink;
        sink.OnTrade(SeriesSamples.Btc, in trade);
        await sink.FlushTradesAsync(default);
        Assert.Equal(
            ["trade,symbol=BTCUSDT,taker=buy,exchange=binance,feed=live price=61000.10,quantity=0.12345,quote_amount=7530.4623450,trade_id=4000000999i,trades=1i,latency=0.25 1795255200000777999"],
            Lines());
    }

    [Fact]
    public void OnTrade_NeverWaits_AndCountsWhatItDrops()
    {
        _bench.Options.Trades = true;
        var sink = _bench.Sink;
        var trade = SeriesSamples.Trade;
        for (var i = 0; i < 60_000; i++)
        {
            sink.OnTrade(SeriesSamples.Btc, in trade);
        }

        // 8 MiB of lines of 180 bytes.
        Assert.InRange(_bench.Count("market.influx.dropped trades-too-fast"), 10_000, 20_000);
    }

    [Fact]
    public async Task Append_LeavesOutASymbolThatHasNotTradedYet()
    {
        var silent = SeriesSamples.State with { SettledTo = null, Overview = SeriesSamples.State.Overview with { LastTradeTime = null } };
        await _bench.Sink.AppendSampleAsync([silent], SeriesSamples.Health, default, default);

        Assert.StartsWith("pipeline,feed=live ", Assert.Single(Lines()), StringComparison.Ordinal);
    }

    private static string IntervalOf(string line) => line.Split("interval=")[1].Split(',')[0];

    private string[] Lines()
    {
        if (_bench.Spool.Peek(1_000, 1 << 20) is not { } batch)
        {
            return [];
        }

        _bench.Spool.Advance(batch);
        return Encoding.UTF8.GetString(batch.Lines.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
