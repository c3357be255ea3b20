using System.Net;
using OrleansMarket.Cluster.Tests.Hosting;
using OrleansMarket.Contract;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Binance;
using OrleansMarket.TestKit.Slack;
using OrleansMarket.TestKit.Telemetry;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Telemetry;

/// <summary>What a real silo sends to a collector.</summary>
[Collection(HostProcesses.Name)]
public sealed class TraceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task FollowedTrades_AreOneTraceFromTheFrameToSlack()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        var way = await RunUntilToldAsync(collector);
        var send = way[^1];

        way.Select(span => span.Name).ShouldBe(["market.trades.publish", "market.trades.apply", "market.alert.hand-on", "market.alert.record", "market.alert.send"]);
        way.Select(span => span.TraceId).Distinct().Count().ShouldBe(1);
        way.Select(span => span.StartNanos).ShouldBeInOrder();
        way.Take(3).ShouldAllBe(span => span.Attributes["market.symbol"] == "BTCUSDT");
        send.Attributes["market.outcome"].ShouldBe("delivered");
        collector.Spans.ShouldAllBe(span => span.Attributes.Values.All(value => !value.Contains("sEcReT", StringComparison.OrdinalIgnoreCase)));
        collector.Resource["service.name"].ShouldBe("orleans-market");
        collector.Resource["deployment.environment.name"].ShouldBe("test");
    }

    /// <summary>Runs a silo on a fake exchange until an alert of its trades is told and the collector has all of it, and answers with the spans from the frame to Slack.</summary>
    private static async Task<List<OtlpSpan>> RunUntilToldAsync(OtlpReceiver collector)
    {
        var now = Micros.From(TimeProvider.System.GetUtcNow());
        await using var slack = await FakeSlack.StartAsync(TimeProvider.System);
        await using var exchange = await FakeBinance.StartAsync(FakeTape.FromModel(now - (3 * Micros.PerMinute), TimeSpan.FromMinutes(12), 10, 1, "BTCUSDT"));
        exchange.SkipUntil(now);
        await using var silo = new SiloProcesses().Create(exchange, ["BTCUSDT"], new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Endpoint,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=test",
            ["Telemetry__TraceShare"] = "1",
            ["SLACK_WEBHOOK_URL"] = slack.WebhookUrl,
            ["Alerts__Slack__AllowedHosts__0"] = "127.0.0.1",
            ["Alerts__GroupWindow"] = "00:00:00",
        });
        await silo.StartAsync();
        var client = new HostClient(silo);
        await BecomesTrueAsync(
            async () =>
            {
                await client.SendAsync(HttpMethod.Put, "/alerts/rules/any-move", new { name = "Any move", signal = "price-move-1m", direction = "magnitude", enter = 0.00001, cooldownSeconds = 0 });
                return true;
            },
            "a rule");

        List<OtlpSpan>? way = null;
        try
        {
            await BecomesTrueAsync(
                async () =>
                {
                    await exchange.PublishUntilAsync(Micros.From(TimeProvider.System.GetUtcNow()));
                    return (way = WayOfAnAlert(collector)) is not null;
                },
                "every span of an alert that was told");
        }
        catch (TimeoutException)
        {
            throw new TimeoutException(
                $"expected every span of an alert that was told, found {slack.Taken.Count()} messages and {string.Join(", ", collector.Spans.CountBy(span => span.Name))}\n{silo.Log}");
        }

        slack.Taken.ShouldNotBeEmpty();

        // The limit is told by the silo that leads: it has heard that it does a second after its start.
        await BecomesTrueAsync(
            async () =>
            {
                await exchange.PublishUntilAsync(Micros.From(TimeProvider.System.GetUtcNow()));
                var pipeline = (await client.GetAsync("/pipeline")).GetProperty("pipeline");
                return pipeline.GetProperty("backlogLimit").GetInt64() == 8 * 16_384
                    && pipeline.GetProperty("latency").EnumerateArray().All(stage => stage.GetProperty("count").GetInt64() > 0);
            },
            "figures of every stage and the limit of the backlog");

        // The same settings send metrics, those of Orleans, of .NET and the market's own.
        string[] metrics = ["market.price", "market.ingress.trades", "orleans-grains", "dotnet.process.cpu.time"];
        await BecomesTrueAsync(
            async () =>
            {
                await exchange.PublishUntilAsync(Micros.From(TimeProvider.System.GetUtcNow()));
                return metrics.All(collector.Metrics.ContainsKey);
            },
            "metrics by OTLP");
        return way!;
    }

    /// <summary>The spans from the frame to Slack of an alert of which the collector has all; they arrive in any order, and what a busy exporter gave up never does.</summary>
    private static List<OtlpSpan>? WayOfAnAlert(OtlpReceiver collector)
    {
        var spans = collector.Spans.ToArray();
        var traces = spans.Where(span => span.Name == "market.trades.publish").Select(span => span.TraceId).ToHashSet();
        return spans.Where(span => span.Name == "market.alert.send" && traces.Contains(span.TraceId)
                && span.Attributes["market.channel"] == "slack" && span.Attributes["market.outcome"] == "delivered")
            .Select(WayTo).FirstOrDefault(way => way[0].ParentId.Length == 0);

        List<OtlpSpan> WayTo(OtlpSpan send)
        {
            List<OtlpSpan> way = [send];
            while (way[0].ParentId.Length > 0 && Array.Find(spans, span => span.SpanId == way[0].ParentId) is { } parent)
            {
                way.Insert(0, parent);
            }

            return way;
        }
    }

    /// <summary>Waits for something that the silo brings about; one that is busy answers later.</summary>
    private static Task BecomesTrueAsync(Func<Task<bool>> condition, string what) => Eventually.BecomesTrueAsync(
        async () =>
        {
            try
            {
                return await condition();
            }
            catch (Exception exception) when (exception is TaskCanceledException or HttpRequestException { StatusCode: null or HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable })
            {
                return false;
            }
        },
        what, Patience, TimeSpan.FromMilliseconds(250));
}
