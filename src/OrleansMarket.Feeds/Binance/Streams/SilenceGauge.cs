namespace OrleansMarket.Feeds.Binance.Streams;

/// <summary>Learns how long a connection is usually silent, so that the silence of quiet symbols does not look like a fault.</summary>
/// <remarks>
/// The threshold is four times the longest pause between frames seen lately, within the given bounds. A pause is forgotten by a tenth for every ten
/// minutes that pass.
/// </remarks>
public sealed class SilenceGauge
{
    private const int Factor = 4;
    private const double KeptPerTenMinutes = 0.9;

    private readonly TimeSpan _least;
    private readonly TimeSpan _most;
    private double _longest; // seconds

    /// <summary>Builds a gauge.</summary>
    /// <param name="least">The smallest threshold.</param>
    /// <param name="most">The largest.</param>
    public SilenceGauge(TimeSpan least, TimeSpan most)
    {
        _least = least;
        _most = most;
    }

    /// <summary>Gets the silence beyond which a connection looks stale.</summary>
    public TimeSpan Threshold
    {
        get
        {
            var learned = TimeSpan.FromSeconds(Volatile.Read(ref _longest) * Factor);
            return learned < _least ? _least : learned > _most ? _most : learned;
        }
    }

    /// <summary>Takes the pause that a frame has ended.</summary>
    public void OnPause(TimeSpan pause)
    {
        var seconds = pause.TotalSeconds;
        var kept = Volatile.Read(ref _longest) * Math.Pow(KeptPerTenMinutes, seconds / 600);
        Volatile.Write(ref _longest, Math.Max(kept, seconds));
    }
}
