using System.Net;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Feeds.Binance.Rest;

/// <summary>
/// Lets another client of the exchange send over our transport, so that one budget, one memory of bans and one choice of hosts hold for both. What may not be sent, or fails, is thrown as
/// <see cref="ExchangeUnavailableException"/> or <see cref="RestRefusedException"/>; only answers come back.
/// </summary>
/// <param name="transport">Sends.</param>
/// <param name="priority">What its requests are for.</param>
public sealed class BinanceTransportHandler(BinanceRestTransport transport, RequestPriority priority) : HttpMessageHandler
{
    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var path = request.RequestUri!.AbsolutePath;
        var ask = new RestRequest(path, request.RequestUri.Query.TrimStart('?'), WeightOf(path), NeedsFullApi: path == "/api/v3/historicalTrades");
        var body = await transport.GetAsync(ask, priority, cancellationToken).ConfigureAwait(false);
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content, RequestMessage = request };
    }

    // Source: Binance Spot API, "Market Data endpoints". The ticker's is that of at most 20 symbols.
    private static int WeightOf(string path) => path switch
    {
        "/api/v3/time" => 1,
        "/api/v3/exchangeInfo" => 20,
        "/api/v3/ticker/24hr" or "/api/v3/klines" => 2,
        "/api/v3/aggTrades" => 4,
        "/api/v3/trades" or "/api/v3/historicalTrades" => 25,
        _ => throw new NotSupportedException($"expected an operation whose weight is known, found {path}"),
    };
}
