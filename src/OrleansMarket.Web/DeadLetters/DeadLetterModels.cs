using System.Text;
using System.Text.Json.Serialization;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Web.DeadLetters;

/// <summary>A message that could not be taken.</summary>
public sealed record DeadLetterView
{
    /// <summary>Gets the number.</summary>
    public required long Id { get; init; }

    /// <summary>Gets when we read it, our clock.</summary>
    public required DateTimeOffset ReceivedTime { get; init; }

    /// <summary>Gets why it was refused.</summary>
    public required DeadLetterReason Reason { get; init; }

    /// <summary>Gets the refusal in words: what was expected and what was found.</summary>
    public required string Error { get; init; }

    /// <summary>Gets where it came from: host and stream, or file and line.</summary>
    public required string Source { get; init; }

    /// <summary>Gets the symbol, or null when it could not be told.</summary>
    public string? Symbol { get; init; }

    /// <summary>Gets the payload as text, or null when it is not UTF-8.</summary>
    public string? Payload { get; init; }

    /// <summary>Gets the payload in base64 when it is not UTF-8, else null.</summary>
    public string? PayloadBase64 { get; init; }

    /// <summary>Gets the payload's length in bytes.</summary>
    public required int PayloadBytes { get; init; }

    /// <summary>Gets how often a replay was tried.</summary>
    public required int Attempts { get; init; }

    /// <summary>The letter as the outside sees it.</summary>
    public static DeadLetterView From(DeadLetter letter)
    {
        var text = TryDecode(letter.Payload.Span);
        return new()
        {
            Id = letter.Id,
            ReceivedTime = Micros.ToInstant(letter.ReceivedTimeMicros),
            Reason = letter.Reason,
            Error = letter.Error,
            Source = letter.Source,
            Symbol = letter.Symbol,
            Payload = text,
            PayloadBase64 = text is null ? Convert.ToBase64String(letter.Payload.Span) : null,
            PayloadBytes = letter.Payload.Length,
            Attempts = letter.Attempts,
        };
    }

    private static string? TryDecode(ReadOnlySpan<byte> payload)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(payload);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}

/// <summary>A page of dead letters, newest first.</summary>
public sealed record DeadLettersResponse
{
    /// <summary>Gets the letters.</summary>
    public required IReadOnlyList<DeadLetterView> DeadLetters { get; init; }

    /// <summary>Gets the `before` of the next page, or null at the end.</summary>
    public long? Next { get; init; }
}

/// <summary>Asks for a replay.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record DeadLetterReplayRequest
{
    /// <summary>Gets the numbers of the letters, 1 to 1,000.</summary>
    public required IReadOnlyList<long> Ids { get; init; }
}

/// <summary>What a replay did.</summary>
public sealed record DeadLetterReplayResponse
{
    /// <summary>Gets how many the engine took; they are gone from the store.</summary>
    public required int Accepted { get; init; }

    /// <summary>Gets how many were held already; they are gone from the store.</summary>
    public required int Duplicates { get; init; }

    /// <summary>Gets why others were refused again, by number.</summary>
    public required IReadOnlyDictionary<string, string> Refused { get; init; }
}

/// <summary>What a purge did.</summary>
/// <param name="Removed">How many letters were removed.</param>
public sealed record DeadLetterPurgeResponse(int Removed);
