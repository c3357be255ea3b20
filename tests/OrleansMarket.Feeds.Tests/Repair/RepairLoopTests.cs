using Microsoft.Extensions.Logging.Abstractions;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Repair;
using OrleansMarket.TestKit;

namespace OrleansMarket.Feeds.Tests.Repair;

public sealed class RepairLoopTests
{
    private const long Start = 1_700_000_040_000_000;

    private readonly ManualTimeProvider _clock = new(Micros.ToInstant(Start));
    private readonly OneEngine _engine = new();
    private readonly ScriptedRepairer _repairer = new();
    private readonly RepairLoop _loop;

    public RepairLoopTests()
    {
        _loop = new RepairLoop(_engine, _repairer, _clock, NullLogger<RepairLoop>.Instance, new JobLog());
        _engine.Session.Engine.ExpectFrom(10, Start);
        _engine.Apply(10, Start + 1);
    }

    [Fact]
    public async Task RepairDueAsync_LeavesAFreshGapToTheStreamFirst()
    {
        _engine.Apply(12, Start + 3);
        await _loop.RepairDueAsync(CancellationToken.None);
        Assert.Equal(0, _repairer.Asked);

        _engine.Apply(11, Start + 2);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await _loop.RepairDueAsync(CancellationToken.None);
        Assert.Equal(0, _repairer.Asked);
    }

    [Fact]
    public async Task RepairDueAsync_AsksAgainForWhatRemainsOnlyWhenItIsDue()
    {
        _engine.Apply(14, Start + 9);
        _repairer.Answer = gap => new GapRepair(
            [Print.Trade(OneEngine.Spec, 12, Start + 4, 100, 1, TakerSide.Buy)], [new(11, 11), new(13, 13)], TimeSpan.FromSeconds(30), "the database lags");
        await RunAsync(TimeSpan.FromSeconds(1));
        Assert.Equal((1, 2), (_repairer.Asked, _engine.Session.Engine.MissingIds));

        _repairer.Answer = gap => new GapRepair([Print.Trade(OneEngine.Spec, gap.Missing.First, Start + 3, 100, 1, TakerSide.Buy)], [], null, null);
        await RunAsync(TimeSpan.FromSeconds(31));
        Assert.Equal(0, _engine.Session.Engine.MissingIds);
        Assert.Null(_loop.Error);
    }

    [Fact]
    public async Task RepairDueAsync_ObeysTheExchangeThatCannotBeAsked()
    {
        _engine.Apply(12, Start + 3);
        _repairer.Answer = _ => throw new ExchangeUnavailableException("HTTP 418: banned", TimeSpan.FromMinutes(2));
        await RunAsync(TimeSpan.FromSeconds(1));
        await RunAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(1, _repairer.Asked);
        Assert.Equal("HTTP 418: banned", _loop.Error);
        Assert.Equal("HTTP 418: banned", Assert.Single(_engine.Session.OpenGaps()).Note);

        await RunAsync(TimeSpan.FromSeconds(61));
        Assert.Equal(2, _repairer.Asked);
    }

    private async Task RunAsync(TimeSpan after)
    {
        await _loop.RepairDueAsync(CancellationToken.None);
        _clock.Advance(after);
        await _loop.RepairDueAsync(CancellationToken.None);
    }

    private sealed class ScriptedRepairer : IGapRepairer
    {
        public int Asked { get; private set; }

        public Func<Gap, GapRepair> Answer { get; set; } = gap => new GapRepair([], [gap.Missing], TimeSpan.FromSeconds(1), "nothing found");

        public Task<GapRepair> RepairAsync(SymbolSpec spec, Gap gap, CancellationToken cancellationToken)
        {
            Asked++;
            return Task.FromResult(Answer(gap));
        }
    }
}
