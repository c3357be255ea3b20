using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Analytics;

/// <summary>A sweep at the edge of what is missing, and what is already known of it elsewhere.</summary>
internal sealed class RepairPiece(Sweep sweep)
{
    /// <summary>Notionals by which parts of it already count in the quantile, quote units.</summary>
    public List<float> Counted { get; init; } = [];

    public Sweep Sweep { get; private set; } = sweep;

    /// <summary>Gets whether a part of it was reported as a whale.</summary>
    public bool Reported { get; init; }

    /// <summary>Gets whether it is not the sweep that was counted.</summary>
    public bool Changed { get; init; }

    /// <summary>Gets whether the price before it became known.</summary>
    public bool Followed { get; private set; }

    /// <summary>Tells whether the next piece continues this one.</summary>
    public bool Joins(RepairPiece next) =>
        Sweep.LastId + 1 == next.Sweep.FirstId && Sweep.Taker == next.Sweep.Taker && Sweep.TradeTimeMicros == next.Sweep.TradeTimeMicros
        && (Sweep.Taker == TakerSide.Buy ? next.Sweep.FirstPrice >= Sweep.LastPrice : next.Sweep.FirstPrice <= Sweep.LastPrice);

    public RepairPiece Join(RepairPiece next) => new(Sweep with
    {
        LastId = next.Sweep.LastId,
        Quantity = Sweep.Quantity + next.Sweep.Quantity,
        QuoteAmount = Sweep.QuoteAmount + next.Sweep.QuoteAmount,
        LastPrice = next.Sweep.LastPrice,
        Levels = Sweep.Levels + next.Sweep.Levels - (Sweep.LastPrice == next.Sweep.FirstPrice ? 1 : 0),
    })
    {
        Counted = [.. Counted, .. next.Counted],
        Reported = Reported || next.Reported,
        Changed = true,
        Followed = Followed,
    };

    /// <summary>The price of the trade before it is known now.</summary>
    public void Follow(long priceBefore)
    {
        Sweep = Sweep with { PriceBefore = priceBefore };
        Followed = true;
    }

    public void Save(BinaryWriter writer)
    {
        SweepFormat.State.Write(writer, Sweep);
        writer.Write(Reported);
        writer.Write(Changed);
        writer.Write(Followed);
        writer.Write(Counted.Count);
        Counted.ForEach(writer.Write);
    }

    public static RepairPiece Read(BinaryReader reader) => new(SweepFormat.State.Read(reader))
    {
        Reported = reader.ReadBoolean(),
        Changed = reader.ReadBoolean(),
        Followed = reader.ReadBoolean(),
        Counted = [.. StateReader.ReadAll<float>(reader, StateReader.ReadCount(reader, SweepRepair.MaxRuns + 1, "parts"))],
    };
}
