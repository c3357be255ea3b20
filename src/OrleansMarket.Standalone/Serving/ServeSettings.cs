using OrleansMarket.Standalone.Serving.Sources;

namespace OrleansMarket.Standalone.Serving;

/// <summary>What the command line says of <c>serve</c>.</summary>
/// <param name="Source">What feeds the product.</param>
/// <param name="File">The recording, for <see cref="SourceKind.File"/>.</param>
/// <param name="Speed">The recording's speed, as written.</param>
/// <param name="Urls">Where to listen.</param>
/// <param name="DataDirectory">Where state is kept; each kind of source has a folder of its own below it, so that simulated trades never meet real ones.</param>
internal sealed record ServeSettings(SourceKind Source, string? File, string Speed, string Urls, string DataDirectory);
