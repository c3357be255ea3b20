using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Analytics;

/// <summary>
/// The last 1,441 minutes in columns: the newest and the 1,440 before it. Every statistic is computed from the columns, so a revised
/// minute leaves the same state as if it had come right the first time.
/// </summary>
internal sealed partial class MinuteHistory
{
    /// <summary>The minutes kept.</summary>
    public const int Capacity = 1_441;

    /// <summary>The minutes of which the exact flow is kept.</summary>
    public const int FlowMinutes = 60;

    private readonly double _quoteUnit;
    // The exact flow of past hours needs the minutes before them.
    private const int FlowHeld = FlowMinutes + PastMinutes;

    private readonly Int128[] _buyVolume = new Int128[FlowHeld];
    private readonly Int128[] _sellVolume = new Int128[FlowHeld];
    private readonly int[] _trades = new int[FlowHeld];
    private readonly VolumeBaseline _baseline = new();
    private long[] _close = [];
    private double[] _quoteVolume = [];
    private float[] _logVolume = [];
    private double[] _logReturn = [];
    private MinuteFlags[] _flags = [];
    private long _newest;
    private int _count;
    private EwmaVariance _ewmaBeforeOldest;
    private EwmaVariance _ewma;

    public MinuteHistory(SymbolSpec spec) => _quoteUnit = ScaledNumber.PowerOfTen(spec.QuoteDecimals);

    /// <summary>Gets how many minutes are held, absent ones included.</summary>
    public int Count => _count;

    /// <summary>Gets the variance after the newest minute.</summary>
    public EwmaVariance Ewma => _ewma;

    /// <summary>Gets the previous 1,440 minutes' ln(1 + quote volume), the newest excluded, incomplete ones left out.</summary>
    public VolumeBaseline Baseline => _baseline;

    /// <summary>Gets how many minutes with trades the baseline holds.</summary>
    public int ActiveInBaseline { get; private set; }

    /// <summary>Gets the newest minute's quote volume, quote units.</summary>
    public double NewestQuoteVolume => _count == 0 ? 0 : _quoteVolume[Slot(_newest)];

    /// <summary>Takes a minute: the next one, one after a break, or one already held that changed. One older than the history is ignored.</summary>
    public void Put(in Candle candle)
    {
        var minute = candle.OpenTimeMicros / Micros.PerMinute;
        if (_count == 0 || minute - _newest >= Capacity)
        {
            Clear();
            Append(minute, in candle);
        }
        else if (minute > _newest)
        {
            while (_newest + 1 < minute)
            {
                AppendAbsent();
            }

            Append(minute, in candle);
        }
        else if (minute > _newest - _count)
        {
            Revise(minute, in candle);
        }
    }

    /// <summary>The last price before an instant on a minute boundary, scaled; 0 when the history does not reach so far or knows none.</summary>
    public long CloseBefore(long boundaryMicros)
    {
        var minute = (boundaryMicros / Micros.PerMinute) - 1;
        return minute <= _newest && minute > _newest - _count ? _close[Slot(minute)] : 0;
    }

    /// <summary>Sums over the newest minutes, oldest first.</summary>
    public ReturnSums Window(int minutes)
    {
        var sums = default(ReturnSums);
        minutes = Math.Min(minutes, _count);
        if (minutes > 0)
        {
            var first = Slot(_newest - minutes + 1);
            var upToEnd = Math.Min(minutes, _close.Length - first);
            AddTo(ref sums, first, upToEnd);
            AddTo(ref sums, 0, minutes - upToEnd);
        }

        return sums;
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_count);
        writer.Write(_newest);
        writer.Write(_ewmaBeforeOldest.Count);
        writer.Write(_ewmaBeforeOldest.Value);
        Write(writer, _flags);
        Write(writer, _close);
        Write(writer, _quoteVolume);
        Write(writer, _logVolume);
        Write(writer, _logReturn);
        for (var minute = _newest - Math.Min(_count, FlowHeld) + 1; minute <= _newest; minute++)
        {
            var flow = (int)(minute % FlowHeld);
            StateReader.WriteCompact128(writer, _buyVolume[flow]);
            StateReader.WriteCompact128(writer, _sellVolume[flow]);
            writer.Write(_trades[flow]);
        }

