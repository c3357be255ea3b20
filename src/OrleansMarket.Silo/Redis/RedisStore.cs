using StackExchange.Redis;

namespace OrleansMarket.Silo.Redis;

/// <summary>The server that all silos share, and where on it this product's keys lie.</summary>
/// <param name="connection">The one connection of this silo; it comes back by itself after an outage.</param>
/// <param name="service">What every key begins with, so that several products share a server.</param>
public sealed class RedisStore(IConnectionMultiplexer connection, string service)
{
    /// <summary>Gets the connection.</summary>
    public IConnectionMultiplexer Connection => connection;

    /// <summary>Gets the database.</summary>
    public IDatabase Database => connection.GetDatabase();

    /// <summary>A key of its own.</summary>
    public RedisKey Key(string name) => $"{service}/{name}";

    /// <summary>A key that lies beside all others of the same owner, also on a sharded server, so that they can change together.</summary>
    public RedisKey Key(string owner, string name) => $"{service}/{{{owner}}}/{name}";
}
