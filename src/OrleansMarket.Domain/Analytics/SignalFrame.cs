namespace OrleansMarket.Domain.Analytics;

/// <summary>The value of every signal of one symbol at one second; reused, so it allocates nothing per second.</summary>
public sealed class SignalFrame
{
    private static readonly int SignalCount = Enum.GetValues<Signal>().Length;

    private readonly Figure[] _figures = new Figure[SignalCount];

    /// <summary>Gets or sets the boundary at which the rules look: the end of the second, µs, event time.</summary>
    public long TimeMicros { get; set; }

    /// <summary>Gets or sets whether the second was settled later than its time because a gap had to be repaired first.</summary>
    public bool IsLate { get; set; }

    /// <summary>Gets or sets the share of trade ids present in the last hour, 0 to 1.</summary>
    public double Completeness { get; set; } = 1;

    /// <summary>Gets or sets the close of the second, scaled; 0 before the first trade.</summary>
    public long Price { get; set; }

    /// <summary>Gets or sets one signal.</summary>
    public Figure this[Signal signal]
    {
        get => _figures[(int)signal];
        set => _figures[(int)signal] = value;
    }

    /// <summary>Writes the frame.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(TimeMicros);
        writer.Write(IsLate);
        writer.Write(Completeness);
        writer.Write(Price);
        foreach (var figure in _figures)
        {
            writer.Write(figure.Value);
            writer.Write((byte)figure.Status);
            writer.Write(figure.Samples);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Load(BinaryReader reader)
    {
        TimeMicros = reader.ReadInt64();
        IsLate = reader.ReadBoolean();
        Completeness = reader.ReadDouble();
        Price = reader.ReadInt64();
        for (var index = 0; index < _figures.Length; index++)
        {
            _figures[index] = new Figure(reader.ReadDouble(), (FigureStatus)reader.ReadByte(), reader.ReadInt32());
        }
    }
}
