using OrleansMarket.Feeds.Sources;

namespace OrleansMarket.Standalone.Serving;

/// <summary>What the command line says of <c>serve</c>.</summary>
/// <param name="Source">What feeds the product.</param>
/// <param name="Urls">Where to listen.</param>
internal sealed record ServeSettings(SourceSettings Source, string Urls);
