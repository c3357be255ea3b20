using System.Globalization;
using OrleansMarket.Domain.Analytics;

namespace OrleansMarket.Domain.Prices;

/// <summary>
/// Decides the price of an asset from what its sources say. Pure: the same readings at the same instant give the same answer. Everything is in USD
/// before it is compared. Of each venue the freshest source speaks; sources beyond the threshold from the weighted median are outliers if the others, two at
/// least, hold most of the weight. Two or more that agree are a consensus. Else the order of ranks decides, and the answer says so.
/// </summary>
public static class PriceConsensus
{
    // A source at the end of its bound still has a voice, and weights never add to nothing.
    private const double LeastWeightShare = 0.01;

    // Enough for the smallest coins (1e-12 USD), and no noise of the rate's own digits.
    private const int UsdDecimals = 12;

    // Beyond any price there is. A source that says more is wrong, and sums over it could overflow.
    private const decimal LargestPrice = 1_000_000_000_000m;

    /// <summary>Decides.</summary>
    /// <param name="asset">The asset.</param>
    /// <param name="readings">What is known from every source.</param>
    /// <param name="rates">The dollar values of other currencies.</param>
    /// <param name="lastKnown">What was known before; the answer where no source is fresh.</param>
    /// <param name="threshold">The relative difference within which sources agree, a fraction above 0.</param>
    /// <param name="now">The instant.</param>
    public static AssetPrice Decide(
        string asset, IEnumerable<PriceReading> readings, UsdRates rates, LastKnownPrice? lastKnown, double threshold, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(readings);
        ArgumentNullException.ThrowIfNull(rates);
        var voices = readings.Select(reading => new Voice(reading, rates, now)).OrderBy(voice => voice.Source.Rank).ThenBy(voice => voice.Age).ToArray();
        SilenceRepeatedVenues(voices);
        var fresh = voices.Where(voice => voice.Counts).ToArray();
        var basis = new AssetPrice
        {
            Asset = asset,
            Rule = PriceRule.None,
            Quality = PriceQuality.Missing,
            Sources = [],
            Quotes = [],
            UsdtRate = rates.Usdt,
        };
        var price = fresh.Length switch
        {
            0 => Last(basis, lastKnown, now),
            1 => Of(basis, fresh[0], fresh[0].Source.Rank) with
            {
                Quality = PriceQuality.SingleSource,
                Note = $"single source: only {fresh[0].Source.Name} has a fresh price, nothing confirms it",
            },
            _ => Compare(basis, fresh, threshold),
        };
        return WithDay(price, voices) with { Quotes = [.. voices.Select(voice => voice.Describe())], Note = Note(price.Note, voices) };
    }

    /// <summary>What there is to know, and that a currency was taken as dollars where it was.</summary>
    private static string? Note(string? note, Voice[] voices)
    {
        var assumed = string.Join(", ", voices.Where(voice => voice is { Counts: true, IsAssumed: true }).Select(voice => voice.Quote!.Currency).Distinct());
        return assumed.Length == 0 ? note : $"{(note is null ? "" : $"{note}; ")}{assumed} is taken as 1 USD, no source measures it";
    }

    private static void SilenceRepeatedVenues(Voice[] voices)
    {
        foreach (var venue in voices.Where(voice => voice.Counts).GroupBy(voice => voice.Source.Venue, StringComparer.Ordinal))
        {
            var freshest = venue.MinBy(voice => voice.Age)!;
            foreach (var other in venue.Where(voice => voice != freshest))
            {
                other.Exclude(PriceExclusion.SameVenue, $"{freshest.Source.Name} is fresher and of the same venue, {venue.Key}");
            }
        }
    }

