namespace OrleansMarket.Domain.Analytics;

/// <summary>What a minute of the history can be used for.</summary>
[Flags]
internal enum MinuteFlags : byte
{
    /// <summary>No candle: a halt, or time before the first candle. The close is the last known one.</summary>
    Absent = 0,

    /// <summary>There is a candle.</summary>
    Present = 1,

    /// <summary>It has trades.</summary>
    Active = 2,

    /// <summary>It has a return against the minute before.</summary>
    HasReturn = 4,

    /// <summary>Nothing of it is missing, so that its volume may be compared.</summary>
    Whole = 8,

    /// <summary>No known trades: the close is the previous one.</summary>
    Carried = 16,
}
