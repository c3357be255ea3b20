namespace OrleansMarket.Domain.Analytics;

/// <summary>The last 301 seconds in columns, with exact running sums over the last 60 and 300.</summary>
internal sealed class SecondHistory
{
    /// <summary>The seconds kept: five minutes and the one before, whose close they start from.</summary>
    public const int Capacity = 301;

    private readonly long[] _close;
    private readonly Int128[] _buyVolume;
    private readonly Int128[] _sellVolume;
    private readonly int[] _trades;
    private readonly bool[] _hasReturn;
    private SecondFlow _last60 = new(60);
    private SecondFlow _last300 = new(300);
    private int _newest = Capacity - 1;

    public SecondHistory() => (_close, _buyVolume, _sellVolume, _trades, _hasReturn) =
        (new long[Capacity], new Int128[Capacity], new Int128[Capacity], new int[Capacity], new bool[Capacity]);

    /// <summary>Copies a history as it is now.</summary>
    public SecondHistory(SecondHistory other)
    {
        (_close, _buyVolume, _sellVolume, _trades, _hasReturn) =
            ([.. other._close], [.. other._buyVolume], [.. other._sellVolume], [.. other._trades], [.. other._hasReturn]);
        (_last60, _last300, _newest, Count) = (other._last60, other._last300, other._newest, other.Count);
    }

    /// <summary>Gets how many seconds are held.</summary>
    public int Count { get; private set; }

    public ref readonly SecondFlow Last60 => ref _last60;

    public ref readonly SecondFlow Last300 => ref _last300;

    /// <summary>The close of the second that many seconds before the newest, scaled; 0 when it is not known.</summary>
    public long CloseAgo(int seconds) => seconds < Count ? _close[Slot(seconds)] : 0;

    /// <summary>Appends a second.</summary>
    /// <param name="close">The last price, scaled; that of the second before when nothing traded.</param>
    /// <param name="buy">Base volume bought by takers, scaled.</param>
    /// <param name="sell">Base volume sold by takers, scaled.</param>
    /// <param name="trades">Number of trades.</param>
    /// <param name="hasReturn">Whether the close may be compared with that of the second before.</param>
    public void Append(long close, Int128 buy, Int128 sell, int trades, bool hasReturn)
    {
        hasReturn &= Count > 0 && close > 0 && _close[_newest] > 0;
        Drop(ref _last60);
        Drop(ref _last300);
        _newest = _newest + 1 == Capacity ? 0 : _newest + 1;
        Count = Math.Min(Capacity, Count + 1);
        _close[_newest] = close;
        _buyVolume[_newest] = buy;
        _sellVolume[_newest] = sell;
        _trades[_newest] = trades;
        _hasReturn[_newest] = hasReturn;
        _last60.Add(buy, sell, trades);
        _last300.Add(buy, sell, trades);
    }

    /// <summary>Replaces the second that many seconds before the newest. Seconds without trades behind it carry its close.</summary>
    public void Revise(int ago, long close, Int128 buy, Int128 sell, int trades)
    {
        if ((uint)ago >= (uint)Count)
        {
            return;
        }

        var slot = Slot(ago);
        Replace(ref _last60, ago, slot, buy, sell, trades);
        Replace(ref _last300, ago, slot, buy, sell, trades);
        (_close[slot], _buyVolume[slot], _sellVolume[slot], _trades[slot]) = (close, buy, sell, trades);
        for (var next = ago - 1; next >= 0 && _trades[Slot(next)] == 0; next--)
        {
            _close[Slot(next)] = close;
        }
    }

    /// <summary>Sums over the last 300 seconds, oldest first.</summary>
    public ReturnSums Returns()
    {
        var window = default(ReturnSums);
        for (var ago = Math.Min(Count, Capacity) - 2; ago >= 0; ago--)
        {
            var slot = Slot(ago);
            if (!_hasReturn[slot])
            {
                continue;
            }

            var r = Math.Log((double)_close[slot] / _close[Slot(ago + 1)]);
            window.SumOfSquares += r * r;
            window.Returns++;
            window.ActiveReturns += _trades[slot] > 0 ? 1 : 0;
        }

        return window;
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write((short)Count);
        long close = 0;
        for (var ago = Count - 1; ago >= 0; ago--)
        {
            var slot = Slot(ago);
            var kind = (_hasReturn[slot] ? 1 : 0) | (_trades[slot] > 0 ? 2 : 0) | (_close[slot] != close ? 4 : 0);
            writer.Write((byte)kind);
            if (_trades[slot] > 0)
            {
                StateReader.WriteCompact128(writer, _buyVolume[slot]);
                StateReader.WriteCompact128(writer, _sellVolume[slot]);
                writer.Write7BitEncodedInt(_trades[slot]);
            }

            if (_close[slot] != close)
            {
                // Zigzag, so that small moves of either sign take one or two bytes.
                var step = _close[slot] - close;
                writer.Write7BitEncodedInt64((step << 1) ^ (step >> 63));
                close = _close[slot];
            }
        }
    }

    public void Load(BinaryReader reader)
    {
        var count = (int)reader.ReadInt16();
        if ((uint)count > Capacity)
        {
            throw new InvalidDataException($"analytics state is damaged: expected 0 to {Capacity} seconds, found {count}");
        }

        (Count, _newest, _last60, _last300) = (0, Capacity - 1, new(60), new(300));
        long close = 0;
        for (var i = 0; i < count; i++)
        {
            var kind = reader.ReadByte();
            Int128 buy = 0, sell = 0;
            var trades = 0;
            if ((kind & 2) != 0)
            {
                buy = StateReader.ReadCompact128(reader);
                sell = StateReader.ReadCompact128(reader);
                trades = reader.Read7BitEncodedInt();
            }

            if ((kind & 4) != 0)
            {
                var zigzag = reader.Read7BitEncodedInt64();
                close += (long)((ulong)zigzag >> 1) ^ -(zigzag & 1);
            }

            Append(close, buy, sell, trades, hasReturn: true);

            // The oldest second's close before it is gone, its flag is not.
            _hasReturn[_newest] = (kind & 1) != 0;
        }
    }

    private int Slot(int ago)
    {
        var slot = _newest - ago;
        return slot < 0 ? slot + Capacity : slot;
    }

    private void Replace(ref SecondFlow flow, int ago, int slot, Int128 buy, Int128 sell, int trades)
    {
        if (ago < flow.Seconds)
        {
            flow.Remove(_buyVolume[slot], _sellVolume[slot], _trades[slot]);
            flow.Add(buy, sell, trades);
        }
    }

    private void Drop(ref SecondFlow flow)
    {
        if (Count >= flow.Seconds)
        {
            var slot = Slot(flow.Seconds - 1);
            flow.Remove(_buyVolume[slot], _sellVolume[slot], _trades[slot]);
        }
    }
}

/// <summary>Exact taker volumes over a number of seconds.</summary>
internal struct SecondFlow(int seconds)
{
    public readonly int Seconds = seconds;

    /// <summary>Base volume bought by takers, scaled.</summary>
    public Int128 Buy;

    /// <summary>Base volume sold by takers, scaled.</summary>
    public Int128 Sell;

    /// <summary>Number of trades.</summary>
    public long Trades;

    public void Add(Int128 buy, Int128 sell, int trades)
    {
        Buy += buy;
        Sell += sell;
        Trades += trades;
    }

    public void Remove(Int128 buy, Int128 sell, int trades)
    {
        Buy -= buy;
        Sell -= sell;
        Trades -= trades;
    }
}
