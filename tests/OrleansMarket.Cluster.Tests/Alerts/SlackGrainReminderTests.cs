using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Providers;
using Orleans.TestingHost;
using OrleansMarket.Cluster.Tests.Hosting;
using OrleansMarket.Contracts.Alerts;
using OrleansMarket.Contracts.Serialization;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Grains.Placement;
using OrleansMarket.Silo.Ingress;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Alerts;
using OrleansMarket.TestKit.Redis;
using Shouldly;
using StackExchange.Redis;

namespace OrleansMarket.Cluster.Tests.Alerts;

/// <summary>Two silos with reminders in a real Redis: nobody calls the grain after the first silo has died, only its reminder does.</summary>
public sealed class SlackGrainReminderTests
{
    [NeedsFact(NeedsFactAttribute.Redis)]
    public async Task AlertThatWaitsWhenItsSiloDies_IsDeliveredByAnother()
    {
        await using var redis = await RedisServer.StartAsync("everysec");
        var log = new InMemoryAlertStore();
        var deliveries = new Deliveries(log);
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureHost(host => host.Services.AddDomainSerialization());
        builder.ConfigureSilo((options, silo) =>
        {
            silo.UseRedisReminderService(reminders => reminders.ConfigurationOptions = ConfigurationOptions.Parse($"{redis.Address},connectTimeout=60000,syncTimeout=60000,asyncTimeout=60000"));
            silo.UseRoles([.. SiloRoles.All]);
            silo.AddMemoryGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME);
            silo.Services.AddSingleton(TimeProvider.System);
            silo.Services.AddSingleton<IAlertStore>(log);
            silo.Services.AddSingleton<IAlertDelivery>(new Delivery(options.SiloName, deliveries));
        });
        builder.BePatient();
        await using var cluster = builder.Build();
        await cluster.DeployAsync();

        // The first silo takes an alert and dies before it has told anybody.
        var alert = AlertStoreUse.Transition("spike", new Symbol("BTCUSDT"), 1_000_000, AlertState.Firing);
        await Eventually.BecomesTrueAsync(
            async () =>
            {
                try
                {
                    await cluster.Client.GetGrain<ISlackGrain>(ISlackGrain.Key).AppendAsync([alert], CancellationToken.None);
                    return true;
                }
                catch (OrleansException)
                {
                    return false; // reminders are still read
                }
            },
            "an alert that is taken", TimeSpan.FromMinutes(3));
        await Eventually.BecomesTrueAsync(() => !deliveries.Begun.IsEmpty, "a delivery that has begun", TimeSpan.FromSeconds(60));
        var first = deliveries.Begun.Single();
        deliveries.Told.ShouldBeEmpty();
        deliveries.Broken = first;
        await cluster.KillSiloAsync(cluster.Silos.Single(silo => silo.Name == first));

        await Eventually.BecomesTrueAsync(() => !deliveries.Told.IsEmpty, "the alert", TimeSpan.FromMinutes(6), TimeSpan.FromMilliseconds(250));
        deliveries.Told.Single().ShouldBe((cluster.Silos.Single(silo => silo.Name != first).Name, alert.Id));
    }

    /// <summary>What the deliveries of all silos did.</summary>
    private sealed class Deliveries(IAlertStore log)
    {
        public IAlertStore Log => log;

        public ConcurrentQueue<string> Begun { get; } = new();

        public ConcurrentQueue<(string Silo, string Alert)> Told { get; } = new();

        public string? Broken { get; set; }
    }

    /// <summary>Tells what is new, but the first to begin never gets so far.</summary>
    private sealed class Delivery(string silo, Deliveries all) : IAlertDelivery
    {
        public string? Trouble => null;

        public async Task RunAsync(CancellationToken cancellationToken)
        {
            all.Begun.Enqueue(silo);
            if (all.Begun.Count == 1 || all.Broken == silo)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            foreach (var record in await all.Log.ReadNewAsync(10, cancellationToken))
            {
                await all.Log.CommitAsync(new AlertCommit([record with { Delivery = AlertDelivery.Delivered }], []), cancellationToken);
                all.Told.Enqueue((silo, record.Id));
            }

            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
