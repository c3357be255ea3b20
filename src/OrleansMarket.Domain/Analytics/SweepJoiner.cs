using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Analytics;

/// <summary>
/// Joins prints into sweeps: contiguous ids, one side, one exchange time, prices that never move back. Also remembers the print before,
/// against which the impact is measured.
/// </summary>
internal struct SweepJoiner
{
    private long _firstId;
    private long _nextId;
    private long _timeMicros;
    private Int128 _quantity;
    private Int128 _quoteAmount;
    private long _firstPrice;
    private long _lastPrice;
    private long _priceBefore;
    private int _levels;
    private TakerSide _taker;

    /// <summary>Gets whether a sweep is open.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Gets the open sweep's trade time, µs.</summary>
    public readonly long TimeMicros => _timeMicros;

    /// <summary>Gets the id that continues the last print; 0 when there was none.</summary>
    public readonly long NextId => _nextId;

    /// <summary>Tells whether a print's ids follow those of the print before without a hole; also when there was none.</summary>
    public readonly bool IsContiguous(in Print print) => print.FirstId == _nextId || _nextId == 0;

    /// <summary>Adds a print to the open sweep; answers <see langword="false"/> when it does not belong to it.</summary>
    public bool TryExtend(in Print print)
    {
        if (!IsOpen || print.FirstId != _nextId || print.TradeTimeMicros != _timeMicros || print.Taker != _taker
            || (_taker == TakerSide.Buy ? print.Price < _lastPrice : print.Price > _lastPrice))
        {
            return false;
        }

        _nextId = print.LastId + 1;
        _quantity += print.Quantity;
        _quoteAmount += print.QuoteAmount;
        _levels += print.Price == _lastPrice ? 0 : 1;
        _lastPrice = print.Price;
        return true;
    }

    /// <summary>Opens a sweep; the one before has been closed.</summary>
    public void Start(in Print print)
    {
        _priceBefore = _lastPrice;
        _firstId = print.FirstId;
        _nextId = print.LastId + 1;
        _timeMicros = print.TradeTimeMicros;
        _taker = print.Taker;
        _quantity = print.Quantity;
        _quoteAmount = print.QuoteAmount;
        _firstPrice = _lastPrice = print.Price;
        _levels = 1;
        IsOpen = true;
    }

    /// <summary>Forgets the print before: what happened between it and the next is unknown.</summary>
    public void Break()
    {
        _lastPrice = 0;
        _nextId = 0;
    }

    /// <summary>Closes the open sweep.</summary>
    public Sweep Close()
    {
        IsOpen = false;
        return Describe();
    }

    /// <summary>The open sweep, or the last one closed.</summary>
    public readonly Sweep Describe() => new()
    {
        FirstId = _firstId,
        LastId = _nextId - 1,
        TradeTimeMicros = _timeMicros,
        Taker = _taker,
        Quantity = _quantity,
        QuoteAmount = _quoteAmount,
        FirstPrice = _firstPrice,
        LastPrice = _lastPrice,
        Levels = _levels,
        PriceBefore = _priceBefore,
    };

    /// <summary>Replaces the last closed sweep, which turned out to begin earlier.</summary>
    public void Amend(in Sweep sweep)
    {
        _firstId = sweep.FirstId;
        _quantity = sweep.Quantity;
        _quoteAmount = sweep.QuoteAmount;
        _firstPrice = sweep.FirstPrice;
        _levels = sweep.Levels;
        _priceBefore = sweep.PriceBefore;
    }

    public readonly void Save(BinaryWriter writer)
    {
        writer.Write(IsOpen);
        writer.Write(_firstId);
        writer.Write(_nextId);
        writer.Write(_timeMicros);
        StateReader.WriteInt128(writer, _quantity);
        StateReader.WriteInt128(writer, _quoteAmount);
        writer.Write(_firstPrice);
        writer.Write(_lastPrice);
        writer.Write(_priceBefore);
        writer.Write(_levels);
        writer.Write((byte)_taker);
    }

    public void Load(BinaryReader reader)
    {
        IsOpen = reader.ReadBoolean();
        _firstId = reader.ReadInt64();
        _nextId = reader.ReadInt64();
        _timeMicros = reader.ReadInt64();
        _quantity = StateReader.ReadInt128(reader);
        _quoteAmount = StateReader.ReadInt128(reader);
        _firstPrice = reader.ReadInt64();
        _lastPrice = reader.ReadInt64();
        _priceBefore = reader.ReadInt64();
        _levels = reader.ReadInt32();
        _taker = (TakerSide)reader.ReadByte();
    }
}
