namespace OrleansMarket.Feeds.Binance;

/// <summary>Growing pauses with full jitter: each is drawn evenly between nothing and a cap that doubles with every failure.</summary>
/// <remarks>
/// Source: M. Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015). Without the jitter every client of a
/// restarted server would come back in the same instant.
/// </remarks>
public sealed class Backoff
{
    private const int MostDoublings = 30;

    private readonly TimeSpan _first;
    private readonly TimeSpan _max;
    private readonly Func<double> _draw;
    private int _failures;

    /// <summary>Builds the pauses.</summary>
    /// <param name="first">The cap of the first pause.</param>
    /// <param name="max">The largest cap.</param>
    /// <param name="draw">Draws a number in [0, 1); tests give their own.</param>
    public Backoff(TimeSpan first, TimeSpan max, Func<double>? draw = null)
    {
        _first = first;
        _max = max < first ? first : max;
        _draw = draw ?? Random.Shared.NextDouble;
    }

    /// <summary>Gets how many pauses were drawn since the last success.</summary>
    public int Failures => _failures;

    /// <summary>Draws the next pause.</summary>
    public TimeSpan Next()
    {
        var cap = Math.Min(_max.Ticks, _first.Ticks * Math.Pow(2, Math.Min(_failures, MostDoublings)));
        _failures++;
        return TimeSpan.FromTicks((long)(_draw() * cap));
    }

    /// <summary>Starts over after a success.</summary>
    public void Reset() => _failures = 0;
}