        SavePast(writer);
    }

    public void Load(BinaryReader reader)
    {
        Clear();
        var count = StateReader.ReadCount(reader, Capacity, "minutes");
        var newest = reader.ReadInt64();
        if (newest < count - 1 || newest >= Micros.Latest / Micros.PerMinute)
        {
            throw new InvalidDataException($"analytics state is damaged: expected a minute before 2100, found {newest}");
        }

        _ewmaBeforeOldest = new EwmaVariance
        {
            Count = StateReader.ReadCount(reader, EwmaVariance.MaxCount, "returns"),
            Value = StateReader.Amount(reader.ReadDouble()),
        };
        _ewma = _ewmaBeforeOldest;
        var flags = StateReader.ReadAll<MinuteFlags>(reader, count);
        var close = StateReader.ReadAll<long>(reader, count);
        var quoteVolume = StateReader.ReadAll<double>(reader, count);
        var logVolume = StateReader.ReadAll<float>(reader, count);
        var logReturn = StateReader.ReadAll<double>(reader, count);
        for (var i = 0; i < count; i++)
        {
            var slot = MakeRoom(newest - count + 1 + i);
            (_flags[slot], _close[slot], _logReturn[slot]) = (flags[i], close[i], logReturn[i]);
            _quoteVolume[slot] = StateReader.Amount(quoteVolume[i]);
            _logVolume[slot] = (float)StateReader.Amount(logVolume[i]);
            AddToEwma(slot);
        }

        for (var minute = newest - Math.Min(count, FlowHeld) + 1; minute <= newest; minute++)
        {
            var flow = (int)(minute % FlowHeld);
            _buyVolume[flow] = StateReader.ReadCompact128(reader);
            _sellVolume[flow] = StateReader.ReadCompact128(reader);
            _trades[flow] = reader.ReadInt32();
        }

        LoadPast(reader);
    }

    /// <summary>Writes a column, oldest first.</summary>
    private void Write<T>(BinaryWriter writer, T[] column)
        where T : unmanaged
    {
        if (_count > 0)
        {
            var first = Slot(_newest - _count + 1);
            var upToEnd = Math.Min(_count, column.Length - first);
            StateReader.WriteAll<T>(writer, column.AsSpan(first, upToEnd));
            StateReader.WriteAll<T>(writer, column.AsSpan(0, _count - upToEnd));
        }
    }

    private void AddTo(ref ReturnSums sums, int first, int count)
    {
        var returns = _logReturn.AsSpan(first, count);
        var volumes = _quoteVolume.AsSpan(first, count);
        var flags = _flags.AsSpan(first, count);
        var (sum, squares, volume) = (sums.Sum, sums.SumOfSquares, sums.QuoteVolume);
        for (var i = 0; i < returns.Length; i++)
        {
            var r = returns[i];
            sum += r;
            squares += r * r;
            volume += volumes[i];
        }

        (sums.Sum, sums.SumOfSquares, sums.QuoteVolume) = (sum, squares, volume);
        foreach (var flag in flags)
        {
            var bits = (int)flag;
            var active = (bits >> 1) & 1;
            var hasReturn = (bits >> 2) & 1;
            sums.Returns += hasReturn;
            sums.ActiveReturns += hasReturn & active;
            sums.Active += active;
            sums.Carried += (bits >> 4) & (bits >> 3) & 1;
        }
    }

    private int Slot(long minute) => (int)(minute % _close.Length);

    private void Clear()
    {
        (_count, _newest) = (0, 0);
        (_ewma, _ewmaBeforeOldest) = (default, default);
        Array.Clear(_buyVolume);
        Array.Clear(_sellVolume);
        Array.Clear(_trades);
        _baseline.Clear();
        ActiveInBaseline = 0;
        _pastCount = 0;
    }

    private void Append(long minute, in Candle candle)
    {
        var slot = MakeRoom(minute);
        Fill(minute, slot, in candle);
        SetReturn(minute);
        AddToEwma(slot);
    }

    private void AppendAbsent()
    {
        var close = _close[Slot(_newest)];
        var slot = MakeRoom(_newest + 1);
        _close[slot] = close;
    }

    /// <summary>Makes a minute the newest, drops the one that falls out, and answers the cleared slot.</summary>
    private int MakeRoom(long minute)
    {
        if (_count > 0)
        {
            EnterBaseline(Slot(_newest));
        }

        if (_count == Capacity)
        {
            var oldest = Slot(_newest - Capacity + 1);
            LeaveBaseline(oldest);
            if ((_flags[oldest] & MinuteFlags.HasReturn) != 0)
            {
                _ewmaBeforeOldest.Add(_logReturn[oldest]);
            }

            KeepPast(oldest);
            _count--;
        }
        else if (_count == _close.Length)
        {
            Grow();
        }

        _newest = minute;
        _count++;
        var slot = Slot(minute);
        (_flags[slot], _close[slot], _quoteVolume[slot], _logVolume[slot], _logReturn[slot]) = (MinuteFlags.Absent, 0, 0, 0, 0);
        var flow = (int)(minute % FlowHeld);
        (_buyVolume[flow], _sellVolume[flow], _trades[flow]) = (0, 0, 0);
        return slot;
    }

    private void Grow()
    {
        var length = Math.Min(Capacity, Math.Max(64, _close.Length * 2));
        var (close, quoteVolume, logVolume, logReturn, flags) =
            (new long[length], new double[length], new float[length], new double[length], new MinuteFlags[length]);
        for (var minute = _newest - _count + 1; minute <= _newest && _count > 0; minute++)
        {
            var (from, to) = (Slot(minute), (int)(minute % length));
            (close[to], quoteVolume[to], logVolume[to], logReturn[to], flags[to]) =
                (_close[from], _quoteVolume[from], _logVolume[from], _logReturn[from], _flags[from]);
        }

        (_close, _quoteVolume, _logVolume, _logReturn, _flags) = (close, quoteVolume, logVolume, logReturn, flags);
    }

    private void Revise(long minute, in Candle candle)
    {
        var slot = Slot(minute);
        var inBaseline = minute < _newest;
        if (inBaseline)
        {
            LeaveBaseline(slot);
        }

        Fill(minute, slot, in candle);
        if (inBaseline)
        {
            EnterBaseline(slot);
        }

        SetReturn(minute);

        // Minutes that only carry this close follow it, whether or not they are given again.
        var next = minute + 1;
        for (; next <= _newest && (_flags[Slot(next)] & (MinuteFlags.Present | MinuteFlags.Carried)) != MinuteFlags.Present; next++)
        {
            _close[Slot(next)] = _close[slot];
            SetReturn(next);
        }

        if (next <= _newest)
        {
            SetReturn(next);
        }

        _ewma = _ewmaBeforeOldest;
        for (var held = _newest - _count + 1; held <= _newest; held++)
        {
            AddToEwma(Slot(held));
        }
    }

    private void Fill(long minute, int slot, in Candle candle)
    {
        var quoteVolume = (double)candle.QuoteVolume / _quoteUnit;
        var broken = candle.MissingIds > 0 || (candle.Flags & CandleFlags.Partial) != 0;
        if (candle.Close <= 0)
        {
            // A halt, or nothing was ever traded: the minute is as good as absent.
            var before = minute - 1 > _newest - _count ? _close[Slot(minute - 1)] : 0;
            (_flags[slot], _close[slot], _quoteVolume[slot], _logVolume[slot]) = (MinuteFlags.Absent, before, 0, 0);
            return;
        }

        _close[slot] = candle.Close;
        _quoteVolume[slot] = quoteVolume;
        _logVolume[slot] = (float)Math.Log(1 + quoteVolume);
        _flags[slot] = MinuteFlags.Present
            | (candle.TradeCount > 0 ? MinuteFlags.Active : MinuteFlags.Carried)
            | (broken ? MinuteFlags.Absent : MinuteFlags.Whole);
        if (_newest - minute < FlowHeld)
        {
            var flow = (int)(minute % FlowHeld);
            _buyVolume[flow] = candle.TakerBuyVolume;
            _sellVolume[flow] = candle.Volume - candle.TakerBuyVolume;
            _trades[flow] = (int)Math.Min(int.MaxValue, candle.TradeCount);
        }
    }

    /// <summary>Sets the return of a held minute: none where the minute is incomplete or the minute before is unknown. The oldest lies outside every window.</summary>
    private void SetReturn(long minute)
    {
        var slot = Slot(minute);
        var before = 0L;
        if (minute - 1 > _newest - _count)
        {
            var previous = Slot(minute - 1);
            before = (_flags[previous] & MinuteFlags.Present) != 0 ? _close[previous] : 0;
        }

        if ((_flags[slot] & MinuteFlags.Whole) != 0 && before > 0 && _close[slot] > 0)
        {
            _logReturn[slot] = Math.Log((double)_close[slot] / before);
            _flags[slot] |= MinuteFlags.HasReturn;
        }
        else
        {
            _logReturn[slot] = 0;
            _flags[slot] &= ~MinuteFlags.HasReturn;
        }
    }

    private void EnterBaseline(int slot)
    {
        if ((_flags[slot] & MinuteFlags.Whole) != 0)
        {
            _baseline.Add(_logVolume[slot]);
            ActiveInBaseline += ((int)_flags[slot] >> 1) & 1;
        }
    }

    private void LeaveBaseline(int slot)
    {
        if ((_flags[slot] & MinuteFlags.Whole) != 0)
        {
            _baseline.Remove(_logVolume[slot]);
            ActiveInBaseline -= ((int)_flags[slot] >> 1) & 1;
        }
    }

    private void AddToEwma(int slot)
    {
        if ((_flags[slot] & MinuteFlags.HasReturn) != 0)
        {
            _ewma.Add(_logReturn[slot]);
        }
    }
}
