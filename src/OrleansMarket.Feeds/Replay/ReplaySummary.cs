using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Replay;

/// <summary>What came of a replay.</summary>
public sealed record ReplaySummary
{
    /// <summary>Gets the symbols seen, in the order of their first trade.</summary>
    public required IReadOnlyList<Symbol> Symbols { get; init; }

    /// <summary>Gets the trades counted, each once.</summary>
    public required long Trades { get; init; }

    /// <summary>Gets the trades that were held already.</summary>
    public required long Duplicates { get; init; }

    /// <summary>Gets how many holes the ids showed, those repaired later in the recording included.</summary>
    public required long Gaps { get; init; }

    /// <summary>Gets how many ids are still missing at the end.</summary>
    public required long MissingIds { get; init; }

    /// <summary>Gets what was refused, by reason.</summary>
    public required IReadOnlyDictionary<DeadLetterReason, long> DeadLetters { get; init; }

    /// <summary>Gets how many frames were simply not trades.</summary>
    public required long OtherFrames { get; init; }

    /// <summary>Gets the whole candles.</summary>
    public required long Candles { get; init; }

    /// <summary>Gets the candles that lack trades: at the edges of the recording, and beside gaps.</summary>
    public required long PartialCandles { get; init; }

    /// <summary>Gets the sweeps that reached the whale threshold.</summary>
    public required long Whales { get; init; }

    /// <summary>Gets how often an alert fired.</summary>
    public required long Alerts { get; init; }

    /// <summary>Gets trade time of the first and the last trade, µs; 0 without trades.</summary>
    public required (long First, long Last) TimesMicros { get; init; }

    /// <summary>Gets how long it took.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Gets how many rows and frames were refused, for all reasons.</summary>
    public long DeadLetterCount => DeadLetters.Values.Sum();

    /// <summary>Gets the refused share of all rows that should have been trades, percent.</summary>
    public double DeadLetterPercent => DeadLetterCount == 0 ? 0 : 100.0 * DeadLetterCount / (DeadLetterCount + Trades + Duplicates);

    /// <summary>Gets the speed.</summary>
    public double TradesPerSecond => Elapsed > TimeSpan.Zero ? Trades / Elapsed.TotalSeconds : 0;
}
