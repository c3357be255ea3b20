namespace OrleansMarket.Domain.Alerts;

public sealed partial class SymbolAlerts
{
    private const byte StateVersion = 1;

    /// <summary>Writes the whole state, the rules included.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(StateVersion);
        writer.Write(_time);
        writer.Write(_tracks.Length);
        foreach (var track in _tracks)
        {
            track.Save(writer);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The state was written by a newer version or is damaged.</exception>
    public void Load(BinaryReader reader)
    {
        try
        {
            var version = reader.ReadByte();
            if (version != StateVersion)
            {
                throw new InvalidDataException($"expected alert state of version {StateVersion}, found {version}");
            }

            _time = reader.ReadInt64();
            var count = reader.ReadInt32();
            if (count is < 0 or > 10_000)
            {
                throw new InvalidDataException($"expected at most 10,000 rules in the alert state, found {count}");
            }

            var tracks = new RuleTrack[count];
            for (var index = 0; index < count; index++)
            {
                tracks[index] = RuleTrack.Load(reader);
            }

            _tracks = tracks;
        }
        catch (EndOfStreamException exception)
        {
            throw new InvalidDataException("expected more alert state, found its end", exception);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new InvalidDataException($"expected alert state: {exception.Message}", exception);
        }
    }
}
