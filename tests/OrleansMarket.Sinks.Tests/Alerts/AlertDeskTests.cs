using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.Alerts;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Alerts;
using static OrleansMarket.Sinks.Tests.Alerts.Messages;

namespace OrleansMarket.Sinks.Tests.Alerts;

public sealed class AlertDeskTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new(Start);
    private readonly InMemoryAlertStore _store = new();
    private readonly FakeEngines _engines = new();
    private readonly AlertDesk _desk;

    public AlertDeskTests() => _desk = new(_store, _engines, _clock);

    public void Dispose() => _desk.Dispose();

    [Fact]
    public async Task PutRule_KeepsTheShippedRulesBesideTheFirstOneStored()
    {
        var change = await _desk.PutRuleAsync(Rule(), default);

        Assert.Equal(1, change.Rule!.Version);
        Assert.Equal(DefaultAlertRules.All.Count + 1, (await _desk.GetRulesAsync(default)).Count);
        Assert.Equal(await _desk.GetRulesAsync(default), _engines.Rules);
    }

    [Fact]
    public async Task PutRule_RaisesTheVersionWithEveryChangeAndNotWithoutOne()
    {
        Assert.Equal(1, (await _desk.PutRuleAsync(Rule(), default)).Rule!.Version);
        Assert.Equal(1, (await _desk.PutRuleAsync(Rule() with { Version = 7 }, default)).Rule!.Version);
        Assert.Equal(2, (await _desk.PutRuleAsync(Rule() with { Enter = 9 }, default)).Rule!.Version);
        Assert.Equal(2, (await _desk.PutRuleAsync(DefaultAlertRules.All[0] with { Enter = 9 }, default)).Rule!.Version);
    }

    [Fact]
    public async Task PutRule_GoesOnWithTheVersionOfARemovedRule()
    {
        await _desk.PutRuleAsync(Rule(), default);
        Assert.True(await _desk.RemoveRuleAsync("mine", default));
        Assert.False(await _desk.RemoveRuleAsync("mine", default));
        Assert.DoesNotContain(_engines.Rules, rule => rule.Id == "mine");

        Assert.Equal(2, (await _desk.PutRuleAsync(Rule(), default)).Rule!.Version);
    }

    [Fact]
    public async Task RemoveRule_TakesAShippedRuleAwayForGood()
    {
        Assert.True(await _desk.RemoveRuleAsync("whale", default));

        Assert.DoesNotContain(await _desk.GetRulesAsync(default), rule => rule.Id == "whale");
        Assert.Equal(DefaultAlertRules.All.Count - 1, (await _desk.GetRulesAsync(default)).Count);
    }

    [Fact]
    public async Task PutRule_RefusesAWrongRuleAndChangesNothing()
    {
        var change = await _desk.PutRuleAsync(Rule() with { Enter = double.NaN }, default);

        Assert.Null(change.Rule);
        Assert.Equal(["enter"], change.Problems.Keys);
        Assert.Null(await _store.ReadRulesAsync(default));
        Assert.Empty(_engines.Rules);
    }

    [Fact]
    public async Task AddSilence_GivesAnIdAndForgetsThoseThatEnded()
    {
        var first = (await _desk.AddSilenceAsync(Silence(10), default)).Silence!;
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Empty(await _desk.GetSilencesAsync(default));
        var second = (await _desk.AddSilenceAsync(Silence(60), default)).Silence!;

        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal([second], await _desk.GetSilencesAsync(default));
        Assert.Equal([second], await _store.ReadSilencesAsync(default));
        Assert.True(await _desk.RemoveSilenceAsync(second.Id, default));
        Assert.False(await _desk.RemoveSilenceAsync(second.Id, default));
    }

    [Fact]
    public async Task AddSilence_RefusesOneThatHasEnded() =>
        Assert.Equal(["until"], (await _desk.AddSilenceAsync(Silence(10) with { From = Start.AddHours(-2), Until = Start.AddHours(-1) }, default)).Problems.Keys);

    [Theory]
    [InlineData("nonsense")]
    [InlineData("move@1/BTCUSDT/x")]
    [InlineData("move@1/BTCUSDT/1767225600000000")]
    public async Task Resolve_DoesNotFindWhatIsNotThere(string key) => Assert.False(await _desk.ResolveAsync(key, default));

    [Fact]
    public async Task Resolve_AsksTheEngineFirst()
    {
        _engines.Active = Fire().Key;

        Assert.True(await _desk.ResolveAsync(Fire().Key.ToString(), default));
        Assert.Empty(await _store.ReadAlertAsync(Fire().Key, default));
    }

    [Theory]
    [InlineData("BTCUSDT")]
    [InlineData("GONEUSDT")]
    public async Task Resolve_EndsWhatTheLogHoldsAndNoEngineKnows(string symbol)
    {
        await _store.AppendAsync([Fire(symbol)], Start, default);
        Assert.True(await _desk.ResolveAsync(Fire(symbol).Key.ToString(), default));
        Assert.False(await _desk.ResolveAsync(Fire(symbol).Key.ToString(), default));

        var alert = Assert.Single((await _desk.GetAlertsAsync(new(null, null, null, 10, null), default)).Alerts);
        Assert.Equal((AlertState.Resolved, "resolved by hand; no engine watched it any more"), (alert.State, alert.Note));
    }

    [Fact]
    public async Task Preview_SaysThatThereIsNoHistory() =>
        Assert.Equal("this host keeps no history to look at", (await _desk.PreviewAsync(Rule(), Start, Start, default)).Note);

    private static AlertRule Rule() => new() { Id = "mine", Name = "Mine", Signal = Signal.PriceMove1m, Enter = 3 };

    private AlertSilence Silence(int minutes) => new() { Id = "", From = _clock.GetUtcNow(), Until = _clock.GetUtcNow().AddMinutes(minutes), Reason = "maintenance" };

    private sealed class FakeEngines : IEngines
    {
        public IReadOnlyList<SymbolSpec> Symbols { get; } = [SymbolSpec.Widest(new("BTCUSDT"))];

        public IReadOnlyList<AlertRule> Rules { get; private set; } = [];

        public AlertKey? Active { get; set; }

        public Task SetRulesAsync(IReadOnlyList<AlertRule> rules, CancellationToken cancellationToken)
        {
            Rules = rules;
            return Task.CompletedTask;
        }

        public Task<bool> ResolveAlertAsync(AlertKey key, CancellationToken cancellationToken) =>
            key.Symbol == Symbols[0].Symbol ? Task.FromResult(key == Active) : throw new ArgumentException("not followed", nameof(key));

        public Task<EngineReport> ReportAsync(Symbol symbol, long nowMicros, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<MarketState> DescribeAsync(Symbol symbol, long nowMicros, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<Candle>> GetUnstoredCandlesAsync(Symbol symbol, CandleInterval interval, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<ApplyResult> ApplyAsync(Symbol symbol, ReceivedPrint received, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task SetStatusAsync(Symbol symbol, SymbolStatus status, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> CommitAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<EngineProgress> GetProgressAsync(Symbol symbol, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task ApplyRepairAsync(Symbol symbol, GapRepair repair, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task ConfirmLastIdAsync(Symbol symbol, LastTrade last, long interruptedMicros, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task MarkComparedAsync(Symbol symbol, Candle candle, string? difference, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> RebuildAsync(Symbol symbol, CandleRebuild rebuild, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task SetSeasonAsync(Symbol symbol, HourOfWeekBaseline season, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task OnRateAsync(UsdRate rate, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
