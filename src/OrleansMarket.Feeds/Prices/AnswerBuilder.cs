using System.Text.Json;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Prices;

namespace OrleansMarket.Feeds.Prices;

/// <summary>Collects what a source said of each asset. An answer without a single price, in which something was wrong, is a failure of the source.</summary>
internal sealed class AnswerBuilder(string source)
{
    private readonly Lock _gate = new();
    private readonly List<PriceQuote> _quotes = [];
    private readonly Dictionary<string, string> _missing = new(StringComparer.Ordinal);
    private ExchangeUnavailableException? _fault;

    public void Add(PriceQuote quote)
    {
        lock (_gate)
        {
            _quotes.Add(quote);
        }
    }

    /// <summary>The source does not have the asset.</summary>
    public void NotListed(string asset)
    {
        lock (_gate)
        {
            _missing[asset] = $"does not list {asset}";
        }
    }

    /// <summary>The asset's part of the answer cannot be read.</summary>
    public void Unreadable(string asset, string expected, JsonElement found) =>
        Fault(asset, new ExchangeUnavailableException($"{source}: {asset}: expected {expected}, found {found.Describe()}"));

    /// <summary>The asset could not be asked for.</summary>
    public void Fault(string asset, ExchangeUnavailableException fault)
    {
        lock (_gate)
        {
            _missing[asset] = fault.Message;
            if (_fault?.RetryAfter is null)
            {
                _fault = fault;
            }
        }
    }

    /// <exception cref="ExchangeUnavailableException">There is no price, and something was wrong.</exception>
    public PriceAnswer Build() => _fault is { } fault && _quotes.Count == 0 ? throw fault : new PriceAnswer(_quotes, _missing, _fault?.RetryAfter);
}