    private static AssetPrice Compare(AssetPrice basis, Voice[] fresh, double threshold)
    {
        var median = Median(fresh);
        var agreeing = fresh.Where(voice => Math.Abs(Relative(voice.PriceUsd, median)) <= threshold).ToArray();
        if (agreeing.Length < fresh.Length && agreeing.Length >= 2 && agreeing.Sum(voice => voice.Weight) * 2 > fresh.Sum(voice => voice.Weight))
        {
            median = Median(agreeing);
            foreach (var voice in fresh.Except(agreeing))
            {
                voice.Deviation = Relative(voice.PriceUsd, median);
                voice.Exclude(PriceExclusion.Outlier, Text($"{100 * voice.Deviation:+0.00;-0.00} % from the median of the others, beyond {100 * threshold:0.##} %"));
            }

            fresh = agreeing;
        }

        foreach (var voice in fresh)
        {
            voice.Deviation = Relative(voice.PriceUsd, median);
        }

        var deviation = fresh.Max(voice => Math.Abs(voice.Deviation!.Value));
        var valid = deviation <= threshold;
        basis = basis with
        {
            Deviation = deviation,
            DeviationPercent = 100 * deviation,
            IsValid = valid,
            Sources = [.. fresh.Select(voice => voice.Source.Name)],
        };
        if (!valid)
        {
            return Of(basis, fresh[0], fresh[0].Source.Rank) with
            {
                Quality = PriceQuality.Disputed,
                Sources = basis.Sources,
                Note = Text($"disputed: {string.Join(", ", basis.Sources)} differ by up to {100 * deviation:0.00} % from their median, beyond {100 * threshold:0.##} %; this is the price of {fresh[0].Source.Name}"),
            };
        }

        var nearest = fresh.MinBy(voice => Math.Abs(voice.PriceUsd - median))!;
        return Of(basis, nearest, PriceRule.Consensus) with
        {
            Price = median,
            RecommendedPrice = median,
            Quality = PriceQuality.Agreed,
            Sources = basis.Sources,
        };
    }

    private static AssetPrice Of(AssetPrice basis, Voice voice, PriceRule rule) => basis with
    {
        Price = voice.PriceUsd,
        Rule = rule,
        Source = voice.Source.Name,
        Sources = [voice.Source.Name],
        Time = voice.Quote!.Held,
        AgeMs = (long)voice.Age.TotalMilliseconds,
        LatencyMs = voice.Quote.Latency?.TotalMilliseconds,
    };

    private static AssetPrice Last(AssetPrice basis, LastKnownPrice? last, DateTimeOffset now)
    {
        if (last is null)
        {
            return basis with { Note = "no source has a price, and none was ever known" };
        }

        var age = now > last.Time ? now - last.Time : TimeSpan.Zero;
        return basis with
        {
            Price = last.Price,
            Rule = PriceRule.LastKnown,
            Quality = PriceQuality.Stale,
            Source = last.Source,
            Time = last.Time,
            AgeMs = (long)age.TotalMilliseconds,
            Note = Text($"stale: no source has a fresh price; this one is {age.TotalSeconds:0} s old"),
        };
    }

    /// <summary>The 24-hour figures of the best source that is fresh and gives all of them, else change alone; never of an old one, nor of an outlier or its venue.</summary>
    private static AssetPrice WithDay(AssetPrice price, Voice[] voices)
    {
        string[] outliers = [.. voices.Where(voice => voice.IsOutlier).Select(voice => voice.Source.Venue)];
        var given = Array.FindAll(voices, voice => voice.IsFresh && voice.Quote!.Change24hPercent is not null && !outliers.Contains(voice.Source.Venue));
        if ((Array.Find(given, voice => voice.Quote!.Volume24h is not null) ?? given.FirstOrDefault()) is not { Quote: { } day, Rate: var rate })
        {
            return price;
        }

        return price with
        {
            Source24h = day.Source,
            Change24hPercent = day.Change24hPercent,
            Change24h = day.Change24h is { } change and > -LargestPrice and < LargestPrice ? ToUsd(change, rate) : FromPercent(price.Price, day.Change24hPercent!.Value),
            Volume24h = day.Volume24h,
            VolumeUsd24h = day.QuoteVolume24h is { } volume ? Cents(volume, rate)
                : day.Volume24h is { } quantity && price.Price is { } now ? Cents(quantity, now)
                : null,
        };
    }

    private static decimal? FromPercent(decimal? price, double percent) =>
        price is { } now && percent is > -99.9999 and < 1e9 ? Tidy(now - (now / (1 + ((decimal)percent / 100)))) : null;

