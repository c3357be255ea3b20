using Microsoft.Extensions.Hosting;
using NSubstitute;
using OrleansMarket.Contracts.Market;
using OrleansMarket.Silo.Hosting;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Hosting;

public sealed class NoStatisticsWhileStoppingTests : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly NoStatisticsWhileStopping _filter;

    public NoStatisticsWhileStoppingTests()
    {
        var lifetime = Substitute.For<IHostApplicationLifetime>();
        lifetime.ApplicationStopping.Returns(_stop.Token);
        _filter = new NoStatisticsWhileStopping(lifetime);
    }

    public void Dispose() => _stop.Dispose();

    [Theory]
    [InlineData(typeof(IManagementGrain), false, true)]
    [InlineData(typeof(IManagementGrain), true, false)]
    [InlineData(typeof(IMarketGrain), true, true)]
    public async Task OnlyTheCountingOfAStoppingSilo_IsNotDone(Type asked, bool stopping, bool isDone)
    {
        if (stopping)
        {
            await _stop.CancelAsync();
        }

        var call = Substitute.For<IOutgoingGrainCallContext>();
        call.Request.GetInterfaceType().Returns(asked);
        var done = _filter.Invoke(call);

        done.IsCanceled.ShouldBe(!isDone);
        await call.Received(isDone ? 1 : 0).Invoke();
    }
}
