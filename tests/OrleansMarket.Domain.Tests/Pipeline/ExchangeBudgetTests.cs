using OrleansMarket.Domain.Pipeline;
using OrleansMarket.TestKit;

namespace OrleansMarket.Domain.Tests.Pipeline;

public sealed class ExchangeBudgetTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly ExchangeBudget _budget;

    public ExchangeBudgetTests() => _budget = new ExchangeBudget(_clock, 1_000);

    [Theory]
    [InlineData(RequestPriority.Live, 950)]
    [InlineData(RequestPriority.Repair, 800)]
    [InlineData(RequestPriority.Audit, 200)]
    public void TryTake_StopsAtThePrioritysShare(RequestPriority priority, int share)
    {
        Assert.Equal(share, TakeAll(priority));
        Assert.Equal(share, _budget.Used);
    }

    [Fact]
    public void TryTake_KeepsTheLastOfTheMinuteForLive_AndMostOfItForRepair()
    {
        Assert.Equal(200, TakeAll(RequestPriority.Audit));
        Assert.Equal(600, TakeAll(RequestPriority.Repair));
        Assert.Equal(150, TakeAll(RequestPriority.Live));
    }

    [Fact]
    public void TryTake_LetsAuditWaitFirst_WhereRepairIsBusy()
    {
        Assert.True(_budget.TryTake(450, RequestPriority.Repair, out _));

        Assert.Equal(50, TakeAll(RequestPriority.Audit));
        Assert.Equal(300, TakeAll(RequestPriority.Repair));
    }

    [Fact]
    public void TryTake_SaysWhenTheNextMinuteBegins()
    {
        _clock.Advance(TimeSpan.FromSeconds(18));
        TakeAll(RequestPriority.Live);

        Assert.False(_budget.TryTake(1, RequestPriority.Live, out var wait));
        Assert.Equal(TimeSpan.FromSeconds(42), wait);

        _clock.Advance(wait);
        Assert.True(_budget.TryTake(1, RequestPriority.Live, out _));
        Assert.Equal(1, _budget.Used);
    }

    [Fact]
    public void OnUsed_TakesWhatTheExchangeCounted()
    {
        _budget.OnUsed(940);

        Assert.False(_budget.TryTake(20, RequestPriority.Live, out _));
        Assert.True(_budget.TryTake(10, RequestPriority.Live, out _));
    }

    [Fact]
    public void OnUsed_NeverForgetsWhatIsUnderWay()
    {
        Assert.True(_budget.TryTake(500, RequestPriority.Live, out _));
        _budget.OnUsed(20);

        Assert.Equal(500, _budget.Used);
    }

    [Fact]
    public void SetLimit_TakesTheExchangesLimit()
    {
        _budget.SetLimit(100);

        Assert.Equal(95, TakeAll(RequestPriority.Live));
    }

    private int TakeAll(RequestPriority priority)
    {
        var taken = 0;
        while (_budget.TryTake(5, priority, out _))
        {
            taken += 5;
        }

        return taken;
    }
}
