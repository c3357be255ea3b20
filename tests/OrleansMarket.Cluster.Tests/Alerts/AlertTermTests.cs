using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NSubstitute;
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

    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task FrozenDelivery_TellsNothingBesideItsSuccessor_AndEachAlertIsToldOnce()
    {
        await using var bench = await RedisStoreBench.StartAsync();
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var (store, before, told) = (new RedisAlertStore(bench.Store), new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
        using var stop = new CancellationTokenSource();
        var (clock, thaw, isFrozen) = (new ManualTimeProvider(RedisStoreBench.Now), new TaskCompletionSource(), false);
        using var frozen = Service(store, services, before, clock, () =>
        {
            isFrozen = !before.IsEmpty;
            return isFrozen ? thaw.Task : Task.CompletedTask;
        });
        var earlier = frozen.RunAsync(stop.Token);
        await AppendAsync(0);
        await PassAsync(clock, () => before.Count == 1, "the first alert told");

        // It freezes in the middle of telling the second one: what has left it has left it, and its clock stands still from here on.
        await AppendAsync(1);
        await PassAsync(clock, () => isFrozen, "a message under way");
        await AppendAsync(2);

        // The others take it for dead. Its successor tells what waits, and says of the one under way that it may be a repeat.
        var now = new ManualTimeProvider(RedisStoreBench.Now.AddSeconds(20));
        using var successor = Service(store, services, told, now);
        var later = successor.RunAsync(stop.Token);
        await PassAsync(now, () => told.Count == 2, "what waited told");
        told.ShouldBe([Id(1) + "?", Id(2)], ignoreOrder: true);

        // It thaws: what was under way is all that it tells, however long it goes on, and it ends.
        await AppendAsync(3);
        thaw.SetResult();
        await PassAsync(clock, () => earlier.IsCompleted, "the end of the one that was frozen");
        earlier.IsCompletedSuccessfully.ShouldBeTrue();
        before.ShouldBe([Id(0), Id(1)]);
        await PassAsync(now, () => told.Count == 3, "the successor goes on");
        await Eventually.BecomesTrueAsync(
            async () => (await store.ReadAlertAsync(Alert(3).Key, default)).All(record => record.Delivery == AlertDelivery.Delivered), "what it told written", Patience);

        // Whoever comes next goes on from there. The one before finds out when it wants to write something.
        var next = new ManualTimeProvider(RedisStoreBench.Now.AddSeconds(40));
        using var third = Service(store, services, told, next);
        var last = third.RunAsync(stop.Token);
        await AppendAsync(4);
        await PassAsync(next, () => told.Count == 4, "the last alert told");
        await Eventually.BecomesTrueAsync(() => next.WaitingTimers == 3, "rest", Patience);
        await AppendAsync(5);
        await PassAsync(now, () => later.IsCompleted, "the end of the successor");
        await PassAsync(next, () => told.Count == 5, "the alert on which it ended told");
        told.ShouldBe([Id(1) + "?", Id(2), Id(3), Id(4), Id(5)], ignoreOrder: true);
        before.Count.ShouldBe(2);
        await stop.CancelAsync();
        await last;

        Task AppendAsync(int number) => store.AppendAsync([Alert(number)], RedisStoreBench.Now, default);

        static string Id(int number) => Alert(number).Id;

        static Task PassAsync(ManualTimeProvider clock, Func<bool> condition, string what) => Eventually.BecomesTrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(10));
                return condition();
            },
            what, Patience);
    }

    [Fact]
    public async Task Delivery_GoesOn_WhenTheConnectionSaysThatAQuestionWasCancelled()
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var (store, clock, asked) = (Substitute.For<IAlertStore>(), new ManualTimeProvider(), 0);
        store.BeginTermAsync(default).ReturnsForAnyArgs(store);
        store.ReadNewAsync(default, default).ReturnsForAnyArgs(_ => Interlocked.Increment(ref asked) == 1
            ? Task.FromException<IReadOnlyList<AlertRecord>>(new TaskCanceledException()) // as after a process was frozen
            : Task.FromResult<IReadOnlyList<AlertRecord>>([]));
        using var delivery = Service(store, services, new ConcurrentQueue<string>(), clock);
        using var stop = new CancellationTokenSource();
        var running = delivery.RunAsync(stop.Token);

        await Eventually.BecomesTrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(100));
                return Volatile.Read(ref asked) > 3;
            },
            "further questions", Patience);

        await stop.CancelAsync();
        await running;
    }

    private static AlertTransition Alert(int number) => AlertStoreUse.Transition("spike", Btc, 1_000_000 + (number * 1_000_000L), AlertState.Firing);

    private static AlertDeliveryService Service(
        IAlertStore store, IServiceProvider services, ConcurrentQueue<string> told, TimeProvider? clock = null, Func<Task>? send = null) => new(
        store, [new Channel(told, send)], Options.Create(new AlertOptions { GroupWindow = TimeSpan.Zero, Poll = TimeSpan.FromMilliseconds(10) }), new AlertDeliveryStatus(),
        new AlertInstruments(services.GetRequiredService<IMeterFactory>()), clock ?? TimeProvider.System, NullLogger<AlertDeliveryService>.Instance);

    /// <summary>Remembers what it was given; a possible repeat has a question mark.</summary>
    private sealed class Channel(ConcurrentQueue<string> told, Func<Task>? send) : IAlertChannel
    {
        public string Name => "slack";

        public TimeSpan MinInterval => TimeSpan.Zero;

        public async Task<Delivery> SendAsync(OutboxEntry entry, OutboxEntry? first, CancellationToken cancellationToken)
        {
            await (send?.Invoke() ?? Task.CompletedTask);
            foreach (var transition in entry.Message.Transitions)
            {
                told.Enqueue(transition.Id + (entry.PossibleRepeat ? "?" : ""));
            }

            return new Delivery(DeliveryStatus.Delivered);
        }
    }
}
