using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Contracts.Trades;

/// <summary>A dead letter on its way to the store.</summary>
[GenerateSerializer]
[Immutable]
[Alias("market.refused-message.v1")]
public sealed record RefusedMessage
{
    /// <summary>The key of the one stream of dead letters.</summary>
    public const string StreamKey = "all";

    /// <summary>Gets when it was read, our clock, µs.</summary>
    [Id(0)]
    public required long ReceivedTimeMicros { get; init; }

    /// <summary>Gets the reason, by number.</summary>
    [Id(1)]
    public required byte Reason { get; init; }

    /// <summary>Gets the refusal in words.</summary>
    [Id(2)]
    public required string Error { get; init; }

    /// <summary>Gets where it came from.</summary>
    [Id(3)]
    public required string Source { get; init; }

    /// <summary>Gets the symbol, or <see langword="null"/> when it could not be told.</summary>
    [Id(4)]
    public string? Symbol { get; init; }

    /// <summary>Gets the raw payload, at most <see cref="DeadLetter.MaxPayloadBytes"/> of it.</summary>
    [Id(5)]
    public required byte[] Payload { get; init; }

    /// <summary>Packs a letter; a payload that is too long is cut, and the error says so.</summary>
    public static RefusedMessage Of(DeadLetter letter)
    {
        ArgumentNullException.ThrowIfNull(letter);
        var isLong = letter.Payload.Length > DeadLetter.MaxPayloadBytes;
        return new RefusedMessage
        {
            ReceivedTimeMicros = letter.ReceivedTimeMicros,
            Reason = (byte)letter.Reason,
            Error = isLong ? $"{letter.Error} (payload cut from {letter.Payload.Length} to {DeadLetter.MaxPayloadBytes} bytes)" : letter.Error,
            Source = letter.Source,
            Symbol = letter.Symbol,
            Payload = (isLong ? letter.Payload[..DeadLetter.MaxPayloadBytes] : letter.Payload).ToArray(),
        };
    }

    /// <summary>Unpacks the letter.</summary>
    public DeadLetter ToLetter() => new()
    {
        ReceivedTimeMicros = ReceivedTimeMicros,
        Reason = (DeadLetterReason)Reason,
        Error = Error,
        Source = Source,
        Symbol = Symbol,
        Payload = Payload,
    };
}
