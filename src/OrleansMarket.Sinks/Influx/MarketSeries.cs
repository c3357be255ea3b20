using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Market;

namespace OrleansMarket.Sinks.Influx;

/// <summary>The measurement <c>market</c>.</summary>
internal static class MarketSeries
{
    private static readonly string[] Changes = ["1m", "5m", "1h", "24h"];
    private static readonly string[] Flows = ["1m", "5m", "1h"];

    public static SeriesMeasurement<Sample> Measurement { get; } =
        new SeriesMeasurement<Sample>.Builder("market", "The state of one symbol, once per sampling period. A figure without a value is left out; `/market/{symbol}` says why.")
            .Tag("symbol", "Pair (BTCUSDT)", s => s.Overview.Symbol.Value)
            .Tag("exchange", "Whose trades (binance)", s => s.Origin.Exchange)
            .Tag("feed", "live, simulated or replay", s => s.Origin.FeedName)
            .OptionalDecimal("last_price", "quote", "Last price", s => s.Overview.LastPrice)
            .OptionalDecimal("quote_volume_24h", "quote", "Volume over 24 h", s => s.Overview.QuoteVolume24h)
            .Each(Changes, (columns, window) => columns
                .OptionalFloat($"change_{window}_percent", "%", $"Price change over {window}", s => s.State.Figures.PriceChangePercent.GetValueOrDefault(window).ValueOrNull))
            .OptionalFloat("volatility_5m", "1", "Realised over 5 min of 1-second returns, annualised; noisy", s => s.Volatility.Realised5m.ValueOrNull)
            .OptionalFloat("volatility_1h", "1", "Realised over 1 h, annualised", s => s.Volatility.Realised1h.ValueOrNull)
            .OptionalFloat("volatility_24h", "1", "Realised over 24 h, annualised", s => s.Volatility.Realised24h.ValueOrNull)
            .OptionalFloat("volatility_close_1h", "1", "Close to close over 1 h, annualised", s => s.Volatility.CloseToClose1h.ValueOrNull)
            .OptionalFloat("volatility_close_24h", "1", "Close to close over 24 h, annualised", s => s.Volatility.CloseToClose24h.ValueOrNull)
            .OptionalFloat("volatility_ewma", "1", "Exponentially weighted, annualised", s => s.Volatility.Ewma.ValueOrNull)
            .Each(Flows, (columns, window) => columns
                .OptionalDecimal($"taker_buy_volume_{window}", "base", $"Bought by takers over {window}", s => s.Flow(window)?.TakerBuyVolume)
                .OptionalDecimal($"taker_sell_volume_{window}", "base", $"Sold by takers over {window}", s => s.Flow(window)?.TakerSellVolume)
                .OptionalFloat($"buy_share_{window}", "1", "Bought over both, 0 to 1", s => s.Flow(window)?.BuyShare.ValueOrNull)
                .OptionalFloat($"buy_sell_ratio_{window}", "1", "Bought over sold; none when nothing was sold", s => s.Flow(window)?.BuySellRatio.ValueOrNull))
            .OptionalFloat("volume_spike", "1", "Robust z of the last complete minute's quote volume", s => s.State.Figures.Spike.ZScore.ValueOrNull)
            .Float("minute_quote_volume", "quote", "The minute that the spike judges", s => s.State.Figures.Spike.QuoteVolume)
            .Float("median_quote_volume", "quote", "What it is judged against", s => s.State.Figures.Spike.MedianQuoteVolume)
            .Float("whale_threshold", "USD", "Notional from which a sweep is a whale; quote units where no rate is known", s => s.State.Figures.Whale.Threshold)
            .OptionalFloat("quote_usd_rate", "USD", "Value of one quote unit", s => s.State.Figures.QuoteUsdRate?.Rate)
            .OptionalFloat("last_trade_age", "s", "Age of the last trade", s => s.Overview.LastTradeAgeMs / 1_000d)
            .Boolean("stale", "The age is beyond what the symbol's own rate explains", s => s.Overview.IsStale)
            .OptionalInteger("last_trade_id", "", "Last trade's id", s => s.Overview.LastTradeId)
            .Integer("missing_ids", "{trade}", "Trade ids now missing", s => s.Overview.MissingIds)
            .Integer("open_gaps", "{gap}", "Gaps now open", s => s.State.OpenGaps.Count)
            .Integer("firing_alerts", "{alert}", "Alerts now firing", s => s.Overview.FiringAlerts)
            .Integer("trades", "{trade}", "Trades counted since the first start", s => s.State.Counts.Trades)
            .Integer("duplicates", "{trade}", "Trades seen again and not counted", s => s.State.Counts.Duplicates)
            .Integer("late_trades", "{trade}", "Trades merged into a window that had been reported", s => s.State.Counts.Late)
            .Integer("repaired_ids", "{trade}", "Trade ids brought by repairs", s => s.State.Counts.RepairedIds)
            .Build("The symbol's event time (the newer of last trade and settled figures), cut to the sampling period", s => SeriesTime.Sampled(s.EventTime, s.Period));

    /// <summary>What a point is made from.</summary>
    internal readonly record struct Sample(SeriesOrigin Origin, MarketState State, TimeSpan Period)
    {
        public SymbolOverview Overview => State.Overview;

        public VolatilityFigures Volatility => State.Figures.Volatility;

        /// <summary>Gets whether there was a trade, without which there is no event time.</summary>
        public bool HasEventTime => EventTime > DateTimeOffset.UnixEpoch;

        public DateTimeOffset EventTime
        {
            get
            {
                var traded = State.Overview.LastTradeTime ?? DateTimeOffset.UnixEpoch;
                return State.SettledTo is { } settled && settled > traded ? settled : traded;
            }
        }

        public FlowFigures? Flow(string window) => State.Figures.Flow.FirstOrDefault(flow => flow.Window == window);
    }
}
