using Microsoft.Extensions.Configuration;
using OrleansMarket.Domain;
using OrleansMarket.Silo.Redis;
using OrleansMarket.Silo.Streams;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Streams;

public sealed class StreamSettingsTests
{
    private static readonly RedisOptions Redis = new() { Redis = "localhost:6379" };

    [Fact]
    public void Default_IsMemoryLookedIntoEvery10Milliseconds()
    {
        var options = Read([]);

        (options.Provider, options.PollPeriod).ShouldBe((StreamCarrier.Memory, TimeSpan.FromMilliseconds(10)));
    }

    [Fact]
    public void EventHubs_BindFromTheirSection()
    {
        var options = Read(new() { ["Provider"] = "eventhubs", ["EventHubs:Namespace"] = "market.servicebus.windows.net", ["EventHubs:ConsumerGroup"] = "silos" });

        (options.Provider, options.EventHubs.Namespace, options.EventHubs.Hub, options.EventHubs.ConsumerGroup)
            .ShouldBe((StreamCarrier.EventHubs, "market.servicebus.windows.net", "market-trades", "silos"));
    }

    [Theory]
    [InlineData("Streams:Provider: expected Memory, Redis, EventHubs, found Kafka", "Provider", "Kafka")]
    [InlineData("Streams:Provider: expected Memory, Redis, EventHubs, found 1", "Provider", "1")]
    [InlineData("Queues", "Queues", "0")]
    [InlineData("expected ConnectionString, or Namespace", "Provider", "EventHubs")]
    [InlineData("found both", "Provider", "EventHubs", "EventHubs:Namespace", "a.b", "EventHubs:ConnectionString", "Endpoint=sb://a.b")]
    [InlineData("Endpoint=sb://", "Provider", "EventHubs", "EventHubs:ConnectionString", "hunter2")]
    [InlineData("Streams:EventHubs:Namespace", "Provider", "EventHubs", "EventHubs:Namespace", "https://a.b/")]
    [InlineData("CheckpointEvery", "EventHubs:CheckpointEvery", "00:00:00")]
    public void WrongSetting_IsNamed(string expected, params string[] settings)
    {
        var wrong = Should.Throw<CorrectableException>(() => Read(settings.Chunk(2).ToDictionary(pair => pair[0], string? (pair) => pair[1])));

        wrong.Message.ShouldContain(expected);
        wrong.Message.ShouldContain("Streams");
        wrong.Message.ShouldNotContain("hunter2");
    }

    [Fact]
    public void Redis_NeedsAServer()
    {
        var wrong = Should.Throw<CorrectableException>(() => StreamSettings.Read(Configure(new() { ["Provider"] = "Redis" }), new RedisOptions(), hasEventHubs: true));

        wrong.Message.ShouldContain("Cluster:Redis");
    }

    [Fact]
    public void EventHubs_NeedABuildWithThem()
    {
        var wrong = Should.Throw<CorrectableException>(
            () => StreamSettings.Read(Configure(new() { ["Provider"] = "EventHubs", ["EventHubs:Namespace"] = "a.b" }), Redis, hasEventHubs: false));

        wrong.Message.ShouldContain("without Event Hubs");
    }

    private static StreamOptions Read(Dictionary<string, string?> settings) => StreamSettings.Read(Configure(settings), Redis, hasEventHubs: true);

    private static IConfiguration Configure(Dictionary<string, string?> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(pair => $"Streams:{pair.Key}", pair => pair.Value)).Build();
}
