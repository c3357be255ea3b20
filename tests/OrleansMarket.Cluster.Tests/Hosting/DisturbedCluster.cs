using System.Diagnostics;
using System.Text.RegularExpressions;
using OrleansMarket.Contract;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Silo.Redis;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Binance;
using OrleansMarket.TestKit.Slack;
using Shouldly;
using StackExchange.Redis;

namespace OrleansMarket.Cluster.Tests.Hosting;

/// <summary>Three silos, a Redis and a Slack; 5,000 trades a second over 50 symbols pour at the exchange's own pace all the while.</summary>
public sealed partial class DisturbedCluster : IAsyncLifetime
{
    private const int SymbolCount = 50;
    private const double TradesPerSecond = 5_000;
    private const string Service = "orleans-market";

    // The trades begin when the cluster runs: what it would miss before would only be one more thing to repair.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(40);

    // In so long every symbol trades.
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private static readonly string[] Symbols =
        ["BTCUSDT", "ETHUSDT", "SOLUSDT", "ADAUSDT", "DOTUSDT", .. Enumerable.Range(1, SymbolCount - 5).Select(number => $"T{number:00}USDT")];

    private volatile bool _isOver;
    private Task _pouring = Task.CompletedTask;
    private FakeSlack _slack = null!;
    private Scene _scene = null!;
    private long _begun;

    /// <summary>Gets how long the tape is from the start on; a soak needs more.</summary>
    private static TimeSpan Length => TimeSpan.FromMinutes(int.TryParse(Environment.GetEnvironmentVariable("SOAK_MINUTES"), out var minutes) ? minutes : 12);

    /// <summary>Gets how durable Redis is.</summary>
    private static string Fsync => Environment.GetEnvironmentVariable("SOAK_FSYNC") ?? "always";

    internal ClusterUnderTest Cluster => (ClusterUnderTest)_scene.Host;

    internal FakeBinance Exchange => _scene.Exchange;

