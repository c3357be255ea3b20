using OrleansMarket.Feeds.Binance.Rest;

namespace OrleansMarket.Feeds.Binance.Streams;

/// <summary>Which stream host to use: the first that neither refuses our location nor failed a moment ago. Shared by all connections.</summary>
public sealed class StreamHosts
{
    // A host that refuses our location is asked again now and then, in case nobody else is left.
    private static readonly TimeSpan RefusedRetry = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Host[] _hosts;
    private readonly AccessMemory _memory;
    private readonly TimeProvider _clock;

    /// <summary>Builds the list.</summary>
    /// <param name="endpoints">The hosts, best first.</param>
    /// <param name="memory">Remembers, over restarts, which refuse our location.</param>
    /// <param name="options">How long a host rests after a failure: as the pauses before reconnections, without jitter.</param>
    /// <param name="clock">The time.</param>
    public StreamHosts(IReadOnlyList<Uri> endpoints, AccessMemory memory, BinanceFeedOptions options, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfZero(endpoints.Count);
        _hosts = [.. endpoints.Select(endpoint => new Host(endpoint, new Backoff(options.ReconnectDelay, options.MaxReconnectDelay, () => 1)))];
        _memory = memory;
        _clock = clock;
    }

    /// <summary>Gets the hosts' names.</summary>
    public IEnumerable<string> Names => _hosts.Select(host => host.Endpoint.Authority);

    /// <summary>Chooses the best host.</summary>
    public StreamHostChoice Choose()
    {
        var now = _clock.GetUtcNow();
        lock (_gate)
        {
            var best = _hosts.MinBy(host => (Wait(host, now), host.RestsUntil > now ? host.RestsUntil : now))!;
            return new StreamHostChoice(best.Endpoint, Wait(best, now), best.RestsUntil > now);
        }
    }

    /// <summary>A connection came up.</summary>
    public void OnWorked(Uri endpoint)
    {
        lock (_gate)
        {
            Find(endpoint).Rest.Reset();
        }
    }

    /// <summary>A host could not be reached, or answered an error: it rests, ever longer, and another is preferred.</summary>
    /// <param name="endpoint">The host.</param>
    /// <param name="asked">How long it asked to be left alone; zero when it did not.</param>
    public void OnFailed(Uri endpoint, TimeSpan asked)
    {
        var now = _clock.GetUtcNow();
        lock (_gate)
        {
            var host = Find(endpoint);
            host.RestsUntil = now + host.Rest.Next();
            host.AskedUntil = now + asked;
        }
    }

    /// <summary>A host refused our location.</summary>
    public Task OnRefusedAsync(Uri endpoint, CancellationToken cancellationToken) => _memory.RestrictAsync(endpoint.Authority, cancellationToken);

    private TimeSpan Wait(Host host, DateTimeOffset now)
    {
        var asked = host.AskedUntil > now ? host.AskedUntil - now : TimeSpan.Zero;
        return _memory.IsRestricted(host.Endpoint.Authority) && asked < RefusedRetry ? RefusedRetry : asked;
    }

    private Host Find(Uri endpoint) => _hosts.First(host => host.Endpoint == endpoint);

    private sealed class Host(Uri endpoint, Backoff rest)
    {
        public Uri Endpoint { get; } = endpoint;

        public Backoff Rest { get; } = rest;

        public DateTimeOffset RestsUntil { get; set; }

        public DateTimeOffset AskedUntil { get; set; }
    }
}

/// <summary>The host to use next.</summary>
/// <param name="Endpoint">Its address.</param>
/// <param name="Wait">How long to wait first, because it asked for it or because every host refuses our location.</param>
/// <param name="Rests">Whether it failed a moment ago: no other is better, so pause before trying it again.</param>
public readonly record struct StreamHostChoice(Uri Endpoint, TimeSpan Wait, bool Rests);
