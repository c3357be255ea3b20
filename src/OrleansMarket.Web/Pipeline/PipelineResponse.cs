using OrleansMarket.Domain.Market;

namespace OrleansMarket.Web.Pipeline;

/// <summary>How the pipeline does.</summary>
public sealed record PipelineResponse
{
    /// <summary>Gets when the answer was made, the server's clock.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>Gets the health as a whole and per stage.</summary>
    public required PipelineHealth Pipeline { get; init; }

    /// <summary>Gets how many live streams are open on this server.</summary>
    public required int Streams { get; init; }

    /// <summary>Gets how many live streams may be open on this server.</summary>
    public required int StreamLimit { get; init; }
}
