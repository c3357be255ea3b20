using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Candles;

/// <summary>One window being built. Adding prints is commutative: ids decide which price came first and last.</summary>
internal sealed class CandleWindow
{
    public long OpenMicros;
    public long Open;
    public long High;
    public long Low;
    public long Close;
    public Int128 Volume;
    public Int128 QuoteVolume;
    public Int128 TakerBuyVolume;
    public Int128 TakerBuyQuoteVolume;
    public long TradeCount;
    public long FirstId;
    public long LastId;
    public int Revision;
    public CandleFlags Flags;

    /// <summary>Ids of the window that were never found: the gap expired.</summary>
    public long LostIds;

    /// <summary>How many ids were missing when the window was last reported. Not saved: a restored engine takes it from its ledger.</summary>
    public long ReportedMissing;

    /// <summary>The ordered tape has passed the window's end; it was reported.</summary>
    public bool Settled;

    /// <summary>A later id, or the exchange's last id, proved the end.</summary>
    public bool Proven;

    /// <summary>Values changed since the last report.</summary>
    public bool Dirty;

    /// <summary>The observer was told of it.</summary>
    public bool Told;

    /// <summary>Reported as provisional while the ordered tape waits.</summary>
    public bool Announced;

    /// <summary>Trading was halted and nothing happened: no price is carried into it, and nobody is told.</summary>
    public bool Halted;

    public void Reset(long openMicros)
    {
        OpenMicros = openMicros;
        Open = High = Low = Close = 0;
        Volume = QuoteVolume = TakerBuyVolume = TakerBuyQuoteVolume = 0;
        TradeCount = 0;
        FirstId = LastId = -1;
        LostIds = ReportedMissing = 0;
        Revision = 0;
        Flags = CandleFlags.None;
        Settled = Proven = Dirty = Told = Announced = Halted = false;
    }

    public void Add(in Print print)
    {
        var price = print.Price;
        if (TradeCount == 0)
        {
            Flags &= ~CandleFlags.Carried;
            Halted = false;
            Open = High = Low = Close = price;
            FirstId = print.FirstId;
            LastId = print.LastId;
        }
        else
        {
            High = Math.Max(High, price);
            Low = Math.Min(Low, price);
            if (print.LastId > LastId)
            {
                LastId = print.LastId;
                Close = price;
            }

            // A window that merged exchange klines knows its open price but not the id of it.
            if (print.FirstId < FirstId)
            {
                FirstId = print.FirstId;
                Open = price;
            }
        }

        TradeCount += print.TradeCount;
        Volume += print.Quantity;
        QuoteVolume += print.QuoteAmount;
        if (print.Taker == TakerSide.Buy)
        {
            TakerBuyVolume += print.Quantity;
            TakerBuyQuoteVolume += print.QuoteAmount;
        }

        if (print.QuoteIsApproximate)
        {
            Flags |= CandleFlags.QuoteApproximate;
        }
    }

    /// <summary>Adds a shorter window that is later than everything merged before.</summary>
    public void Merge(in Candle candle)
    {
        const CandleFlags Inherited = CandleFlags.QuoteApproximate | CandleFlags.FromExchange | CandleFlags.Partial | CandleFlags.Repaired;
        Flags |= candle.Flags & Inherited;
        if (candle.TradeCount == 0)
        {
            return;
        }

        if (TradeCount == 0)
        {
            Open = candle.Open;
            High = candle.High;
            Low = candle.Low;
            FirstId = candle.FirstId;
        }
        else
        {
            High = Math.Max(High, candle.High);
            Low = Math.Min(Low, candle.Low);
        }

        Close = candle.Close;
        LastId = candle.LastId;
        TradeCount += candle.TradeCount;
        Volume += candle.Volume;
        QuoteVolume += candle.QuoteVolume;
        TakerBuyVolume += candle.TakerBuyVolume;
        TakerBuyQuoteVolume += candle.TakerBuyQuoteVolume;
    }

    /// <summary>Without trades the price before goes on.</summary>
    public void Carry(long close) => Open = High = Low = Close = close;

    /// <summary>Takes the values of another window of the same time.</summary>
    public void Take(CandleWindow other)
    {
        (Open, High, Low, Close) = (other.Open, other.High, other.Low, other.Close);
        (Volume, QuoteVolume, TakerBuyVolume, TakerBuyQuoteVolume) = (other.Volume, other.QuoteVolume, other.TakerBuyVolume, other.TakerBuyQuoteVolume);
        (TradeCount, FirstId, LastId) = (other.TradeCount, other.FirstId, other.LastId);
        Halted = other.Halted;
    }

    public Candle ToCandle(CandleInterval interval, CandleStatus status, long missingIds) => new()
    {
        Interval = interval,
        OpenTimeMicros = OpenMicros,
        Open = Open,
        High = High,
        Low = Low,
        Close = Close,
        Volume = Volume,
        QuoteVolume = QuoteVolume,
        TakerBuyVolume = TakerBuyVolume,
        TakerBuyQuoteVolume = TakerBuyQuoteVolume,
        TradeCount = TradeCount,
        FirstId = FirstId,
        LastId = LastId,
        MissingIds = missingIds,
        Revision = Revision,
        Status = status,
        Flags = Flags,
    };

    public void Save(BinaryWriter writer)
    {
        writer.Write(OpenMicros);
        writer.Write(Open);
        writer.Write(High);
        writer.Write(Low);
        writer.Write(Close);
        writer.Write(Volume);
        writer.Write(QuoteVolume);
        writer.Write(TakerBuyVolume);
        writer.Write(TakerBuyQuoteVolume);
        writer.Write(TradeCount);
        writer.Write(FirstId);
        writer.Write(LastId);
        writer.Write(LostIds);
        writer.Write(Revision);
        writer.Write((byte)Flags);
        writer.Write((byte)((Settled ? 1 : 0) | (Proven ? 2 : 0) | (Dirty ? 4 : 0) | (Announced ? 8 : 0) | (Told ? 16 : 0) | (Halted ? 32 : 0)));
    }

    public void Load(BinaryReader reader)
    {
        OpenMicros = reader.ReadInt64();
        Open = reader.ReadInt64();
        High = reader.ReadInt64();
        Low = reader.ReadInt64();
        Close = reader.ReadInt64();
        Volume = reader.ReadInt128();
        QuoteVolume = reader.ReadInt128();
        TakerBuyVolume = reader.ReadInt128();
        TakerBuyQuoteVolume = reader.ReadInt128();
        TradeCount = reader.ReadInt64();
        FirstId = reader.ReadInt64();
        LastId = reader.ReadInt64();
        LostIds = reader.ReadInt64();
        Revision = reader.ReadInt32();
        Flags = (CandleFlags)reader.ReadByte();
        var bits = reader.ReadByte();
        Settled = (bits & 1) != 0;
        Proven = (bits & 2) != 0;
        Dirty = (bits & 4) != 0;
        Announced = (bits & 8) != 0;
        Told = (bits & 16) != 0;
        Halted = (bits & 32) != 0;
    }
}
