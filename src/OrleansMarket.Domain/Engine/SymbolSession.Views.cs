using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Engine;

/// <content>The symbol as pages and API show it.</content>
public sealed partial class SymbolSession
{
    /// <summary>Gets or sets what the exchange says of the symbol now.</summary>
    public SymbolStatus Status { get; set; }

    /// <summary>Gets whether silence is stale: the exchange does not say that the symbol rests.</summary>
    public bool TradingExpected => Status is SymbolStatus.Trading or SymbolStatus.Unknown;

    /// <summary>What the engine says of itself.</summary>
    /// <param name="nowMicros">Now on the exchange's clock as far as known, µs.</param>
    /// <param name="failure">What the engine failed with, or <see langword="null"/>.</param>
    public EngineReport Report(long nowMicros, string? failure) => new(Overview(nowMicros), OpenGaps(), failure);

    /// <summary>Everything known of the symbol.</summary>
    /// <param name="nowMicros">Now on the exchange's clock as far as known, µs.</param>
    public MarketState Describe(long nowMicros) => new()
    {
        Overview = Overview(nowMicros),
        SettledTo = Engine.SettledToMicros == 0 ? null : Micros.ToInstant(Engine.SettledToMicros),
        Figures = Engine.Figures,
        Counts = Engine.Counts,
        OpenCandles = [.. CandleInterval.All.SelectMany(Engine.LiveCandles).Select(candle => CandleView.From(Spec, in candle))],
        OpenGaps = OpenGaps(),
        Mismatches = Mismatches,
    };

    /// <summary>The symbol's line.</summary>
    /// <param name="nowMicros">Now on the exchange's clock as far as known, µs.</param>
    public SymbolOverview Overview(long nowMicros)
    {
        var figures = Engine.Figures;
        var traded = Engine.LastTradeId >= 0;
        var age = Math.Max(0, nowMicros - Engine.LastTradeMicros);
        return new SymbolOverview
        {
            Symbol = Spec.Symbol,
            BaseAsset = Spec.BaseAsset,
            QuoteAsset = Spec.QuoteAsset,
            Status = Status,
            PriceDecimals = Spec.PriceDecimals,
            QuantityDecimals = Spec.QuantityDecimals,
            LastPrice = traded ? Spec.Price(Engine.LastPrice) : null,
            LastTradeTime = traded ? Micros.ToInstant(Engine.LastTradeMicros) : null,
            LastTradeId = traded ? Engine.LastTradeId : null,
            LastTradeAgeMs = traded ? age / Micros.PerMillisecond : null,
            IsStale = traded && TradingExpected && age / (double)Micros.PerSecond > Engine.ExplainedSilenceSeconds,
            Change24hPercent = figures.PriceChangePercent.TryGetValue("24h", out var day) ? day.ValueOrNull : null,
            Change24h = traded && Engine.Price24hAgo > 0 ? Spec.Price(Engine.LastPrice) - Spec.Price(Engine.Price24hAgo) : null,
            QuoteVolume24h = traded ? Math.Round((decimal)Engine.QuoteVolume24h, Spec.QuoteDecimals) : null,
            Volatility1h = figures.Volatility.Realised1h.ValueOrNull,
            BuyShare5m = figures.Flow.FirstOrDefault(flow => flow.Window == "5m")?.BuyShare.ValueOrNull,
            VolumeSpike = figures.Spike.ZScore.ValueOrNull,
            MissingIds = Engine.MissingIds,
            FiringAlerts = Engine.FiringAlerts,
            MismatchedMinutes = Mismatches.Count,
        };
    }
}