    /// <summary>Starts everything and waits until every engine takes trades.</summary>
    public async Task InitializeAsync()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(NeedsFactAttribute.Redis)))
        {
            return; // every test is skipped
        }

        var start = CandleInterval.OneSecond.OpenOf(Now());
        var tape = Tape(start);
        _slack = await FakeSlack.StartAsync(TimeProvider.System);
        var settings = new Dictionary<string, string>
        {
            ["SLACK_WEBHOOK_URL"] = _slack.WebhookUrl,
            ["Alerts__Slack__AllowedHosts__0"] = "127.0.0.1",
            ["Alerts__GroupWindow"] = "00:00:01",
            ["Alerts__BudgetPeriod"] = "00:00:20",
        };
        _scene = await Scene.StartAsync(new Clusters(settings, Fsync), tape, start, null, Symbols);
        _pouring = PourAsync();

        // Fires now and then on one of so many symbols, and mostly beyond its budget.
        await BecomesTrueAsync(async () =>
        {
            await _scene.Client.SendAsync(
                HttpMethod.Put, "/alerts/rules/any-move", new { name = "Any move", signal = "price-move-1m", direction = "magnitude", enter = 0.05, cooldownSeconds = 0, hourlyBudget = 1 });
            return null;
        });
        var poured = tape.Symbols.Values.ToDictionary(market => market.Spec.Symbol.Value, market => market.Trades.First(trade => trade.TradeTimeMicros >= start).FirstId);
        await BecomesTrueAsync(
            async () =>
            {
                var running = CandleInterval.OneMinute.OpenOf(Now());
                foreach (var symbol in Symbols)
                {
                    var candles = await _scene.Client.GetCandlesAsync(symbol, CandleInterval.OneMinute, Micros.ToInstant(running), Micros.ToInstant(running + Micros.PerMinute));
                    if (!candles.Any(candle => candle.Values.LastId >= poured[symbol]))
                    {
                        return $"trades of {symbol}";
                    }
                }

                return null;
            });
        _begun = CandleInterval.OneSecond.OpenOf(Now());
    }

    /// <summary>Lets trades pour on for a while.</summary>
    public async Task PourOnAsync(TimeSpan length)
    {
        await Task.Delay(length, TimeProvider.System, CancellationToken.None);
        if (_pouring.IsFaulted)
        {
            await _pouring;
        }
    }

    /// <summary>Disturbs, and waits until nothing can be seen of it any more.</summary>
    /// <returns>How long it took from the end of the disturbance on.</returns>
    public async Task<TimeSpan> RecoversAsync(Func<Task> disturb)
    {
        Cluster.Silos.ShouldAllBe(silo => silo.IsRunning, Cluster.Log);
        var from = Math.Max(_begun, CandleInterval.OneSecond.OpenOf(Now()) - Micros.From(TimeSpan.FromSeconds(5)));
        await disturb();
        var ended = Stopwatch.GetTimestamp();
        await PourOnAsync(TimeSpan.FromSeconds(2));
        await _scene.ListensAsync();
        var to = CandleInterval.OneSecond.OpenOf(Symbols.Min(symbol => Exchange.Trades(new Symbol(symbol))[^1].TradeTimeMicros));
        to.ShouldBeGreaterThan(from, "trades poured meanwhile");
        await EqualTruthAsync(CandleInterval.OneSecond, from, to);
        if (CandleInterval.OneMinute.OpenOf(_begun + Micros.PerMinute - 1) is var firstMinute && firstMinute + Micros.PerMinute <= to)
        {
            await EqualTruthAsync(CandleInterval.OneMinute, firstMinute, to);
        }

        var recovered = Stopwatch.GetElapsedTime(ended);
        await AlertsEndAsync(to);
        return recovered;
    }

    /// <summary>Waits until the cluster listens to every symbol.</summary>
    public Task ListensAsync() => _scene.ListensAsync();

    public async Task DisposeAsync()
    {
        _isOver = true;
        await _pouring.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_scene is not null)
        {
            await _scene.DisposeAsync();
            await _slack.DisposeAsync();
        }
    }

    /// <summary>
    /// One trade of each symbol, and after a while all the others: whoever hears of the first trade ever cannot know that nothing was before it, and its second
    /// stays partial.
    /// </summary>
    private static FakeTape Tape(long startMicros)
    {
        var model = FakeTape.FromModel(startMicros - Micros.From(Before), Before + Length, TradesPerSecond / SymbolCount, 1, Symbols);
        return FakeTape.Of([.. model.Symbols.Values.Select(market => (market.Spec, market.Trades.Skip(LastBefore(market.Trades)).Select(trade =>
            trade.TradeTimeMicros < startMicros
                ? trade
                : Print.Trade(market.Spec, trade.FirstId, trade.TradeTimeMicros + Micros.From(Quiet), trade.Price, trade.Quantity, trade.Taker))))]);

        int LastBefore(IReadOnlyList<Print> trades)
        {
            var count = trades.TakeWhile(trade => trade.TradeTimeMicros < startMicros).Count();
            count.ShouldBePositive("every symbol has traded before");
            return count - 1;
        }
    }

    private static long Now() => Micros.From(TimeProvider.System.GetUtcNow());

    private Task EqualTruthAsync(CandleInterval interval, long from, long to)
    {
        var left = new Queue<string>(Symbols);
        return BecomesTrueAsync(async () =>
        {
            while (left.TryPeek(out var symbol))
            {
                if (await _scene.CompareAsync(symbol, interval, from, to) is { Difference: { Length: > 0 } difference })
                {
                    return $"{symbol} {interval} candles equal to the truth; {difference}";
                }

                left.Dequeue();
            }

            return null;
        });
    }

    /// <summary>
    /// Every transition of an alert before an instant was told, alone, in a group or in the digest of what was beyond the budget, or says why it was not told.
    /// What counts as told is in Slack, and twice only where it says that it may be a repeat.
    /// </summary>
    private async Task AlertsEndAsync(long beforeMicros)
    {
        await BecomesTrueAsync(async () =>
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync(Cluster.Redis.Address);
            var log = new RedisAlertStore(new RedisStore(connection, Service));
            var (told, digested, next) = (Told(), 0, (string?)null);
            do
            {
                var page = await log.ReadAlertsAsync(new AlertQuery(null, null, null, 500, next), CancellationToken.None);
                foreach (var alert in page.Alerts)
                {
                    AlertKey.TryParse(alert.Key, out var key).ShouldBeTrue(alert.Key);
                    foreach (var record in await log.ReadAlertAsync(key, CancellationToken.None))
                    {
                        digested += record.Delivery == AlertDelivery.Digested ? 1 : 0;
                        if (record.Transition.TimeMicros < beforeMicros && Wanting(record, told) is { } wanted)
                        {
                            return $"{wanted}, found {record}";
                        }
                    }
                }

                next = page.Next;
            }
            while (next is not null);
            return digested > 0 ? null : "a digest";
        });
        Told().Where(message => message.Count(isRepeat => !isRepeat) > 1).Select(message => message.Key).ShouldBeEmpty("told again without saying so");
    }

    private static string? Wanting(AlertRecord record, ILookup<string, bool> told) => record.Delivery switch
    {
        AlertDelivery.Delivered or AlertDelivery.Grouped or AlertDelivery.Digested => told.Contains(record.MessageId!) ? null : $"message {record.MessageId} in Slack",
        AlertDelivery.Suppressed => string.IsNullOrEmpty(record.Reason) ? "the reason why it was not told" : null,
        _ => "the end of its telling",
    };

    /// <summary>The messages that people see, by id, and whether each says that it may be a repeat.</summary>
    private ILookup<string, bool> Told() => _slack.Taken.ToLookup(
        request => MessageId().Match((string)request.Body!["blocks"]!.AsArray()[^1]!["elements"]![0]!["text"]!).Groups[1].Value,
        request => request.Text.StartsWith("[possible repeat]", StringComparison.Ordinal));

    /// <summary>Waits until a question has nothing left to want. A cluster that is disturbed may refuse questions; its numbers are what counts.</summary>
    private async Task BecomesTrueAsync(Func<Task<string?>> wants)
    {
        var wanted = "";
        try
        {
            await Eventually.BecomesTrueAsync(
                async () =>
                {
                    try
                    {
                        wanted = await wants();
                    }
                    catch (Exception refused) when (refused is HttpRequestException or TaskCanceledException or RedisException or RedisTimeoutException)
                    {
                        wanted = $"an answer; {refused.Message}";
                    }

                    return wanted is null;
                },
                "", Patience, Pause);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"expected within {Patience}: {wanted}\n{Cluster.Log}");
        }
    }

    [GeneratedRegex("· message ([0-9a-f]+)")]
    private static partial Regex MessageId();

    private async Task PourAsync()
    {
        while (!_isOver)
        {
            await _scene.PublishAtRealPaceAsync(TimeSpan.FromMilliseconds(500));
        }
    }
}
