using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Domain.Engine;

/// <content>What waits, inside the snapshot of its session.</content>
internal sealed partial class EngineOutputs
{
    private const byte SnapshotVersion = 1;

    public void Save(BinaryWriter writer)
    {
        writer.Write(SnapshotVersion);
        writer.Write7BitEncodedInt(Candles.Count);
        foreach (var candle in Candles.Values)
        {
            Write(writer, in candle);
        }

        writer.Write7BitEncodedInt(Whales.Count);
        foreach (var whale in Whales.Values)
        {
            SweepFormat.Compact.WriteWhale(writer, in whale);
        }

        writer.Write7BitEncodedInt(Alerts.Count);
        foreach (var alert in Alerts)
        {
            writer.Write(AlertJson.Write(alert));
        }

        writer.Write7BitEncodedInt(ClosedGaps.Count);
        foreach (var gap in ClosedGaps)
        {
            writer.Write(AlertJson.Write(gap));
        }
    }

    /// <exception cref="InvalidDataException">It is of another version, or damaged.</exception>
    public void Load(BinaryReader reader)
    {
        SnapshotFormat.Expect(reader, SnapshotVersion, "outbox");
        for (var count = reader.Read7BitEncodedInt(); count > 0; count--)
        {
            var candle = ReadCandle(reader);
            Candles[(candle.Interval, candle.OpenTimeMicros)] = candle;
        }

        for (var count = reader.Read7BitEncodedInt(); count > 0; count--)
        {
            var whale = SweepFormat.Compact.ReadWhale(reader);
            Whales[whale.FirstId] = whale;
        }

        for (var count = reader.Read7BitEncodedInt(); count > 0; count--)
        {
            Alerts.Add(AlertJson.Read<AlertTransition>(reader.ReadString()));
        }

        for (var count = reader.Read7BitEncodedInt(); count > 0; count--)
        {
            ClosedGaps.Add(AlertJson.Read<GapView>(reader.ReadString()));
        }
    }

    private static void Write(BinaryWriter writer, in Candle candle)
    {
        writer.Write(candle.Interval.Name);
        writer.Write7BitEncodedInt64(candle.OpenTimeMicros);
        writer.Write7BitEncodedInt64(candle.Open);
        writer.Write7BitEncodedInt64(candle.High);
        writer.Write7BitEncodedInt64(candle.Low);
        writer.Write7BitEncodedInt64(candle.Close);
        StateReader.WriteCompact128(writer, candle.Volume);
        StateReader.WriteCompact128(writer, candle.QuoteVolume);
        StateReader.WriteCompact128(writer, candle.TakerBuyVolume);
        StateReader.WriteCompact128(writer, candle.TakerBuyQuoteVolume);
        writer.Write7BitEncodedInt64(candle.TradeCount);
        writer.Write7BitEncodedInt64(candle.FirstId);
        writer.Write7BitEncodedInt64(candle.LastId);
        writer.Write7BitEncodedInt64(candle.MissingIds);
        writer.Write7BitEncodedInt(candle.Revision);
        writer.Write((byte)candle.Status);
        writer.Write7BitEncodedInt((int)candle.Flags);
    }

    private static Candle ReadCandle(BinaryReader reader)
    {
        var name = reader.ReadString();
        return new Candle
        {
            Interval = CandleInterval.TryParse(name, out var interval) ? interval : throw new InvalidDataException($"expected the name of an interval, found '{name}'"),
            OpenTimeMicros = reader.Read7BitEncodedInt64(),
            Open = reader.Read7BitEncodedInt64(),
            High = reader.Read7BitEncodedInt64(),
            Low = reader.Read7BitEncodedInt64(),
            Close = reader.Read7BitEncodedInt64(),
            Volume = StateReader.ReadCompact128(reader),
            QuoteVolume = StateReader.ReadCompact128(reader),
            TakerBuyVolume = StateReader.ReadCompact128(reader),
            TakerBuyQuoteVolume = StateReader.ReadCompact128(reader),
            TradeCount = reader.Read7BitEncodedInt64(),
            FirstId = reader.Read7BitEncodedInt64(),
            LastId = reader.Read7BitEncodedInt64(),
            MissingIds = reader.Read7BitEncodedInt64(),
            Revision = reader.Read7BitEncodedInt(),
            Status = (CandleStatus)reader.ReadByte(),
            Flags = (CandleFlags)reader.Read7BitEncodedInt(),
        };
    }
}
