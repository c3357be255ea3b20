using System.Collections.Frozen;
using OrleansMarket.Domain.Prices;

namespace OrleansMarket.Feeds.Prices.Sources;

/// <summary>CoinGecko's average over many markets, in USD: all assets in one request. Its answers are cached for 60 s without a paid key.</summary>
/// <remarks>Source: CoinGecko API, "Coin Price by IDs" (<c>simple/price</c>), "Common errors and rate limit".</remarks>
internal sealed class CoingeckoSource(PriceSourceProfile profile, PriceHttp http, TimeProvider clock, IReadOnlyDictionary<string, string> moreIds)
    : HttpPriceSource(profile, http, clock)
{
    // A ticker symbol is not unique there, an id is: the ids of the assets that are traded most.
    private static readonly FrozenDictionary<string, string> Ids = new Dictionary<string, string>
    {
        ["BTC"] = "bitcoin",
        ["ETH"] = "ethereum",
        ["SOL"] = "solana",
        ["ADA"] = "cardano",
        ["DOT"] = "polkadot",
        ["USDT"] = "tether",
        ["USDC"] = "usd-coin",
        ["FDUSD"] = "first-digital-usd",
        ["DAI"] = "dai",
        ["BNB"] = "binancecoin",
        ["XRP"] = "ripple",
        ["DOGE"] = "dogecoin",
        ["TRX"] = "tron",
        ["AVAX"] = "avalanche-2",
        ["LINK"] = "chainlink",
        ["LTC"] = "litecoin",
        ["BCH"] = "bitcoin-cash",
        ["ETC"] = "ethereum-classic",
        ["XLM"] = "stellar",
        ["XMR"] = "monero",
        ["ATOM"] = "cosmos",
        ["UNI"] = "uniswap",
        ["AAVE"] = "aave",
        ["NEAR"] = "near",
        ["APT"] = "aptos",
        ["ARB"] = "arbitrum",
        ["OP"] = "optimism",
        ["SUI"] = "sui",
        ["ICP"] = "internet-computer",
        ["FIL"] = "filecoin",
        ["HBAR"] = "hedera-hashgraph",
        ["SHIB"] = "shiba-inu",
        ["PEPE"] = "pepe",
        ["TON"] = "the-open-network",
        ["ALGO"] = "algorand",
        ["INJ"] = "injective-protocol",
        ["WBTC"] = "wrapped-bitcoin",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    protected override bool CanHave(string asset) => IdOf(asset) is not null;

    protected override async Task AskAsync(IReadOnlyList<string> assets, AnswerBuilder answer, CancellationToken cancellationToken)
    {
        var ids = string.Join("%2C", assets.Select(asset => Uri.EscapeDataString(IdOf(asset)!)).Distinct(StringComparer.Ordinal));
        var document = await Http.GetAsync(
            $"/api/v3/simple/price?ids={ids}&vs_currencies=usd&include_24hr_vol=true&include_24hr_change=true&include_last_updated_at=true&precision=full",
            cancellationToken).ConfigureAwait(false);
        if (document.Json.Field("status").Field("error_code") is { ValueKind: not System.Text.Json.JsonValueKind.Undefined } code)
        {
            throw Http.Fail($"error {code.Describe()} in the answer: {PriceHttp.OneLine(document.Json.Field("status").Field("error_message").Text() ?? "")}");
        }

        if (!document.IsSuccess || document.Json.ValueKind != System.Text.Json.JsonValueKind.Object)
        {
            throw Http.Fail($"expected prices by id, found HTTP {(int)document.Status}, {document.Json.Describe()}");
        }

        foreach (var asset in assets)
        {
            var coin = document.Json.Field(IdOf(asset)!);
            if (coin.ValueKind == System.Text.Json.JsonValueKind.Undefined)
            {
                OnUnlisted(asset, answer);
            }
            else if (coin.Field("usd").Number() is not { } price)
            {
                answer.Unreadable(asset, "a number under usd", coin.Field("usd"));
            }
            else
            {
                answer.Add(new PriceQuote
                {
                    Asset = asset,
                    Source = Profile.Name,
                    Currency = PriceQuote.Usd,
                    Price = price,
                    Time = coin.Field("last_updated_at").Epoch() ?? document.Received,
                    Received = document.Received,
                    Latency = document.Latency,
                    Change24hPercent = (double?)coin.Field("usd_24h_change").Number(),
                    QuoteVolume24h = coin.Field("usd_24h_vol").Number(),
                });
            }
        }
    }

    private string? IdOf(string asset) => moreIds.TryGetValue(asset, out var id) ? id : Ids.GetValueOrDefault(asset);
}
