namespace OrleansMarket.Domain.Pipeline;

/// <summary>A message that could not be taken, kept whole so that it can be looked at and replayed after a fix.</summary>
public sealed record DeadLetter
{
    /// <summary>The longest payload kept, in bytes; the rest is cut and <see cref="Error"/> says so.</summary>
    public const int MaxPayloadBytes = 64 * 1024;

    /// <summary>Gets the store's number; 0 before it is stored.</summary>
    public long Id { get; init; }

    /// <summary>Gets when we read it, our clock, µs.</summary>
    public required long ReceivedTimeMicros { get; init; }

    /// <summary>Gets why it was refused.</summary>
    public required DeadLetterReason Reason { get; init; }

    /// <summary>Gets the refusal in words: what was expected and what was found.</summary>
    public required string Error { get; init; }

    /// <summary>Gets where it came from (host and stream, or file and line).</summary>
    public required string Source { get; init; }

    /// <summary>Gets the symbol, or <see langword="null"/> when it could not be told.</summary>
    public string? Symbol { get; init; }

    /// <summary>Gets the raw payload, as received.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Gets how often a replay was tried.</summary>
    public int Attempts { get; init; }
}

/// <summary>Why a message was refused. The names are wire names (kebab case in API and metrics).</summary>
public enum DeadLetterReason : byte
{
    /// <summary>Not JSON, cut short, or a field has the wrong type.</summary>
    Malformed,

    /// <summary>A needed field is missing.</summary>
    MissingField,

    /// <summary>The symbol is not one we follow.</summary>
    UnknownSymbol,

    /// <summary>Price is not positive, outside the symbol's limits, or has too many decimals.</summary>
    BadPrice,

    /// <summary>Quantity is not positive, outside the symbol's limits, or has too many decimals.</summary>
    BadQuantity,

    /// <summary>The trade id is negative, or no number that an exchange counts to.</summary>
    BadId,

    /// <summary>The time is before 2017 or after 2099.</summary>
    BadTime,

    /// <summary>Older than the retention of the raw log.</summary>
    TooLate,

    /// <summary>Covers ids that are partly held already and cannot be cut.</summary>
    Straddles,

    /// <summary>A column count or header that does not fit the file's format.</summary>
    WrongColumns,

    /// <summary>The trade id is further ahead than an exchange can have traded since the trade before.</summary>
    TooFarAhead = 11, // stores keep the number; 10 was never given to a letter
}
