using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Simulation;

/// <summary>
/// The simulated tape of one symbol, from 2024 to eternity, reachable at any instant: a function of seed, symbol and rate alone. Two
/// processes, or one before and after a restart, see the same trades, so what a stopped process missed can be read afterwards.
/// </summary>
/// <remarks>
/// Minutes come from <see cref="DayPlan"/> and are cut into blocks of at most some thousand trades, each with a generator of its own. Inside a
/// block taker orders arrive at random, move the price with fat tails towards the next block's start, and print as one to sixty trades over
/// several price levels at one exchange time. Thread-safe.
/// </remarks>
public sealed class MarketModel
{
    /// <summary>The first instant with trades: 2024-01-01T00:00:00Z.</summary>
    public const long StartMicros = 1_704_067_200_000_000;

    /// <summary>The most trades per second that a model can be asked for.</summary>
    public const double MaxTradesPerSecond = 100_000;

    private const int MaxFills = 60;
    private const int BlockTarget = 4_000;
    private const int PlansKept = 4;

    private readonly Lock _gate = new();
    private readonly List<DayPlan> _plans = [];
    private readonly ulong _seed;
    private readonly long _tradesPerDay;
    private readonly long _originId;
    private readonly double _unit;
    private readonly double _lot;

    /// <summary>Builds a model; nothing is generated before it is asked for.</summary>
    /// <param name="symbol">The pair.</param>
    /// <param name="seed">Two models with the same seed, pair and rate are the same tape.</param>
    /// <param name="tradesPerSecond">The average rate, above 0 and at most <see cref="MaxTradesPerSecond"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is out of range.</exception>
    public MarketModel(SimulatedSymbol symbol, int seed, double tradesPerSecond)
    {
        ArgumentNullException.ThrowIfNull(symbol);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tradesPerSecond);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tradesPerSecond, MaxTradesPerSecond);
        Symbol = symbol;
        TradesPerSecond = tradesPerSecond;
        _seed = SeededRandom.Mix((ulong)seed, SimulatedSymbol.NameSeed(symbol.Spec.Symbol));
        _tradesPerDay = Math.Max(1, (long)(tradesPerSecond * Micros.PerDay / Micros.PerSecond));
        _originId = 1_000_000 + (long)(_seed % 100_000_000);
        _unit = ScaledNumber.PowerOfTen(symbol.Spec.PriceDecimals);
        _lot = ScaledNumber.PowerOfTen(symbol.Spec.QuantityDecimals);

        // The busiest minutes hold some ten times the average.
        var perMinute = tradesPerSecond * 60;
        BlocksPerMinute = perMinute <= BlockTarget ? 1 : perMinute <= 6 * BlockTarget ? 6 : perMinute <= 60 * BlockTarget ? 60 : 600;
        BlockMicros = Micros.PerMinute / BlocksPerMinute;
    }

    /// <summary>Gets the pair.</summary>
    public SimulatedSymbol Symbol { get; }

    /// <summary>Gets the scales of the pair.</summary>
    public SymbolSpec Spec => Symbol.Spec;

    /// <summary>Gets the average rate.</summary>
    public double TradesPerSecond { get; }

    /// <summary>Gets the length of a block, µs; it divides a minute.</summary>
    public long BlockMicros { get; }

    private int BlocksPerMinute { get; }

    /// <summary>The trades of the block that starts at or before an instant, by id; times are in [block start, block start + <see cref="BlockMicros"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The instant lies before <see cref="StartMicros"/>.</exception>
    public Print[] Block(long micros)
    {
        var open = Micros.Floor(micros, BlockMicros);
        var frame = FrameAt(open);
        var prints = new Print[frame.EndId - frame.FirstId];
        Fill(in frame, open, prints);
        return prints;
    }

    /// <summary>The id of the first trade at or after an instant. There always is one, later if not now.</summary>
    public long FirstIdAt(long micros)
    {
        var from = Math.Max(micros, StartMicros);
        foreach (var print in Block(from))
        {
            if (print.TradeTimeMicros >= from)
            {
                return print.FirstId;
            }
        }

        return FrameAt(Micros.Floor(from, BlockMicros)).EndId;
    }

    /// <summary>The trades from an instant on, without end, by id. Generated while it is walked.</summary>
    public IEnumerable<Print> From(long micros)
    {
        for (var open = Micros.Floor(Math.Max(micros, StartMicros), BlockMicros); ; open += BlockMicros)
        {
            foreach (var print in Block(open))
            {
                if (print.TradeTimeMicros >= micros)
                {
                    yield return print;
                }
            }
        }
    }

    /// <summary>The trades from an id on, without end, by id. Generated while it is walked.</summary>
    public IEnumerable<Print> FromId(long id) => From(BlockOf(Math.Max(id, _originId))).SkipWhile(print => print.FirstId < id);

    /// <summary>The last trades at or before an instant, by id.</summary>
    public IReadOnlyList<Print> Newest(long micros, int count)
    {
        var newest = new List<Print>(count);
        for (var open = Micros.Floor(micros, BlockMicros); open >= StartMicros && newest.Count < count; open -= BlockMicros)
        {
            foreach (var print in Block(open).Reverse())
            {
                if (print.TradeTimeMicros <= micros && newest.Count < count)
                {
                    newest.Add(print);
                }
            }
        }

        newest.Reverse();
        return newest;
    }

    /// <summary>The start of the block that holds an id.</summary>
    private long BlockOf(long id)
    {
        var day = DayOf(StartMicros) + ((id - _originId) / _tradesPerDay);
        var plan = PlanOf(day);
        var minute = plan.MinuteOf(id);
        var first = plan.FirstId(minute);
        var count = plan.FirstId(minute + 1) - first;
        var part = 0;
        while (part < BlocksPerMinute - 1 && first + (count * (part + 1) / BlocksPerMinute) <= id)
        {
            part++;
        }

        return (day * Micros.PerDay) + (minute * Micros.PerMinute) + (part * BlockMicros);
    }

    private static long DayOf(long micros) => Micros.Floor(micros, Micros.PerDay) / Micros.PerDay;

    private Frame FrameAt(long open)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(open, StartMicros);
        var plan = PlanOf(DayOf(open));
        var minute = (int)(open % Micros.PerDay / Micros.PerMinute);
        var part = (int)(open % Micros.PerMinute / BlockMicros);
        var first = plan.FirstId(minute);
        var count = plan.FirstId(minute + 1) - first;
        var (from, to) = PathOf(plan, minute, part);
        return new Frame(
            first + (count * part / BlocksPerMinute),
            first + (count * (part + 1) / BlocksPerMinute),
            from,
            to,
            plan.Deviation(minute) / Math.Sqrt(BlocksPerMinute));
    }

    /// <summary>The log prices at both ends of a block: a random walk through the minute, bent to its end.</summary>
    private (double From, double To) PathOf(DayPlan plan, int minute, int part)
    {
        var start = plan.LogPrice(minute);
        var end = plan.LogPrice(minute + 1);
        if (BlocksPerMinute == 1)
        {
            return (start, end);
        }

        var random = new SeededRandom(SeededRandom.Mix(_seed ^ 5, (ulong)((plan.Day * DayPlan.Minutes) + minute)));
        var deviation = plan.Deviation(minute) / Math.Sqrt(BlocksPerMinute);
        double walk = 0, before = 0, after = 0;
        for (var block = 0; block < BlocksPerMinute; block++)
        {
            before = block == part ? walk : before;
            walk += deviation * random.NextNormal();
            after = block == part ? walk : after;
        }

        var bend = (end - start - walk) / BlocksPerMinute;
        return (start + before + (bend * part), start + after + (bend * (part + 1)));
    }

    private DayPlan PlanOf(long day)
    {
        lock (_gate)
        {
            foreach (var known in _plans)
            {
                if (known.Day == day)
                {
                    return known;
                }
            }

            if (_plans.Count == PlansKept)
            {
                _plans.RemoveAt(0);
            }

            var plan = new DayPlan(Symbol, _seed, day, _originId + ((day - DayOf(StartMicros)) * _tradesPerDay), _tradesPerDay);
            _plans.Add(plan);
            return plan;
        }
    }

    private void Fill(in Frame frame, long open, Span<Print> prints)
    {
        var random = new SeededRandom(SeededRandom.Mix(_seed ^ 7, (ulong)open));
        var elapsed = 0.0; // of the block, in [0, 1)
        var logPrice = frame.From;
        var index = 0;
        while (index < prints.Length)
        {
            // Pareto with exponent 1.5: two of three orders fill at once, a few sweep far. The mean is about 2.4.
            var fills = Math.Min(Math.Min(MaxFills, (int)Math.Pow(random.NextOpen(), -1 / 1.5)), prints.Length - index);
            var ordersLeft = Math.Max(1, (prints.Length - index) / 2.4);
            var step = (1 - elapsed) * (1 - Math.Pow(random.NextOpen(), 1 / ordersLeft));
            var shock = random.NextFatTailed();
            logPrice += (frame.To - logPrice) * step / (1 - elapsed);
            logPrice += frame.Deviation * Math.Sqrt(step) * Math.Clamp(shock, -8, 8);
            elapsed = Math.Min(elapsed + step, 1 - 1e-9);

            var taker = shock > 0 == random.Next(4) > 0 ? TakerSide.Buy : TakerSide.Sell;
            var time = open + (long)(elapsed * BlockMicros);
            var price = Math.Clamp((long)Math.Round(Math.Exp(logPrice) * _unit), 1, Spec.MaxPrice);
            var notional = Symbol.OrderNotional * Math.Exp(1.3 * random.NextNormal()) * fills;
            var lots = notional / (price / _unit) * _lot / fills;
            var level = 1 + (price / 400_000);
            for (var fill = 0; fill < fills; fill++)
            {
                if (fill > 0 && random.Next(2) == 0)
                {
                    var ticks = level + random.Next((int)level + 1);
                    price = Math.Clamp(taker == TakerSide.Buy ? price + ticks : price - ticks, 1, Spec.MaxPrice);
                }

                var quantity = Math.Clamp((long)(lots * -Math.Log(random.NextOpen())), Spec.MinQuantity, Spec.MaxQuantity);
                prints[index] = Print.Trade(Spec, frame.FirstId + index, time, price, quantity, taker);
                index++;
            }
        }
    }

    private readonly record struct Frame(long FirstId, long EndId, double From, double To, double Deviation);
}
