using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Tests.Analytics;

/// <summary>What <see cref="MarketAnalytics"/> hears, so that the oracle can hear the same.</summary>
internal interface IAnalyticsInput
{
    void OnPrint(in Print print);

    void OnHole(IdRange missing);

    void OnMinute(in Candle minute);

    void OnMinuteRevised(in Candle minute);

    void OnSecond(long boundaryMicros);

    void OnRate(UsdRate rate);
}

/// <summary>One recorded call.</summary>
internal readonly record struct TapeCall(string Kind, Print Print, IdRange Missing, Candle Candle, long Micros, UsdRate Rate)
{
    public void Give(IAnalyticsInput input)
    {
        switch (Kind)
        {
            case "print":
                input.OnPrint(Print);
                break;
            case "hole":
                input.OnHole(Missing);
                break;
            case "minute":
                input.OnMinute(Candle);
                break;
            case "revised":
                input.OnMinuteRevised(Candle);
                break;
            case "second":
                input.OnSecond(Micros);
                break;
            default:
                input.OnRate(Rate);
                break;
        }
    }
}

/// <summary>
/// Builds a sequence of calls as the engine makes them: prints by id, then the minute when one ends, then the second. Candles are summed
/// up here from the prints, with nothing taken from the code under test.
/// </summary>
internal sealed class AnalyticsTape
{
    /// <summary>2024-08-08 00:00:00 UTC, a Thursday.</summary>
    public const long Start = 1_723_075_200_000_000;

    public static readonly SymbolSpec Spec = new(new Symbol("BTCUSDT"), 2, 5) { BaseAsset = "BTC", QuoteAsset = "USDT" };

    private readonly List<TapeCall> _calls = [];
    private readonly List<Print> _minutePrints = [];
    private readonly SymbolSpec _spec;
    private long _missingInMinute;
    private bool _partial;

    public AnalyticsTape(SymbolSpec? spec = null, long start = Start)
    {
        _spec = spec ?? Spec;
        Now = start;
        _partial = start % Micros.PerMinute != 0;
    }

    public IReadOnlyList<TapeCall> Calls => _calls;

    /// <summary>The last boundary ended.</summary>
    public long Now { get; private set; }

    public long NextId { get; set; } = 1_000;

    public long LastPrice { get; private set; }

    /// <summary>Gets or sets whether minutes are given at all; not during a halt.</summary>
    public bool Halted { get; set; }

    /// <summary>The last given candle by minute.</summary>
    public Dictionary<long, Candle> Minutes { get; } = [];

    public AnalyticsTape Trade(long price, long quantity, TakerSide taker = TakerSide.Buy, long offset = 0, int count = 1)
    {
        var print = new Print(NextId, NextId + count - 1, Now + offset, price, quantity, _spec.QuoteAmount(price, quantity), taker);
        NextId += count;
        LastPrice = price;
        _minutePrints.Add(print);
        _calls.Add(new("print", print, default, default, 0, default));
        return this;
    }

    /// <summary>Loses ids here, for good.</summary>
    public AnalyticsTape Hole(int ids)
    {
        _calls.Add(new("hole", default, new IdRange(NextId, NextId + ids - 1), default, 0, default));
        NextId += ids;
        _missingInMinute += ids;
        return this;
    }

    public AnalyticsTape Rate(double rate, string source = "test", long? time = null, string? asset = null)
    {
        _calls.Add(new("rate", default, default, default, 0, new UsdRate(asset ?? _spec.QuoteAsset, rate, time ?? Now, source)));
        return this;
    }

    /// <summary>Ends seconds, and the minutes among them.</summary>
    public AnalyticsTape Seconds(int count = 1)
    {
        for (var i = 0; i < count; i++)
        {
            Now += Micros.PerSecond;
            if (Now % Micros.PerMinute == 0)
            {
                EndMinute();
            }

            _calls.Add(new("second", default, default, default, Now, default));
        }

        return this;
    }

    /// <summary>Ends the running minute.</summary>
    public AnalyticsTape ToMinute() => Seconds((int)((Micros.PerMinute - (Now % Micros.PerMinute)) / Micros.PerSecond));

    /// <summary>Time passes unseen, as in a halt of whole seconds.</summary>
    public AnalyticsTape Skip(long micros)
    {
        Now += micros;
        return this;
    }

    public AnalyticsTape Revise(in Candle candle)
    {
        Minutes[candle.OpenTimeMicros / Micros.PerMinute] = candle;
        _calls.Add(new("revised", default, default, candle, 0, default));
        return this;
    }

    public void Play(params IAnalyticsInput[] inputs) => Play(0, _calls.Count, inputs);

    public void Play(int from, int to, params IAnalyticsInput[] inputs)
    {
        for (var i = from; i < to; i++)
        {
            foreach (var input in inputs)
            {
                _calls[i].Give(input);
            }
        }
    }

