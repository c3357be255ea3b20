using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansMarket.Cluster.Tests.Redis;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Silo.Redis;
using OrleansMarket.Sinks.Alerts;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Alerts;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Alerts;

/// <summary>Two silos that both believe that they tell alerts, over a real Redis: one was frozen, and the others took it for dead.</summary>
public sealed class AlertTermTests
{
    private static readonly Symbol Btc = new("BTCUSDT");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task Commit_OfAnEarlierTerm_WritesNothing()
    {
        await using var bench = await RedisStoreBench.StartAsync();
        var store = new RedisAlertStore(bench.Store);
        var alert = Alert(1);
        var earlier = await store.BeginTermAsync(default);
        await earlier.AppendAsync([alert], RedisStoreBench.Now, default);
        var record = (await earlier.ReadNewAsync(10, default)).ShouldHaveSingleItem();

        var later = await store.BeginTermAsync(default);

        await Should.ThrowAsync<AlertTermEndedException>(() => earlier.CommitAsync(new([record with { Delivery = AlertDelivery.Grouping }], []), default));
        (await store.ReadNewAsync(10, default)).ShouldHaveSingleItem();
        await later.CommitAsync(new([record with { Delivery = AlertDelivery.Grouping }], []), default);
        (await store.ReadNewAsync(10, default)).ShouldBeEmpty();
    }

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task Delivery_EndsWhenALaterOneBegins_AndNothingIsToldTwice()
    {
        await using var bench = await RedisStoreBench.StartAsync();
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var (store, told) = (new RedisAlertStore(bench.Store), new ConcurrentQueue<string>());
        using var first = Service(store, services, told);
        using var second = Service(store, services, told);
        using var stop = new CancellationTokenSource();
        var earlier = first.RunAsync(stop.Token);
        await store.AppendAsync([Alert(0)], TimeProvider.System.GetUtcNow(), default);
        await Eventually.BecomesTrueAsync(() => told.Count == 1, "the first alert told", Patience);

        var later = second.RunAsync(stop.Token);
        var sent = 1;
        await Eventually.BecomesTrueAsync(
            async () =>
            {
                // Now and then the earlier one is the first to see a new alert: then it finds out.
                await store.AppendAsync([Alert(sent++)], TimeProvider.System.GetUtcNow(), default);
                return earlier.IsCompleted;
            },
            "the end of the earlier delivery", Patience);
        await Eventually.BecomesTrueAsync(() => Distinct() == sent, "every alert told, repeats aside", Patience);

        earlier.IsCompletedSuccessfully.ShouldBeTrue();
        later.IsCompleted.ShouldBeFalse();
        told.Where(text => !text.EndsWith('?')).ShouldBeUnique();
        await stop.CancelAsync();
        await later;

        int Distinct() => told.Select(text => text.TrimEnd('?')).Distinct().Count();
    }

    private static AlertTransition Alert(int number) => AlertStoreUse.Transition("spike", Btc, 1_000_000 + (number * 1_000_000L), AlertState.Firing);

    private static AlertDeliveryService Service(RedisAlertStore store, IServiceProvider services, ConcurrentQueue<string> told) => new(
        store, [new Channel(told)], Options.Create(new AlertOptions { GroupWindow = TimeSpan.Zero, Poll = TimeSpan.FromMilliseconds(10) }), new AlertDeliveryStatus(),
        new AlertInstruments(services.GetRequiredService<IMeterFactory>()), TimeProvider.System, NullLogger<AlertDeliveryService>.Instance);

    /// <summary>Remembers what it was given; a possible repeat has a question mark.</summary>
    private sealed class Channel(ConcurrentQueue<string> told) : IAlertChannel
    {
        public string Name => "slack";

        public TimeSpan MinInterval => TimeSpan.Zero;

        public Task<Delivery> SendAsync(OutboxEntry entry, OutboxEntry? first, CancellationToken cancellationToken)
        {
            foreach (var transition in entry.Message.Transitions)
            {
                told.Enqueue(transition.Id + (entry.PossibleRepeat ? "?" : ""));
            }

            return Task.FromResult(new Delivery(DeliveryStatus.Delivered));
        }
    }
}
