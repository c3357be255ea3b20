using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Domain.Engine;

/// <content>Snapshot and restore.</content>
public sealed partial class SymbolEngine
{
    private const byte SnapshotVersion = 2;

    /// <summary>Writes the whole state; a restored engine continues bit for bit. Rules are not part of it.</summary>
    public void Save(BinaryWriter writer)
    {
        SaveRunning(writer);
        _analytics.SaveHistory(writer);
        SaveAlerts(writer);
    }

    /// <summary>Writes the state without the histories, but with what happened to them since the base.</summary>
    public void SaveHot(BinaryWriter writer)
    {
        SaveRunning(writer);
        _analytics.SaveChanges(writer);
        SaveAlerts(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote, into an engine that has taken nothing yet. It is the base of what comes.</summary>
    /// <exception cref="InvalidDataException">The state is of another version or scale, or damaged.</exception>
    public void Load(BinaryReader reader)
    {
        LoadRunning(reader);
        _analytics.LoadHistory(reader);
        LoadAlerts(reader);
    }

    /// <summary>Reads what <see cref="SaveHot"/> wrote, into an engine that holds the base.</summary>
    /// <exception cref="InvalidDataException">The state is of another version or scale, or damaged.</exception>
    public void LoadHot(BinaryReader reader)
    {
        LoadRunning(reader);
        _analytics.LoadChanges(reader);
        LoadAlerts(reader);
    }

    /// <summary>Takes stored minutes in place of a base that is gone.</summary>
    internal void SeedHistory(IReadOnlyList<Candle> minutes) => _analytics.Seed(minutes);

    /// <summary>Gets whether everything that happened to the histories since the base is known.</summary>
    internal bool KnowsChanges => _analytics.KnowsChanges;

    internal void SealChanges() => _analytics.SealChanges();

    internal void ForgetChanges() => _analytics.ForgetChanges();

    private void SaveAlerts(BinaryWriter writer)
    {
        _marketAlerts.Save(writer);
        _qualityAlerts.Save(writer);
    }

    private void LoadAlerts(BinaryReader reader)
    {
        _marketAlerts.Load(reader);
        _qualityAlerts.Load(reader);
    }

    private void SaveRunning(BinaryWriter writer)
    {
        writer.Write(SnapshotVersion);
        writer.Write((byte)Spec.PriceDecimals);
        writer.Write((byte)Spec.QuantityDecimals);
        _ledger.Save(writer);
        _waiting.Save(writer);
        _seconds.Save(writer);
        _minutes.Save(writer);
        foreach (var rollup in _rollups)
        {
            rollup.Save(writer);
        }

        _counts.Save(writer);
        _rate.Save(writer);
        _completeness.Save(writer);
        writer.Write(_tickMicros);
        writer.Write(_completeFromMicros);
        writer.Write(_nextOrderedId);
        writer.Write(_boundaryMicros);
        writer.Write(_provenMicros);
        writer.Write(_settledClose);
        writer.Write(_lastPrice);
        writer.Write(_lastPriceId);
        writer.Write(_lastTradeMicros);
        writer.Write(_amendFromMicros);
        writer.Write(_revisionsWait);
        writer.Write(_unproven);
        writer.Write((byte)((_tailIsUnknown ? 1 : 0) | (_restExpected ? 2 : 0) | (_haltedMicros > 0 ? 4 : 0)));
        if (_haltedMicros > 0)
        {
            writer.Write(_haltedMicros);
        }

        _frame.Save(writer);
        _analytics.SaveHot(writer);
    }

    private void LoadRunning(BinaryReader reader)
    {
        SnapshotFormat.Expect(reader, SnapshotVersion, nameof(SymbolEngine));
        var (price, quantity) = (reader.ReadByte(), reader.ReadByte());
        if (price != Spec.PriceDecimals || quantity != Spec.QuantityDecimals)
        {
            throw new InvalidDataException(
                $"expected {Spec.Symbol} state with {Spec.PriceDecimals} price and {Spec.QuantityDecimals} quantity decimals, found {price} and {quantity}: the exchange changed the scale, start this symbol anew");
        }

        _ledger.Load(reader);
        _waiting.Load(reader);
        _seconds.Load(reader);
        _minutes.Load(reader);
        foreach (var rollup in _rollups)
        {
            rollup.Load(reader);
        }

        _counts.Load(reader);
        _rate.Load(reader);
        _completeness.Load(reader);
        _tickMicros = reader.ReadInt64();
        _completeFromMicros = reader.ReadInt64();
        _nextOrderedId = reader.ReadInt64();
        _boundaryMicros = reader.ReadInt64();
        _provenMicros = reader.ReadInt64();
        _settledClose = reader.ReadInt64();
        _lastPrice = reader.ReadInt64();
        _lastPriceId = reader.ReadInt64();
        _lastTradeMicros = reader.ReadInt64();
        _amendFromMicros = reader.ReadInt64();
        _revisionsWait = reader.ReadBoolean();
        _unproven = reader.ReadBoolean();
        var bits = reader.ReadByte();
        (_tailIsUnknown, _restExpected) = ((bits & 1) != 0, (bits & 2) != 0);
        _haltedMicros = (bits & 4) != 0 ? reader.ReadInt64() : 0;
        RecallReports();
        _frame.Load(reader);
        _analytics.LoadHot(reader);
    }

    /// <summary>With a revision under way nobody knows what was last reported as missing: all of it is looked at again.</summary>
    private void RecallReports()
    {
        foreach (var book in (CandleBook[])[_seconds, _minutes, .. _rollups])
        {
            foreach (var window in book.Live)
            {
                window.ReportedMissing = _revisionsWait ? -1 : MissingIn(book, window);
            }
        }
    }
}
