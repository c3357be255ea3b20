using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace OrleansMarket.Feeds.Binance;

/// <summary>
/// The short names that a person sets in a shell: <c>SYMBOLS</c> (comma separated), <c>RECONNECT_DELAY_S</c> and
/// <c>MAX_RECONNECT_DELAY_S</c> (seconds). Where set they win over the section <see cref="BinanceFeedOptions.SectionName"/>.
/// </summary>
public static class BinanceFlatSettings
{
    /// <summary>The pairs, comma separated.</summary>
    public const string Symbols = "SYMBOLS";

    /// <summary>The cap of the first pause before a reconnection, seconds.</summary>
    public const string ReconnectDelay = "RECONNECT_DELAY_S";

    /// <summary>The largest cap of such a pause, seconds.</summary>
    public const string MaxReconnectDelay = "MAX_RECONNECT_DELAY_S";

    /// <summary>Applies the short names, then the defaults for lists that are still empty.</summary>
    /// <exception cref="OptionsValidationException">A value is not of its kind.</exception>
    public static void Apply(BinanceFeedOptions options, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration[Symbols] is { } symbols && !string.IsNullOrWhiteSpace(symbols))
        {
            options.Symbols = symbols.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        }

        options.ReconnectDelay = Seconds(configuration, ReconnectDelay) ?? options.ReconnectDelay;
        options.MaxReconnectDelay = Seconds(configuration, MaxReconnectDelay) ?? Max(options.ReconnectDelay, options.MaxReconnectDelay);
        if (options.Symbols.Length == 0)
        {
            options.Symbols = [.. BinanceFeedOptions.DefaultSymbols];
        }

        if (options.StreamEndpoints.Length == 0)
        {
            options.StreamEndpoints = [.. BinanceFeedOptions.DefaultStreamEndpoints];
        }
    }

    private static TimeSpan? Seconds(IConfiguration configuration, string name)
    {
        if (configuration[name] is not { Length: > 0 } text)
        {
            return null;
        }

        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= 86_400
            ? TimeSpan.FromSeconds(seconds)
            : throw new OptionsValidationException(name, typeof(BinanceFeedOptions), [$"{name}: expected seconds such as 5, found '{text}'"]);
    }

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
