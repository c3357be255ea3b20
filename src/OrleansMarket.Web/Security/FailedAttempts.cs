using Microsoft.Extensions.Options;

namespace OrleansMarket.Web.Security;

/// <summary>Counts wrong keys by client, so that guessing is slow. Bounded: when too many clients guess, they share one count.</summary>
internal sealed class FailedAttempts(IOptions<MarketWebOptions> options, TimeProvider clock)
{
    private const int MaxClients = 10_000;
    private const string Others = "others";
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (int Count, DateTimeOffset Until)> _clients = new(StringComparer.Ordinal);

    /// <summary>How long a client has to wait before it may try again; <see langword="null"/> when it need not.</summary>
    public TimeSpan? Wait(string client)
    {
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            return _clients.TryGetValue(KeyOf(client), out var entry) && entry.Count >= options.Value.FailedAttempts && entry.Until > now
                ? entry.Until - now
                : null;
        }
    }

    /// <summary>Counts a wrong key.</summary>
    public void Add(string client)
    {
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            if (_clients.Count >= MaxClients)
            {
                foreach (var old in _clients.Where(pair => pair.Value.Until <= now).Select(pair => pair.Key).ToList())
                {
                    _clients.Remove(old);
                }
            }

            var key = KeyOf(client);
            _clients[key] = _clients.TryGetValue(key, out var entry) && entry.Until > now
                ? (entry.Count + 1, entry.Until)
                : (1, now + Window);
        }
    }

    private string KeyOf(string client) => _clients.Count < MaxClients || _clients.ContainsKey(client) ? client : Others;
}
