using OrleansMarket.TestKit.Binance;

namespace OrleansMarket.Contract;

/// <summary>A way of running the product, seen from outside: a process or a cluster that follows the fake exchange and answers HTTP.</summary>
public interface IHostUnderTest : IAsyncDisposable
{
    /// <summary>Gets where the API answers; the same after a restart.</summary>
    Uri BaseUri { get; }

    /// <summary>Gets the key for what changes state; readable once the host has started.</summary>
    string ApiKey { get; }

    /// <summary>Gets what the host has written so far, for failures.</summary>
    string Log { get; }

    /// <summary>Starts, or starts again on the same data, and returns when the API answers.</summary>
    Task StartAsync();

    /// <summary>Asks the host to stop and waits until it has.</summary>
    /// <returns>How long that took.</returns>
    Task<TimeSpan> StopAsync();

    /// <summary>Ends the host at once, without a chance to store anything.</summary>
    Task KillAsync();
}

/// <summary>Makes hosts. Each has data of its own.</summary>
public interface IHostFactory
{
    /// <summary>Makes a host that follows the given symbols; it is not started.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="symbols">The pairs.</param>
    /// <param name="settings">Further settings, on top of the factory's own.</param>
    IHostUnderTest Create(FakeBinance exchange, IReadOnlyList<string> symbols, IReadOnlyDictionary<string, string>? settings = null);
}