    /// <summary>A product in whole cents; <see langword="null"/> where it is beyond what there can be.</summary>
    private static decimal? Cents(decimal amount, decimal rate) =>
        Math.Abs((double)amount * (double)rate) < (double)LargestPrice * (double)LargestPrice ? Math.Round(amount * rate, 2) : null;

    private static decimal Median(IEnumerable<Voice> voices) => WeightedMedian.Of(voices.Select(voice => (voice.PriceUsd, voice.Weight)));

    private static double Relative(decimal price, decimal basis) => (double)((price - basis) / basis);

    private static decimal ToUsd(decimal amount, decimal rate) => rate == 1 ? amount : Tidy(amount * rate);

    /// <summary>Rounds to <see cref="UsdDecimals"/> and drops the zeros at the end.</summary>
    private static decimal Tidy(decimal amount) => Math.Round(amount, UsdDecimals) / 1.0000000000000000000000000000m;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>One source's reading while it is judged.</summary>
    private sealed class Voice
    {
        private PriceExclusion? _excluded;
        private string? _reason;

        public Voice(PriceReading reading, UsdRates rates, DateTimeOffset now)
        {
            (Source, Quote) = (reading.Source, reading.Quote);
            Age = Quote?.AgeAt(now) ?? TimeSpan.MaxValue;
            if (Quote is null)
            {
                Exclude(PriceExclusion.NoPrice, reading.Missing ?? "not asked yet");
            }
            else if (Quote.Price <= 0)
            {
                Exclude(PriceExclusion.NotPositive, Text($"expected a price above 0, found {Quote.Price}"));
            }
            else if (Quote.Price > LargestPrice)
            {
                Exclude(PriceExclusion.Implausible, Text($"expected a price of at most {LargestPrice:0}, found {Quote.Price}"));
            }
            else if (Age > Source.MaxAge)
            {
                Exclude(PriceExclusion.TooOld, Text($"{Age.TotalSeconds:0} s old, bound {Source.MaxAge.TotalSeconds:0} s{(reading.Missing is null ? "" : $": {reading.Missing}")}"));
            }
            else if (rates.Of(Quote.Currency) is not { } rate)
            {
                Exclude(PriceExclusion.NoRate, $"the dollar value of {Quote.Currency} is not known");
            }
            else
            {
                Rate = (decimal)rate.Rate;
                IsAssumed = rate.Source == UsdRate.Assumed;
                PriceUsd = ToUsd(Quote.Price, Rate);
                IsFresh = PriceUsd is > 0 and <= LargestPrice;
                Weight = Source.Weight * Math.Max(LeastWeightShare, 1 - (Age / Source.MaxAge));
                if (!IsFresh)
                {
                    Exclude(
                        PriceUsd > 0 ? PriceExclusion.Implausible : PriceExclusion.NotPositive,
                        PriceUsd > 0 ? "its price in USD is larger than any can be" : "its price in USD is too small to be told from 0");
                }
            }
        }

        public PriceSourceProfile Source { get; }

        public PriceQuote? Quote { get; }

        public TimeSpan Age { get; }

        public decimal Rate { get; }

        public decimal PriceUsd { get; }

        public double Weight { get; }

        public double? Deviation { get; set; }

        /// <summary>Gets whether the price is of this moment, whether it counts or not.</summary>
        public bool IsFresh { get; }

        /// <summary>Gets whether its currency is taken as dollars because nobody measures it.</summary>
        public bool IsAssumed { get; }

        public bool Counts => _excluded is null;

        public bool IsOutlier => _excluded == PriceExclusion.Outlier;

        public void Exclude(PriceExclusion exclusion, string reason) => (_excluded, _reason) = (exclusion, reason);

        public SourcePrice Describe() => new()
        {
            Source = Source.Name,
            Currency = Quote?.Currency,
            Price = Quote?.Price,
            PriceUsd = IsFresh ? PriceUsd : null,
            Time = Quote?.Time,
            AgeMs = Quote is null ? null : (long)Age.TotalMilliseconds,
            LatencyMs = Quote?.Latency?.TotalMilliseconds,
            Weight = Counts ? Weight : 0,
            DeviationPercent = 100 * Deviation,
            Change24hPercent = Quote?.Change24hPercent,
            Excluded = _excluded,
            Reason = _reason,
        };
    }
}
