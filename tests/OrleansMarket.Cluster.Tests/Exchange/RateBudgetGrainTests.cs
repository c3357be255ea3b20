using NSubstitute;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Grains.Exchange;
using OrleansMarket.TestKit;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Exchange;

public sealed class RateBudgetGrainTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly IPersistentState<RateBudgetState> _state = Substitute.For<IPersistentState<RateBudgetState>>();
    private readonly RateBudgetGrain _grain;

    public RateBudgetGrainTests()
    {
        _state.State.Returns(new RateBudgetState());
        _grain = new RateBudgetGrain(_state, _clock);
    }

    [Fact]
    public async Task TakeAsync_GivesAllSilosOneBudget()
    {
        await _grain.SetLimitAsync(100);

        (await _grain.TakeAsync(50, (byte)RequestPriority.Repair, default)).Reason.ShouldBeNull();
        (await _grain.TakeAsync(40, (byte)RequestPriority.Repair, default)).Reason.ShouldNotBeNull();
        (await _grain.TakeAsync(40, (byte)RequestPriority.Live, default)).Reason.ShouldBeNull();
        await _grain.OnUsedAsync(95);
        (await _grain.TakeAsync(1, (byte)RequestPriority.Live, default)).Wait.ShouldBe(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task BlockAsync_RefusesEverybodyUntilThen_AlsoAfterARestart()
    {
        await _grain.BlockAsync(_clock.GetUtcNow().AddMinutes(10), "told to stay away", default);
        await _grain.BlockAsync(_clock.GetUtcNow().AddMinutes(2), "a shorter one", default);
        await _state.Received(1).WriteStateAsync(Arg.Any<CancellationToken>());

        var restarted = new RateBudgetGrain(_state, _clock);
        var refused = await restarted.TakeAsync(1, (byte)RequestPriority.Live, default);
        (refused.Reason, refused.Wait).ShouldBe(("told to stay away", TimeSpan.FromMinutes(10)));

        _clock.Advance(TimeSpan.FromMinutes(10));
        (await restarted.TakeAsync(1, (byte)RequestPriority.Live, default)).Reason.ShouldBeNull();
    }

    [Fact]
    public async Task BlockAsync_BelievesNoBanOfMoreThanThreeDays()
    {
        await _grain.BlockAsync(_clock.GetUtcNow().AddDays(30), "a clock gone wrong", default);

        (await _grain.TakeAsync(1, (byte)RequestPriority.Live, default)).Wait.ShouldBe(TimeSpan.FromDays(3));
    }
}
