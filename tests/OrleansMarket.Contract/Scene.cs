using System.Text.Json;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;
using OrleansMarket.TestKit.Binance;

namespace OrleansMarket.Contract;

/// <summary>A host that follows a fake exchange: the tape began before it, and goes on as fast as the test wants.</summary>
public sealed class Scene : IAsyncDisposable
{
    // Noon of 2025-06-02 in the market model.
    private const long ModelMicros = 1_748_865_600_000_000;

    private static readonly TimeSpan Before = TimeSpan.FromMinutes(10);

    private Scene(FakeBinance exchange, IHostUnderTest host, IReadOnlyList<string> symbols, long start)
    {
        Exchange = exchange;
        Host = host;
        Symbols = symbols;
        StartMicros = start;
        Client = new HostClient(host);
    }

    /// <summary>Gets the exchange.</summary>
    public FakeBinance Exchange { get; }

    /// <summary>Gets the host.</summary>
    public IHostUnderTest Host { get; }

    /// <summary>Gets a client of the host.</summary>
    public HostClient Client { get; }

    /// <summary>Gets the pairs followed.</summary>
    public IReadOnlyList<string> Symbols { get; }

    /// <summary>Gets the minute in which the scene began, µs: the host owes every trade from the next one on.</summary>
    public long StartMicros { get; }

    /// <summary>The start of a minute of the scene, µs.</summary>
    public long Minute(double number) => StartMicros + (long)(number * Micros.PerMinute);

