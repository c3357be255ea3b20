using System.Globalization;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Replay;

/// <summary>Candles rebuilt from trades against the exchange's own, field by field.</summary>
public static class CandleVerification
{
    /// <summary>Compares every kline inside the stretch that the trades cover whole.</summary>
    /// <param name="series">The rebuilt candles.</param>
    /// <param name="klines">The exchange's, of the same interval and scale.</param>
    /// <param name="fromMicros">Start of the stretch of trades, µs.</param>
    /// <param name="toMicros">Last instant of it, µs.</param>
    public static CandleVerdict Compare(CandleSeries series, IReadOnlyList<Candle> klines, long fromMicros, long toMicros)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(klines);
        var whole = series.Read(partial: false).ToDictionary(candle => candle.OpenTimeMicros);
        var partial = series.Read(partial: true).Where(candle => !CandleSeries.IsWhole(in candle)).Select(candle => candle.OpenTimeMicros).ToHashSet();
        var differences = new List<CandleDifference>();
        long equal = 0, skipped = 0, outside = 0, approximate = 0;
        foreach (var kline in klines)
        {
            if (whole.Remove(kline.OpenTimeMicros, out var candle))
            {
                var before = differences.Count;
                CompareFields(series.Spec, in candle, in kline, differences);
                equal += differences.Count == before ? 1 : 0;
                approximate += (candle.Flags & CandleFlags.QuoteApproximate) != 0 ? 1 : 0;
            }
            else if (partial.Contains(kline.OpenTimeMicros))
            {
                skipped++;
            }
            else if (kline.EndMicros <= fromMicros || kline.OpenTimeMicros > toMicros)
            {
                outside++;
            }
            else if (kline.TradeCount > 0)
            {
                differences.Add(new CandleDifference(kline.OpenTimeMicros, "candle", "missing", "present"));
            }
            else
            {
                outside++;
            }
        }

        if (klines.Count > 0)
        {
            var (first, last) = (klines[0].OpenTimeMicros, klines[^1].OpenTimeMicros);
            foreach (var candle in whole.Values.Where(candle => candle.OpenTimeMicros >= first && candle.OpenTimeMicros <= last).OrderBy(candle => candle.OpenTimeMicros))
            {
                differences.Add(new CandleDifference(candle.OpenTimeMicros, "candle", "present", "missing"));
            }
        }

        return new CandleVerdict(equal, skipped, outside, approximate, differences);
    }

    private static void CompareFields(SymbolSpec spec, in Candle ours, in Candle theirs, List<CandleDifference> differences)
    {
        var open = ours.OpenTimeMicros;
        Check("open", ours.Open, theirs.Open, spec.PriceDecimals);
        Check("high", ours.High, theirs.High, spec.PriceDecimals);
        Check("low", ours.Low, theirs.Low, spec.PriceDecimals);
        Check("close", ours.Close, theirs.Close, spec.PriceDecimals);
        Check("volume", ours.Volume, theirs.Volume, spec.QuantityDecimals);
        if (ours.TradeCount != theirs.TradeCount)
        {
            differences.Add(new CandleDifference(
                open, "trades", ours.TradeCount.ToString(CultureInfo.InvariantCulture), theirs.TradeCount.ToString(CultureInfo.InvariantCulture)));
        }

        Check("taker buy base", ours.TakerBuyVolume, theirs.TakerBuyVolume, spec.QuantityDecimals);
        if ((ours.Flags & CandleFlags.QuoteApproximate) == 0)
        {
            Check("quote volume", ours.QuoteVolume, theirs.QuoteVolume, spec.QuoteDecimals);
            Check("taker buy quote", ours.TakerBuyQuoteVolume, theirs.TakerBuyQuoteVolume, spec.QuoteDecimals);
        }

        void Check(string field, Int128 mine, Int128 other, int decimals)
        {
            if (mine != other)
            {
                differences.Add(new CandleDifference(open, field, KlineText.Number(mine, decimals), KlineText.Number(other, decimals)));
            }
        }
    }
}

/// <summary>One field that differs.</summary>
/// <param name="OpenTimeMicros">The window's start, µs.</param>
/// <param name="Field">The kline column, or <c>candle</c> for a whole row.</param>
/// <param name="Rebuilt">What the trades say.</param>
/// <param name="Exchange">What the klines file says.</param>
public readonly record struct CandleDifference(long OpenTimeMicros, string Field, string Rebuilt, string Exchange);

/// <summary>What a comparison found.</summary>
/// <param name="Equal">Klines equal in every field.</param>
/// <param name="Partial">Klines whose window the trades do not cover whole.</param>
/// <param name="Outside">Klines outside the stretch of trades.</param>
/// <param name="QuoteApproximate">Rebuilt candles whose quote amounts were not compared: aggregates do not tell where the exchange cut.</param>
/// <param name="Differences">Everything that differs, by time.</param>
public sealed record CandleVerdict(long Equal, long Partial, long Outside, long QuoteApproximate, IReadOnlyList<CandleDifference> Differences);
