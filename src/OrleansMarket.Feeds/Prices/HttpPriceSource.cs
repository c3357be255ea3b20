using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Prices;

namespace OrleansMarket.Feeds.Prices;

/// <summary>What sources over HTTP have in common: assets that they do not list are not asked for again for an hour.</summary>
internal abstract class HttpPriceSource(PriceSourceProfile profile, PriceHttp http, TimeProvider clock) : IPriceSource
{
    private readonly UnlistedAssets _unlisted = new(clock);

    /// <inheritdoc/>
    public PriceSourceProfile Profile => profile;

    protected PriceHttp Http => http;

    protected TimeProvider Clock => clock;

    /// <inheritdoc/>
    public async Task<PriceAnswer> AskAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken)
    {
        var answer = new AnswerBuilder(profile.Name);
        List<string> listed = [];
        foreach (var asset in assets)
        {
            if (!CanHave(asset) || _unlisted.Contains(asset))
            {
                answer.NotListed(asset);
            }
            else
            {
                listed.Add(asset);
            }
        }

        if (listed.Count > 0)
        {
            await AskAsync(listed, answer, cancellationToken).ConfigureAwait(false);
        }

        return answer.Build();
    }

    /// <summary>Asks for assets that the source may list.</summary>
    protected abstract Task AskAsync(IReadOnlyList<string> assets, AnswerBuilder answer, CancellationToken cancellationToken);

    /// <summary>Tells whether the source can have a price of the asset at all.</summary>
    protected virtual bool CanHave(string asset) => asset != PriceQuote.Usd;

    /// <summary>Remembers that the source does not list an asset.</summary>
    protected void OnUnlisted(string asset, AnswerBuilder answer)
    {
        _unlisted.Add(asset);
        answer.NotListed(asset);
    }

    /// <summary>Asks for each asset by itself; what fails for one does not take the others along.</summary>
    protected static Task EachAsync(IReadOnlyList<string> assets, AnswerBuilder answer, Func<string, Task> ask) => Task.WhenAll(assets.Select(async asset =>
    {
        try
        {
            await ask(asset).ConfigureAwait(false);
        }
        catch (ExchangeUnavailableException exception)
        {
            answer.Fault(asset, exception);
        }
    }));
}