    /// <summary>Starts exchange and host and waits until the host listens to every symbol.</summary>
    /// <param name="hosts">Makes the host.</param>
    /// <param name="length">How long the tape is from now on.</param>
    /// <param name="tradesPerSecond">The rate of each symbol.</param>
    /// <param name="prepare">Sets faults before anything happens.</param>
    /// <param name="symbols">The pairs.</param>
    public static async Task<Scene> StartAsync(
        IHostFactory hosts, TimeSpan length, double tradesPerSecond, Action<FakeBinance>? prepare, params string[] symbols)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        var now = Micros.From(TimeProvider.System.GetUtcNow());
        var start = CandleInterval.OneMinute.OpenOf(now);
        return await StartAsync(hosts, Tape(start, length, tradesPerSecond, symbols), start, prepare, symbols);
    }

    /// <summary>The tape of a scene that begins at a minute: the same trades whenever the test runs, so that no hour is too quiet for it.</summary>
    public static FakeTape Tape(long startMicros, TimeSpan length, double tradesPerSecond, params string[] symbols) =>
        Tape(startMicros, Before, length, tradesPerSecond, symbols);

    /// <summary>The tape of a scene that begins at a minute, with a history.</summary>
    public static FakeTape Tape(long startMicros, TimeSpan before, TimeSpan length, double tradesPerSecond, params string[] symbols) =>
        FakeTape.FromModel(ModelMicros - Micros.From(before), before + length, tradesPerSecond, 1, symbols).Later(startMicros - ModelMicros);

    /// <summary>Starts exchange and host on a given tape.</summary>
    public static Task<Scene> StartAsync(IHostFactory hosts, FakeTape tape, long startMicros, Action<FakeBinance>? prepare, params string[] symbols) =>
        StartAsync(hosts, tape, startMicros, Micros.From(TimeProvider.System.GetUtcNow()), prepare, symbols);

    /// <summary>Starts exchange and host on a given tape of which the exchange has told nobody more than the trades before an instant.</summary>
    public static async Task<Scene> StartAsync(
        IHostFactory hosts, FakeTape tape, long startMicros, long happenedToMicros, Action<FakeBinance>? prepare, params string[] symbols)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        var exchange = await FakeBinance.StartAsync(tape);
        prepare?.Invoke(exchange);
        exchange.SkipUntil(happenedToMicros);
        var scene = new Scene(exchange, hosts.Create(exchange, symbols), symbols, startMicros);
        try
        {
            await scene.Host.StartAsync();
            await scene.ListensAsync();
            return scene;
        }
        catch
        {
            await scene.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the host has subscribed to every symbol.</summary>
    /// <param name="after">Only on connections opened after that many: of a process that was killed, the exchange may not know yet that it is gone.</param>
    public Task ListensAsync(int after = 0) => BecomesTrueAsync(
        () => Task.FromResult(Symbols.All(symbol => Exchange.SubscriptionsAfter(after).Contains($"{symbol.ToLowerInvariant()}@trade"))), "a subscription to every symbol");

    /// <summary>Starts a host that was stopped or killed again, and waits until it has subscribed to every symbol anew.</summary>
    public async Task StartAgainAsync()
    {
        var opened = Exchange.OpenedConnections;
        await Host.StartAsync();
        await ListensAsync(opened);
    }

    /// <summary>Cuts every connection and waits until the host listens again on a new one.</summary>
    public async Task CutAsync()
    {
        var opened = Exchange.OpenedConnections;
        Exchange.Cut();
        await ListensAsync(opened);
    }

    /// <summary>Waits until the host has heard every trade that has happened: what was sent last may still be on its way.</summary>
    public async Task HearsEverythingAsync()
    {
        foreach (var symbol in Symbols)
        {
            var last = Exchange.Trades(new Symbol(symbol))[^1].LastId;
            await BecomesTrueAsync(
                async () => (await Client.GetAsync($"/market/{symbol}")).GetProperty("market").GetProperty("overview").GetProperty("lastTradeId") is { ValueKind: JsonValueKind.Number } id && id.GetInt64() == last,
                $"trade {last} of {symbol}");
        }
    }

    /// <summary>Publishes as time passes, never ahead of the clock, as a real exchange does.</summary>
    public async Task PublishAtRealPaceAsync(TimeSpan length)
    {
        var end = TimeProvider.System.GetUtcNow() + length;
        while (TimeProvider.System.GetUtcNow() < end)
        {
            await Exchange.PublishUntilAsync(Micros.From(TimeProvider.System.GetUtcNow()));
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>
    /// Waits until the host's candles of every symbol in [from, to) are proven and equal the truth in every field, and that there are as many.
    /// </summary>
    /// <returns>How many candles were compared.</returns>
    public async Task<int> CandlesEqualTruthAsync(CandleInterval interval, long fromMicros, long toMicros, bool quoteExact = true)
    {
        var compared = 0;
        foreach (var symbol in Symbols)
        {
            var difference = "nothing was compared";
            await BecomesTrueAsync(
                async () =>
                {
                    (compared, difference) = await CompareAsync(symbol, interval, fromMicros, toMicros, quoteExact);
                    return difference.Length == 0;
                },
                () => $"{symbol} {interval} candles equal to the truth; {difference}");
        }

        return compared;
    }

    /// <summary>Compares the host's candles of a symbol in [from, to) with the truth as it is now.</summary>
    /// <returns>How many candles were compared, and the first difference in words; none when all are proven and equal.</returns>
    public async Task<(int Compared, string Difference)> CompareAsync(string symbol, CandleInterval interval, long fromMicros, long toMicros, bool quoteExact = true)
    {
        var truth = Exchange.Candles(new Symbol(symbol), interval, fromMicros, toMicros)
            .Where(candle => candle.OpenTimeMicros >= fromMicros && candle.OpenTimeMicros + interval.LengthMicros <= toMicros).ToList();
        var found = (await Client.GetCandlesAsync(symbol, interval, Micros.ToInstant(fromMicros), Micros.ToInstant(toMicros)))
            .Where(candle => candle.Values.OpenTimeMicros + interval.LengthMicros <= toMicros && candle.Values.TradeCount > 0).ToList();
        var difference = Difference(truth, found, quoteExact);
        return (difference.Length == 0 ? truth.Count : 0, difference);
    }

    /// <summary>Waits for something the host brings about; a failure shows the host's last words.</summary>
    public Task BecomesTrueAsync(Func<Task<bool>> condition, string what) => BecomesTrueAsync(condition, () => what);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
        await Exchange.DisposeAsync();
    }

    /// <summary>Waits for something the host brings about; what was found instead is asked for at the end.</summary>
    public Task BecomesTrueAsync(Func<Task<bool>> condition, Func<string> what) => HostPatience.BecomesTrueAsync(
        condition, what, () => $"--- asked of the exchange\n{string.Join('\n', Exchange.Requests.TakeLast(20))}\n--- the host's last words\n{Host.Log[Math.Max(0, Host.Log.Length - 6_000)..]}");

    private static string Difference(List<TrueCandle> truth, List<ApiCandle> found, bool quoteExact)
    {
        if (truth.Count != found.Count)
        {
            var missing = truth.Select(candle => candle.OpenTimeMicros).Except(found.Select(candle => candle.Values.OpenTimeMicros)).ToList();
            return $"expected {truth.Count} candles, found {found.Count}; {missing.Count} are missing, first {(missing.Count > 0 ? Micros.ToInstant(missing[0]) : null)}";
        }

        foreach (var (expected, actual) in truth.Zip(found))
        {
            var values = quoteExact ? actual.Values : actual.Values with { QuoteVolume = expected.QuoteVolume, TakerBuyQuoteVolume = expected.TakerBuyQuoteVolume };
            if (actual.Flags.Contains("from-exchange"))
            {
                values = values with { FirstId = expected.FirstId, LastId = expected.LastId }; // klines do not tell ids
            }

            if (values != expected || !actual.IsProven)
            {
                return $"expected {expected}, found {actual}";
            }
        }

        return "";
    }
}
