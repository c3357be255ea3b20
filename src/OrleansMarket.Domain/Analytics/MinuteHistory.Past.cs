namespace OrleansMarket.Domain.Analytics;

/// <content>Statistics as of a minute that has passed: the minutes before the oldest, which only they need, are kept for an hour more.</content>
internal sealed partial class MinuteHistory
{
    /// <summary>How many minutes one can look back from the newest.</summary>
    public const int PastMinutes = 60;

    private readonly PastMinute[] _past = new PastMinute[PastMinutes];
    private int _pastCount;

    /// <summary>Gets the number of the newest minute since the epoch.</summary>
    public long Newest => _newest;

    /// <summary>Tells whether statistics as of a minute can be computed.</summary>
    public bool Reaches(long minute) => minute <= _newest && minute > _newest - Math.Min(_count, PastMinutes + 1);

    /// <summary>How many minutes were held after a minute, absent ones included.</summary>
    public int CountAt(long minute) => (int)Math.Min(Capacity, minute - (_newest - _count - _pastCount));

    /// <summary>The minute's flags.</summary>
    public MinuteFlags FlagsAt(long minute) => At(minute).Flags;

    /// <summary>The minute's quote volume, quote units.</summary>
    public double QuoteVolumeAt(long minute) => At(minute).QuoteVolume;

    /// <summary>The minute's ln(1 + quote volume).</summary>
    public double LogVolumeAt(long minute) => At(minute).LogVolume;

    /// <summary>Sums over so many minutes up to one that has passed, oldest first.</summary>
    public ReturnSums WindowAt(long newest, int minutes)
    {
        var sums = default(ReturnSums);
        for (var minute = newest - minutes + 1; minute <= newest; minute++)
        {
            var row = At(minute);
            var (active, hasReturn) = (row.Flags.HasFlag(MinuteFlags.Active) ? 1 : 0, row.Flags.HasFlag(MinuteFlags.HasReturn) ? 1 : 0);
            sums.Sum += row.LogReturn;
            sums.SumOfSquares += row.LogReturn * row.LogReturn;
            sums.QuoteVolume += row.QuoteVolume;
            sums.Returns += hasReturn;
            sums.ActiveReturns += hasReturn & active;
            sums.Active += active;
            sums.Carried += row.Flags.HasFlag(MinuteFlags.Carried | MinuteFlags.Whole) ? 1 : 0;
        }

        return sums;
    }

    /// <summary>Exact taker volumes of the 60 minutes up to one, scaled, and the number of trades.</summary>
    public (Int128 Buy, Int128 Sell, int Trades) FlowAt(long newest)
    {
        Int128 buy = 0, sell = 0;
        var trades = 0L;
        for (var minute = Math.Max(0, newest - FlowMinutes + 1); minute <= newest; minute++)
        {
            var flow = (int)(minute % FlowHeld);
            buy += _buyVolume[flow];
            sell += _sellVolume[flow];
            trades += _trades[flow];
        }

        return (buy, sell, (int)Math.Min(int.MaxValue, trades));
    }

    /// <summary>The variance after a minute.</summary>
    public EwmaVariance EwmaAt(long newest)
    {
        var variance = _ewmaBeforeOldest;
        for (var minute = _newest - _count + 1; minute <= newest; minute++)
        {
            var slot = Slot(minute);
            if ((_flags[slot] & MinuteFlags.HasReturn) != 0)
            {
                variance.Add(_logReturn[slot]);
            }
        }

        return variance;
    }

    /// <summary>The 1,440 minutes' ln(1 + quote volume) before a minute, incomplete ones left out, and how many of them have trades.</summary>
    public (VolumeBaseline Baseline, int Active) BaselineAt(long newest)
    {
        var (baseline, active) = (new VolumeBaseline(), 0);
        for (var minute = newest - Capacity + 1; minute < newest; minute++)
        {
            var row = At(minute);
            if ((row.Flags & MinuteFlags.Whole) != 0)
            {
                baseline.Add(row.LogVolume);
                active += ((int)row.Flags >> 1) & 1;
            }
        }

        return (baseline, active);
    }

    private PastMinute At(long minute)
    {
        var oldest = _newest - _count + 1;
        if (minute >= oldest)
        {
            var slot = Slot(minute);
            return new PastMinute(_flags[slot], _quoteVolume[slot], _logVolume[slot], _logReturn[slot]);
        }

        return minute >= oldest - _pastCount ? _past[(int)(minute % PastMinutes)] : default;
    }

    /// <summary>Keeps the oldest minute, which is about to be dropped.</summary>
    private void KeepPast(int oldest)
    {
        _past[(int)((_newest - _count + 1) % PastMinutes)] = new PastMinute(_flags[oldest], _quoteVolume[oldest], _logVolume[oldest], _logReturn[oldest]);
        _pastCount = Math.Min(PastMinutes, _pastCount + 1);
    }

    private void SavePast(BinaryWriter writer)
    {
        writer.Write((byte)_pastCount);
        for (var minute = _newest - _count + 1 - _pastCount; minute < _newest - _count + 1; minute++)
        {
            var row = At(minute);
            writer.Write((byte)row.Flags);
            writer.Write(row.QuoteVolume);
            writer.Write(row.LogVolume);
            writer.Write(row.LogReturn);
        }
    }

    private void LoadPast(BinaryReader reader)
    {
        var count = (int)reader.ReadByte();
        if (count > PastMinutes)
        {
            throw new InvalidDataException($"analytics state is damaged: expected 0 to {PastMinutes} past minutes, found {count}");
        }

        for (var minute = _newest - _count + 1 - count; minute < _newest - _count + 1; minute++)
        {
            _past[(int)(minute % PastMinutes)] = new PastMinute(
                (MinuteFlags)reader.ReadByte(), StateReader.Amount(reader.ReadDouble()), (float)StateReader.Amount(reader.ReadSingle()), reader.ReadDouble());
        }

        _pastCount = count;
    }

    private readonly record struct PastMinute(MinuteFlags Flags, double QuoteVolume, float LogVolume, double LogReturn);
}
