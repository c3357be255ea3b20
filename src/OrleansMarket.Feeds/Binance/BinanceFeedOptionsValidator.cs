using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Binance;

/// <summary>Checks <see cref="BinanceFeedOptions"/> before the first connection; each failure names the setting, what was expected and what was found.</summary>
public sealed class BinanceFeedOptionsValidator : IValidateOptions<BinanceFeedOptions>
{
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(10);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, BinanceFeedOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> failures = [];
        if (options.Symbols.Length == 0)
        {
            failures.Add(Say(nameof(options.Symbols), "at least one pair such as BTCUSDT", "none"));
        }

        foreach (var symbol in options.Symbols.Where(symbol => !Symbol.IsPlausible(symbol)))
        {
            failures.Add(Say(nameof(options.Symbols), "pairs of letters and digits such as BTCUSDT", $"'{symbol}'"));
        }

        if (options.StreamEndpoints.Length == 0)
        {
            failures.Add(Say(nameof(options.StreamEndpoints), "at least one host such as wss://stream.binance.com:9443", "none"));
        }

        foreach (var endpoint in options.StreamEndpoints)
        {
            CheckUri(nameof(options.StreamEndpoints), endpoint, "ws", "wss", failures);
        }

        CheckUri(nameof(options.RestEndpoint), options.RestEndpoint, "http", "https", failures);
        CheckUri(nameof(options.MarketDataRestEndpoint), options.MarketDataRestEndpoint, "http", "https", failures);
        Check(nameof(options.StreamsPerConnection), options.StreamsPerConnection, 1, 1_024, failures);
        Check(nameof(options.ReconnectDelay), options.ReconnectDelay, Instant, TimeSpan.FromHours(1), failures);
        Check(nameof(options.MaxReconnectDelay), options.MaxReconnectDelay, options.ReconnectDelay, TimeSpan.FromHours(1), failures);
        Check(nameof(options.IdleTimeout), options.IdleTimeout, Instant, TimeSpan.FromMinutes(10), failures);
        Check(nameof(options.MaxIdleTimeout), options.MaxIdleTimeout, options.IdleTimeout, TimeSpan.FromHours(1), failures);
        Check(nameof(options.RotateAfter), options.RotateAfter, TimeSpan.FromSeconds(1), new TimeSpan(23, 55, 0), failures);
        Check(nameof(options.AuditInterval), options.AuditInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1), failures);
        Check(nameof(options.ConnectTimeout), options.ConnectTimeout, Instant, TimeSpan.FromMinutes(5), failures);
        Check(nameof(options.AcknowledgeTimeout), options.AcknowledgeTimeout, Instant, TimeSpan.FromMinutes(5), failures);
        Check(nameof(options.BatchSize), options.BatchSize, 1, 4_096, failures);
        Check(nameof(options.BatchDelay), options.BatchDelay, TimeSpan.Zero, TimeSpan.FromSeconds(1), failures);
        Check(nameof(options.MaxFrameBytes), options.MaxFrameBytes, 1_024, 16 * 1024 * 1024, failures);
        Check(nameof(options.RestTimeout), options.RestTimeout, Instant, TimeSpan.FromMinutes(5), failures);
        Check(nameof(options.WeightPerMinute), options.WeightPerMinute, 100, 1_000_000, failures);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void CheckUri(string setting, Uri? uri, string plain, string secure, List<string> failures)
    {
        if (uri is not { IsAbsoluteUri: true } || (uri.Scheme != plain && uri.Scheme != secure) || uri.UserInfo.Length > 0)
        {
            // User information could be a password: it is not repeated.
            failures.Add(Say(setting, $"an address such as {secure}://host without user name", uri is { IsAbsoluteUri: true, UserInfo.Length: > 0 } ? "one with user name" : $"'{uri}'"));
        }
    }

    private static void Check<T>(string setting, T value, T min, T max, List<string> failures)
        where T : IComparable<T>
    {
        if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0)
        {
            failures.Add(Say(setting, $"{min} to {max}", $"{value}"));
        }
    }

    private static string Say(string setting, string expected, string found) =>
        $"{BinanceFeedOptions.SectionName}:{setting}: expected {expected}, found {found}";
}
