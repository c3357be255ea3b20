using System.Text.Json.Serialization;

namespace OrleansMarket.Web.Api;

/// <summary>What went wrong and what to do, as RFC 9457 has it.</summary>
public sealed record ApiProblem
{
    /// <summary>Gets the kind of problem, a stable URN (urn:orleans-market:problem:not-found).</summary>
    public required string Type { get; init; }

    /// <summary>Gets the kind in words.</summary>
    public required string Title { get; init; }

    /// <summary>Gets the HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>Gets what was expected and what was found.</summary>
    public required string Detail { get; init; }

    /// <summary>Gets the path asked for.</summary>
    public string? Instance { get; init; }

    /// <summary>Gets what to do about it.</summary>
    public required string Remedy { get; init; }

    /// <summary>Gets what is wrong with each parameter or field; absent when no field is to blame.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Gets the id under which the log tells more; only of faults of ours.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceId { get; init; }
}
