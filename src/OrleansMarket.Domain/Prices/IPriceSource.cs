using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Domain.Prices;

/// <summary>Somebody who can be asked for prices. Stateless towards its caller, which decides when to ask and what a failure means.</summary>
public interface IPriceSource
{
    /// <summary>Gets its name and how it is used.</summary>
    PriceSourceProfile Profile { get; }

    /// <summary>Asks for the prices of assets in as few requests as the source allows. An answer for some of them is an answer.</summary>
    /// <exception cref="ExchangeUnavailableException">Nothing could be had; says until when to stay away, if the source has said so.</exception>
    Task<PriceAnswer> AskAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken);
}

/// <summary>What a source said.</summary>
/// <param name="Quotes">The quotes it had.</param>
/// <param name="Missing">Why each other asset has none, by asset.</param>
/// <param name="StayAway">For how long the source wants to be left alone, although it answered in part; <see langword="null"/> when it does not.</param>
public sealed record PriceAnswer(IReadOnlyList<PriceQuote> Quotes, IReadOnlyDictionary<string, string> Missing, TimeSpan? StayAway = null);

/// <summary>How a source is used.</summary>
/// <param name="Name">Its name in answers, logs and metrics (coingecko).</param>
/// <param name="Venue">Where its price is made. Sources of one venue are one voice: Binance's API and our own stream of Binance's trades.</param>
/// <param name="Rank">Its place in the order that decides where sources do not agree.</param>
/// <param name="Weight">Its weight when fresh, above 0. It falls linearly with age, to nothing at <paramref name="MaxAge"/>.</param>
/// <param name="MaxAge">The age beyond which its price is not used.</param>
/// <param name="PollInterval">How often it is asked; never more often for the same asset.</param>
/// <param name="Timeout">How long it may take to answer.</param>
public sealed record PriceSourceProfile(
    string Name, string Venue, PriceRule Rank, double Weight, TimeSpan MaxAge, TimeSpan PollInterval, TimeSpan Timeout);
