using System.Buffers;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Analytics;

/// <summary>
/// What happened to the histories since the base that a state refers to, so that a small state and an older base give them again: minutes and sweeps
/// as they came, and of the rest only whether it changed. Bounded; what no longer fits asks for a new base.
/// </summary>
internal sealed class HistoryJournal
{
    /// <summary>The most bytes of a part; more than a hot state could hold even when compressed.</summary>
    public const int MaxBytes = 14 * 1_024;

    private readonly Part _sealed = new();
    private readonly Part _open = new();

    /// <summary>Gets whether everything since the base is here.</summary>
    public bool IsWhole => _sealed.IsWhole && _open.IsWhole;

    /// <summary>Gets whether sweeps at the edges of holes changed.</summary>
    public bool EdgesChanged => _sealed.EdgesChanged || _open.EdgesChanged;

    /// <summary>Gets whether remembered firings changed.</summary>
    public bool MomentsChanged => _sealed.MomentsChanged || _open.MomentsChanged;

    /// <summary>A minute came, or was revised.</summary>
    public void Minute(in Candle minute) => _open.Minute(in minute);

    /// <summary>A sweep counts in the quantile.</summary>
    public void Sweep(float notional) => _open.Sweep(notional);

    /// <summary>A sweep counts no more. Notionals are not negative, so the sign says it.</summary>
    public void SweepRemoved(float notional) => _open.Sweep(-notional);

    public void Edges() => _open.EdgesChanged = true;

    public void Moments() => _open.MomentsChanged = true;

    /// <summary>Something happened that is not written down here.</summary>
    public void Lose() => _open.Lose();

    /// <summary>A base is being written with everything up to now. Until <see cref="Forget"/> it is not sure that it will be there.</summary>
    public void Seal()
    {
        _sealed.Append(_open);
        _open.Clear();
    }

    /// <summary>The base of the last <see cref="Seal"/> is there, and a state that refers to it.</summary>
    public void Forget() => _sealed.Clear();

    /// <summary>Nothing has happened since the base.</summary>
    public void Clear()
    {
        _sealed.Clear();
        _open.Clear();
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_sealed.Minutes + _open.Minutes);
        _sealed.SaveMinutes(writer);
        _open.SaveMinutes(writer);
        writer.Write(_sealed.Sweeps.Count + _open.Sweeps.Count);
        _sealed.Sweeps.ForEach(writer.Write);
        _open.Sweeps.ForEach(writer.Write);
    }

    /// <summary>Reads what <see cref="Save"/> wrote and hands it on in the order of each history.</summary>
    public static void Replay(BinaryReader reader, Action<Candle> minute, Action<float> sweep, Action<float> sweepRemoved)
    {
        for (var left = StateReader.ReadCount(reader, MaxBytes, "changed minutes"); left > 0; left--)
        {
            minute(ReadMinute(reader));
        }

        for (var left = StateReader.ReadCount(reader, MaxBytes, "changed sweeps"); left > 0; left--)
        {
            var notional = reader.ReadSingle();
            StateReader.Amount(Math.Abs(notional));
            (float.IsNegative(notional) ? sweepRemoved : sweep)(Math.Abs(notional));
        }
    }

    private static Candle ReadMinute(BinaryReader reader)
    {
        var open = reader.Read7BitEncodedInt64();
        var close = reader.Read7BitEncodedInt64();
        var trades = reader.Read7BitEncodedInt64();
        return new Candle
        {
            Interval = CandleInterval.OneMinute,
            OpenTimeMicros = open,
            Open = close,
            High = close,
            Low = close,
            Close = close,
            TradeCount = trades,
            Volume = StateReader.ReadCompact128(reader),
            TakerBuyVolume = StateReader.ReadCompact128(reader),
            QuoteVolume = StateReader.ReadCompact128(reader),
            MissingIds = reader.ReadByte(),
        };
    }

    /// <summary>Keeps its buffers when it is cleared, so that a busy symbol allocates nothing per base once they have grown.</summary>
    private sealed class Part
    {
        // Three numbers of 64 bits, three of 128, and a flag.
        private const int LongestMinute = (3 * 10) + (3 * 19) + 1;

        private readonly ArrayBufferWriter<byte> _minutes = new();

        public int Minutes { get; private set; }

        public List<float> Sweeps { get; } = [];

        public bool EdgesChanged { get; set; }

        public bool MomentsChanged { get; set; }

        public bool IsWhole { get; private set; } = true;

        public void Minute(in Candle minute)
        {
            if (!HasRoom())
            {
                return;
            }

            // What the history makes of a minute, and no more.
            var row = new PackedWriter(_minutes.GetSpan(LongestMinute));
            row.Number((ulong)minute.OpenTimeMicros);
            row.Number((ulong)minute.Close);
            row.Number((ulong)minute.TradeCount);
            row.Compact(minute.Volume);
            row.Compact(minute.TakerBuyVolume);
            row.Compact(minute.QuoteVolume);
            row.Byte(minute.MissingIds > 0 || (minute.Flags & CandleFlags.Partial) != 0 ? (byte)1 : (byte)0);
            _minutes.Advance(row.Position);
            Minutes++;
        }

        public void Sweep(float notional)
        {
            if (HasRoom())
            {
                Sweeps.Add(notional);
            }
        }

        public void Lose()
        {
            IsWhole = false;
            Empty();
        }

        public void Clear()
        {
            (IsWhole, EdgesChanged, MomentsChanged) = (true, false, false);
            Empty();
        }

        public void Append(Part later)
        {
            EdgesChanged |= later.EdgesChanged;
            MomentsChanged |= later.MomentsChanged;
            if (!IsWhole || !later.IsWhole)
            {
                Lose();
                return;
            }

            _minutes.Write(later._minutes.WrittenSpan);
            Minutes += later.Minutes;
            Sweeps.AddRange(later.Sweeps);
            HasRoom();
        }

        public void SaveMinutes(BinaryWriter writer) => writer.Write(_minutes.WrittenSpan);

        private void Empty()
        {
            Minutes = 0;
            _minutes.ResetWrittenCount();
            Sweeps.Clear();
        }

        private bool HasRoom()
        {
            if (IsWhole && _minutes.WrittenCount + (Sweeps.Count * sizeof(float)) > MaxBytes)
            {
                Lose();
            }

            return IsWhole;
        }
    }
}
