using OrleansMarket.Domain;
using StackExchange.Redis;

namespace OrleansMarket.Silo.Redis;

/// <summary>The server that the silos of a cluster share. Section: <c>Cluster</c>.</summary>
public sealed class RedisOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Cluster";

    /// <summary>Gets or sets where it is: <c>host:port</c>, or a connection string of StackExchange.Redis. Default: none, so the silo is alone.</summary>
    public string Redis { get; set; } = "";

    /// <summary>Gets or sets its user, where it has users. Default: none.</summary>
    public string RedisUser { get; set; } = "";

    /// <summary>Gets or sets its password: a secret, from the environment or a file of secrets. Default: none.</summary>
    public string RedisPassword { get; set; } = "";

    /// <summary>Gets or sets whether the connection is encrypted. Default: no, unless the connection string says <c>ssl=true</c>.</summary>
    public bool RedisTls { get; set; }

    /// <summary>Gets or sets a file with the certificate of the authority that signed the server's, where the machine does not know it. Default: none.</summary>
    public string RedisAuthorityFile { get; set; } = "";

    /// <summary>Gets or sets whether the server also keeps where each grain is. Default: no; the silos keep that among themselves, and an outage of the server does not touch it.</summary>
    public bool RedisGrainDirectory { get; set; }

    /// <summary>Gets whether there is a server at all.</summary>
    public bool IsSet => Redis.Length > 0;

    /// <summary>The settings as the client understands them.</summary>
    /// <exception cref="CorrectableException">They cannot be read; the message names the setting and holds no secret.</exception>
    public ConfigurationOptions ToClient()
    {
        ConfigurationOptions client;
        try
        {
            client = ConfigurationOptions.Parse(Redis);
        }
        catch (ArgumentException)
        {
            // What the client says may repeat the text, and with it a password.
            throw new CorrectableException("Cluster:Redis: expected host:port or a connection string of StackExchange.Redis, found another text");
        }

        if (client.EndPoints.Count == 0)
        {
            throw new CorrectableException("Cluster:Redis: expected at least one host:port, found none");
        }

        client.User = RedisUser.Length > 0 ? RedisUser : client.User;
        client.Password = RedisPassword.Length > 0 ? RedisPassword : client.Password;
        client.Ssl |= RedisTls;
        if (RedisAuthorityFile.Length > 0)
        {
            if (!File.Exists(RedisAuthorityFile))
            {
                throw new CorrectableException($"Cluster:RedisAuthorityFile: expected a file with a certificate, found none at {RedisAuthorityFile}");
            }

            client.TrustIssuer(RedisAuthorityFile);
        }

        client.ClientName = "orleans-market";
        client.ConnectRetry = 2;
        client.AbortOnConnectFail = true;
        client.ReconnectRetryPolicy = new LinearRetry((int)TimeSpan.FromSeconds(1).TotalMilliseconds); // a longer pause only makes an outage longer
        return client;
    }

    /// <summary>Connects. Afterwards the connection comes back by itself whenever it is lost.</summary>
    /// <exception cref="CorrectableException">The settings cannot be read, or nobody answers there; one line without secrets.</exception>
    public async Task<IConnectionMultiplexer> ConnectAsync()
    {
        var client = ToClient();
        var endpoints = string.Join(", ", client.EndPoints.Select(Describe));
        try
        {
            var connection = await ConnectionMultiplexer.ConnectAsync(client).ConfigureAwait(false);
            await connection.GetDatabase().PingAsync().ConfigureAwait(false);
            return connection;
        }
        catch (RedisServerException exception)
        {
            throw new CorrectableException($"Cluster:Redis: expected the server at {endpoints} to let us in, found: {exception.Message}; see Cluster:RedisPassword", exception);
        }
        catch (Exception exception) when (exception is RedisConnectionException or RedisTimeoutException)
        {
            throw new CorrectableException(
                IsRefusal(exception)
                    ? $"Cluster:Redis: expected the server at {endpoints} to let us in, found that it did not; see Cluster:RedisUser and Cluster:RedisPassword"
                    : $"Cluster:Redis: expected a Redis server at {endpoints}{(client.Ssl ? " that speaks TLS" : "")}, found none that answers",
                exception);
        }
    }

    private static bool IsRefusal(Exception exception) =>
        exception is RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure }
        || exception.Message.Contains("NOAUTH", StringComparison.Ordinal) || exception.Message.Contains("WRONGPASS", StringComparison.Ordinal);

    private static string Describe(System.Net.EndPoint endpoint) => endpoint switch
    {
        System.Net.DnsEndPoint name => $"{name.Host}:{name.Port}",
        _ => endpoint.ToString() ?? "",
    };
}
