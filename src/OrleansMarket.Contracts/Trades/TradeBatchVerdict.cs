namespace OrleansMarket.Contracts.Trades;

/// <summary>What came of reading a batch.</summary>
public enum TradeBatchVerdict : byte
{
    /// <summary>Every print of it was read.</summary>
    Read,

    /// <summary>The bytes are damaged or are no batch.</summary>
    Malformed,

    /// <summary>Written by a newer build, in an encoding that this one does not know.</summary>
    NewerVersion,

    /// <summary>A number does not fit the symbol's scale here: it would lose digits or overflow.</summary>
    OtherScale,
}