    private void EndMinute()
    {
        var open = Now - Micros.PerMinute;
        if (!Halted)
        {
            var trades = _minutePrints;
            var candle = new Candle
            {
                Interval = CandleInterval.OneMinute,
                OpenTimeMicros = open,
                Open = trades.Count > 0 ? trades[0].Price : LastPrice,
                High = trades.Count > 0 ? trades.Max(print => print.Price) : LastPrice,
                Low = trades.Count > 0 ? trades.Min(print => print.Price) : LastPrice,
                Close = LastPrice,
                Volume = trades.Sum(print => print.Quantity),
                QuoteVolume = (Int128)trades.Sum(print => (decimal)print.QuoteAmount),
                TakerBuyVolume = trades.Where(print => print.Taker == TakerSide.Buy).Sum(print => print.Quantity),
                TradeCount = trades.Sum(print => print.TradeCount),
                MissingIds = _missingInMinute,
                Flags = (_partial ? CandleFlags.Partial : 0) | (trades.Count == 0 ? CandleFlags.Carried : 0),
            };
            Minutes[open / Micros.PerMinute] = candle;
            _calls.Add(new("minute", default, default, candle, 0, default));
        }

        _minutePrints.Clear();
        (_missingInMinute, _partial) = (0, false);
    }

    /// <summary>
    /// A tape of the given length with everything in it: fat tails, sweeps, quiet stretches, holes, a halt, changing rates, and a first
    /// minute joined in its middle.
    /// </summary>
    public static AnalyticsTape Random(int seed, int minutes, SymbolSpec? spec = null, bool withRates = true)
    {
        var random = new Random(seed);
        var tape = new AnalyticsTape(spec, Start + (20 * Micros.PerSecond));
        var price = 6_000_000L;
        var volatility = 0.0002;
        var quietUntil = 0L;
        var end = Start + (minutes * Micros.PerMinute);
        while (tape.Now < end)
        {
            var atMinute = tape.Now % Micros.PerMinute == 0;
            if (atMinute && random.NextDouble() < 0.05)
            {
                quietUntil = tape.Now + (random.Next(1, 20) * Micros.PerMinute);
            }

            if (atMinute && random.NextDouble() < 0.003)
            {
                tape.Halted = true;
                tape.Hole(0).Seconds(60 * random.Next(1, 30));
                tape.Halted = false;
            }

            volatility = Math.Clamp(volatility * Math.Exp((random.NextDouble() - 0.5) * 0.1), 0.00005, 0.002);
            if (tape.Now >= quietUntil)
            {
                for (var sweeps = random.Next(0, 3); sweeps > 0; sweeps--)
                {
                    var taker = random.Next(2) == 0 ? TakerSide.Buy : TakerSide.Sell;
                    var offset = random.Next(0, 4) * 250_000L;
                    price = Math.Max(1_000, (long)(price * Math.Exp((random.NextDouble() + random.NextDouble() - 1) * volatility * 4)));
                    for (var fills = random.Next(1, 5); fills > 0; fills--)
                    {
                        var size = (long)Math.Min(1e12, 1_000 * Math.Pow(random.NextDouble() + 1e-6, -0.9));
                        tape.Trade(price, size, taker, offset, random.Next(8) == 0 ? 3 : 1);
                        price += (taker == TakerSide.Buy ? 1 : -1) * random.Next(0, 3);
                        if (random.NextDouble() < 0.003)
                        {
                            tape.Hole(random.Next(1, 50));
                        }
                    }
                }
            }

            if (withRates && random.NextDouble() < 0.01)
            {
                tape.Rate(0.99 + (random.NextDouble() * 0.02));
            }

            tape.Seconds();
        }

        return tape;
    }
}

/// <summary>The code under test behind the input.</summary>
internal sealed class AnalyticsUnderTest : IAnalyticsInput, IWhaleObserver
{
    public AnalyticsUnderTest(AnalyticsOptions? options = null, SymbolSpec? spec = null)
    {
        Options = options ?? new AnalyticsOptions();
        Analytics = new MarketAnalytics(spec ?? AnalyticsTape.Spec, Options, this);
    }

    public AnalyticsOptions Options { get; }

    public MarketAnalytics Analytics { get; }

    public SignalFrame Frame { get; } = new();

    public List<Sweep> Whales { get; } = [];

    public MarketFigures Figures => Analytics.Describe();

    public void OnPrint(in Print print) => Analytics.OnPrint(in print);

    public void OnHole(IdRange missing) => Analytics.OnHole(missing);

    public void OnMinute(in Candle minute) => Analytics.OnMinute(in minute);

    public void OnMinuteRevised(in Candle minute) => Analytics.OnMinuteRevised(in minute);

    public void OnSecond(long boundaryMicros) => Analytics.OnSecond(boundaryMicros, Frame);

    public void OnRate(UsdRate rate) => Analytics.OnRate(rate);

    public void OnWhale(in Sweep sweep) => Whales.Add(sweep);

    public byte[] Save()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        Analytics.SaveHot(writer);
        Analytics.SaveHistory(writer);
        return stream.ToArray();
    }

    public void Load(byte[] state)
    {
        using var reader = new BinaryReader(new MemoryStream(state));
        Analytics.LoadHot(reader);
        Analytics.LoadHistory(reader);
        Assert.Equal(state.Length, reader.BaseStream.Position);
    }
}
