using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Tests.Repair;

/// <summary>One real session behind the engines' port.</summary>
internal sealed class OneEngine : IEngines, IMarketListener
{
    public static readonly SymbolSpec Spec = new(new Symbol("BTCUSDT"), 2, 5) { BaseAsset = "BTC", QuoteAsset = "USDT" };

    public OneEngine(EngineOptions? options = null) => Session = new SymbolSession(Spec, options ?? new EngineOptions(), this);

    public SymbolSession Session { get; }

    public IReadOnlyList<SymbolSpec> Symbols { get; } = [Spec];

    public void Apply(long id, long time, long price = 100)
    {
        var print = Print.Trade(Spec, id, time, price, 10, TakerSide.Buy);
        Session.Apply([new ReceivedPrint(print, time, time)], refuse: null);
    }

    public Task<EngineReport> ReportAsync(Symbol symbol, long nowMicros, CancellationToken cancellationToken) =>
        Task.FromResult(Session.Report(nowMicros, failure: null));

    public Task<MarketState> DescribeAsync(Symbol symbol, long nowMicros, CancellationToken cancellationToken) => Task.FromResult(Session.Describe(nowMicros));

    public Task<IReadOnlyList<Candle>> GetUnstoredCandlesAsync(Symbol symbol, CandleInterval interval, CancellationToken cancellationToken) =>
        Task.FromResult(Session.UnstoredCandles(interval));

    public Task<ApplyResult> ApplyAsync(Symbol symbol, ReceivedPrint received, CancellationToken cancellationToken) => Task.FromResult(Session.Apply(in received));

    public Task SetStatusAsync(Symbol symbol, SymbolStatus status, CancellationToken cancellationToken)
    {
        Session.Status = status;
        return Task.CompletedTask;
    }

    public Task<bool> CommitAsync(CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<EngineProgress> GetProgressAsync(Symbol symbol, CancellationToken cancellationToken) => Task.FromResult(Session.Progress);

    public Task ApplyRepairAsync(Symbol symbol, GapRepair repair, CancellationToken cancellationToken)
    {
        Session.ApplyRepair(repair);
        return Task.CompletedTask;
    }

    public Task ConfirmLastIdAsync(Symbol symbol, LastTrade last, long interruptedMicros, CancellationToken cancellationToken)
    {
        Session.ConfirmLastId(last.LastId, last.AskedMicros, interruptedMicros);
        return Task.CompletedTask;
    }

    public Task MarkComparedAsync(Symbol symbol, Candle candle, string? difference, CancellationToken cancellationToken)
    {
        Session.MarkCompared(in candle, difference);
        return Task.CompletedTask;
    }

    public Task<bool> RebuildAsync(Symbol symbol, CandleRebuild rebuild, CancellationToken cancellationToken) => Task.FromResult(Session.Rebuild(rebuild));

    public List<UsdRate> Rates { get; } = [];

    public Task OnRateAsync(UsdRate rate, CancellationToken cancellationToken)
    {
        Rates.Add(rate);
        return Task.CompletedTask;
    }

    public Task SetSeasonAsync(Symbol symbol, HourOfWeekBaseline season, CancellationToken cancellationToken)
    {
        Session.SetSeason(season);
        return Task.CompletedTask;
    }

    public Task SetRulesAsync(IReadOnlyList<AlertRule> rules, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<bool> ResolveAlertAsync(AlertKey key, CancellationToken cancellationToken) => Task.FromResult(false);

    public void OnTrade(SymbolSpec spec, in ReceivedPrint received)
    {
    }

    public void OnCandle(SymbolSpec spec, in Candle candle)
    {
    }

    public void OnWhale(SymbolSpec spec, in Sweep sweep)
    {
    }

    public void OnGap(GapView gap)
    {
    }

    public void OnAlert(SymbolSpec spec, AlertTransition transition)
    {
    }
}
