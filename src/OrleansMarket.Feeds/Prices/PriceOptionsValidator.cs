using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Prices;

namespace OrleansMarket.Feeds.Prices;

/// <summary>Checks <see cref="PriceOptions"/> when the process starts; each failure names the setting, what was expected and what was found.</summary>
public sealed class PriceOptionsValidator : IValidateOptions<PriceOptions>
{
    private const string PublicCoingecko = "api.coingecko.com";

    // Source: CoinGecko API, "Coin Price by IDs", cache and update frequency of the public and the demo plan.
    private static readonly TimeSpan CoingeckoCache = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, PriceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> failures = [];
        foreach (var asset in options.Assets.Where(asset => !AssetName.IsPlausible(asset)))
        {
            failures.Add(Say(nameof(options.Assets), "assets of letters and digits such as BTC", $"'{asset}'"));
        }

        if (options.Assets.Length > IPrices.MostAssets)
        {
            failures.Add(Say(nameof(options.Assets), $"at most {IPrices.MostAssets} assets", $"{options.Assets.Length}"));
        }

        Check(nameof(options.PriceDeviationThreshold), options.PriceDeviationThreshold, 0.0001, 0.5, failures);
        Check(nameof(options.FreshFor), options.FreshFor, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10), failures);
        Check(nameof(options.ColdReadPatience), options.ColdReadPatience, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(10), failures);
        Check(nameof(options.WatchFor), options.WatchFor, TimeSpan.Zero, TimeSpan.FromDays(1), failures);
        Check(nameof(options.MostWatched), options.MostWatched, 1, 1_000, failures);
        Check(nameof(options.RefreshInterval), options.RefreshInterval, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), failures);
        if (string.IsNullOrWhiteSpace(options.UserAgent) || options.UserAgent.Any(char.IsControl))
        {
            failures.Add(Say(nameof(options.UserAgent), "a name such as OrleansMarket/1.0", $"'{options.UserAgent}'"));
        }

        foreach (var (source, settings) in options.Sources)
        {
            Check(source, settings, failures);
        }

        Check(options.Coingecko, failures);

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void Check(string source, PriceSourceOptions options, List<string> failures)
    {
        Check($"{source}:{nameof(options.PollInterval)}", options.PollInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1), failures);
        Check($"{source}:{nameof(options.MaxAge)}", options.MaxAge, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), failures);
        Check($"{source}:{nameof(options.Timeout)}", options.Timeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1), failures);
        Check($"{source}:{nameof(options.Weight)}", options.Weight, 0.01, 100, failures);
        Check($"{source}:{nameof(options.RequestsPerSecond)}", options.RequestsPerSecond, 0.01, 1_000, failures);
        Check($"{source}:{nameof(options.Burst)}", options.Burst, 1, 1_000, failures);
        if (options is { Enabled: true, Endpoint: null } && source is not (PriceSourceNames.Stream or PriceSourceNames.Binance))
        {
            failures.Add(Say($"{source}:{nameof(options.Endpoint)}", "an address such as https://host", "none"));
        }

        if (options.Endpoint is { } endpoint && (!endpoint.IsAbsoluteUri || endpoint.Scheme is not ("http" or "https") || endpoint.UserInfo.Length > 0))
        {
            // User information could be a password: it is not repeated.
            failures.Add(Say($"{source}:{nameof(options.Endpoint)}", "an address such as https://host without user name", endpoint is { IsAbsoluteUri: true, UserInfo.Length: > 0 } ? "one with user name" : $"'{endpoint}'"));
        }
    }

    private static void Check(CoingeckoOptions options, List<string> failures)
    {
        const string Source = PriceSourceNames.Coingecko;
        if (options.ApiKey is { Length: > 0 } key && !key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            // It is a secret: not even a part of it is repeated.
            failures.Add(Say($"{Source}:{nameof(options.ApiKey)}", "a key of letters, digits, - and _", "another character"));
        }

        if (options.Enabled && options.Endpoint?.Host == PublicCoingecko && options.PollInterval < CoingeckoCache)
        {
            failures.Add(Say($"{Source}:{nameof(options.PollInterval)}", $"at least {CoingeckoCache}, for which its answers are cached", FormattableString.Invariant($"{options.PollInterval}")));
        }

        foreach (var (asset, id) in options.Ids)
        {
            if (!AssetName.IsPlausible(asset) || asset != AssetName.Normalise(asset))
            {
                failures.Add(Say($"{Source}:{nameof(options.Ids)}", "assets of upper-case letters and digits such as BTC", $"'{asset}'"));
            }

            if (string.IsNullOrWhiteSpace(id))
            {
                failures.Add(Say($"{Source}:{nameof(options.Ids)}:{asset}", "an id such as bitcoin", "none"));
            }
        }
    }

    private static void Check<T>(string setting, T value, T min, T max, List<string> failures)
        where T : IComparable<T>
    {
        if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0)
        {
            failures.Add(Say(setting, FormattableString.Invariant($"{min} to {max}"), FormattableString.Invariant($"{value}")));
        }
    }

    private static string Say(string setting, string expected, string found) => $"{PriceOptions.SectionName}:{setting}: expected {expected}, found {found}";
}
