using OrleansMarket.Contract;
using OrleansMarket.TestKit.Processes;

namespace OrleansMarket.Standalone.Tests.Serving;

/// <summary>Makes standalone hosts, with settings of their own where a test needs them.</summary>
internal sealed class StandaloneHosts(IReadOnlyDictionary<string, string>? own = null) : OneProcessHosts([HostProcess.Built("OrleansMarket.Standalone.dll"), "serve"], own);
