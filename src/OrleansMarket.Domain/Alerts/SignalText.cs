using System.Globalization;
using OrleansMarket.Domain.Analytics;

namespace OrleansMarket.Domain.Alerts;

/// <summary>Signals in words and numbers for people, always in invariant form.</summary>
public static class SignalText
{
    /// <summary>What the signal is called, as it begins a sentence.</summary>
    public static string NameOf(Signal signal) => signal switch
    {
        Signal.PriceMove1m => "Price move over 1 minute",
        Signal.PriceMove5m => "Price move over 5 minutes",
        Signal.PriceMove1h => "Price move over 1 hour",
        Signal.Volatility1h => "Realised volatility over 1 hour (annualised)",
        Signal.Volatility24h => "Realised volatility over 24 hours (annualised)",
        Signal.VolatilityEwma => "EWMA volatility (annualised)",
        Signal.VolumeSpike => "Volume against its own last day (robust z)",
        Signal.BuyShare1m => "Taker buy share over 1 minute",
        Signal.BuyShare5m => "Taker buy share over 5 minutes",
        Signal.BuyShare1h => "Taker buy share over 1 hour",
        Signal.WhaleNotional => "Whale sweep (estimate)",
        Signal.SourceDeviation => "Deviation from other price sources",
        Signal.StaleFeed => "Silence beyond the usual",
        Signal.GapOpen => "Oldest open gap",
        Signal.Lag => "Pipeline lag (p99)",
        Signal.DeadLetterRate => "Dead letters",
        _ => signal.ToString(),
    };

    /// <summary>A value with its unit.</summary>
    /// <param name="signal">The signal, or <see langword="null"/> for a bare number.</param>
    /// <param name="value">The value; NaN reads "unknown".</param>
    public static string Format(Signal? signal, double value)
    {
        if (!double.IsFinite(value))
        {
            return "unknown";
        }

        return signal switch
        {
            Signal.PriceMove1m or Signal.PriceMove5m or Signal.PriceMove1h or Signal.SourceDeviation => Text($"{value:+0.00;-0.00;0.00} %"),
            Signal.Volatility1h or Signal.Volatility24h or Signal.VolatilityEwma => Text($"{value * 100:0.0} %"),
            Signal.BuyShare1m or Signal.BuyShare5m or Signal.BuyShare1h => Text($"{value * 100:0.0} %"),
            Signal.VolumeSpike => Text($"z {value:0.0}"),
            Signal.WhaleNotional => Text($"{Dollars(value)}"),
            Signal.StaleFeed or Signal.GapOpen or Signal.Lag => Text($"{value:0.#} s"),
            Signal.DeadLetterRate => Text($"{value:0.##} per 1,000 frames"),
            _ => Text($"{value:0.####}"),
        };
    }

    /// <summary>The values that a threshold of the signal may have, both ends included.</summary>
    public static (double Min, double Max) RangeOf(Signal signal) => signal switch
    {
        Signal.PriceMove1m or Signal.PriceMove5m or Signal.PriceMove1h or Signal.SourceDeviation => (-100, 1_000_000),
        Signal.Volatility1h or Signal.Volatility24h or Signal.VolatilityEwma => (0, 10_000),
        Signal.VolumeSpike => (-1_000, 1_000),
        Signal.BuyShare1m or Signal.BuyShare5m or Signal.BuyShare1h => (0, 1),
        Signal.WhaleNotional => (1, 1e15),
        Signal.Lag => (-86_400, 86_400),
        Signal.StaleFeed or Signal.GapOpen => (0, 604_800),
        _ => (0, 1_000),
    };

    private static string Dollars(double value) => value switch
    {
        >= 1e9 => Text($"${value / 1e9:0.00} bn"),
        >= 1e6 => Text($"${value / 1e6:0.00} m"),
        _ => Text($"${value:#,0}"),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
