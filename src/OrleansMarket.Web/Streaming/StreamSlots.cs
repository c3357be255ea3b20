using Microsoft.Extensions.Options;

namespace OrleansMarket.Web.Streaming;

/// <summary>Counts open live streams, as a whole and by client, and refuses more than allowed.</summary>
internal sealed class StreamSlots(IOptions<MarketWebOptions> options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _clients = new(StringComparer.Ordinal);
    private int _open;

    /// <summary>Gets how many are open.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Gets how many may be open.</summary>
    public int Limit => options.Value.MaxStreams;

    /// <summary>Takes a slot; the answer is the limit that was met, or <see langword="null"/> when the slot is taken.</summary>
    public int? TryTake(string client)
    {
        lock (_lock)
        {
            var mine = _clients.GetValueOrDefault(client);
            if (_open >= options.Value.MaxStreams)
            {
                return options.Value.MaxStreams;
            }

            if (mine >= options.Value.MaxStreamsPerClient)
            {
                return options.Value.MaxStreamsPerClient;
            }

            _clients[client] = mine + 1;
            _open++;
            return null;
        }
    }

    /// <summary>Gives a slot back.</summary>
    public void Return(string client)
    {
        lock (_lock)
        {
            _open--;
            if (--_clients[client] == 0)
            {
                _clients.Remove(client);
            }
        }
    }
}
