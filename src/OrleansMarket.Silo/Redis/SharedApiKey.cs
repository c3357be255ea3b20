using System.Security.Cryptography;
using System.Text;
using OrleansMarket.Domain;
using OrleansMarket.Web;
using OrleansMarket.Web.Security;
using StackExchange.Redis;

namespace OrleansMarket.Silo.Redis;

/// <summary>Makes sure that all silos of a cluster open to the same API key, without the key ever leaving this one.</summary>
public static class SharedApiKey
{
    private const int Rounds = 200_000;

    /// <summary>Compares the key that the settings give with the cluster's.</summary>
    /// <exception cref="CorrectableException">There is none, or the other silos have another one.</exception>
    public static Task CheckAsync(RedisStore store, MarketWebOptions web, CancellationToken cancellationToken) => CheckAsync(
        store, !string.IsNullOrEmpty(web.ApiKey) ? web.ApiKey : !string.IsNullOrEmpty(web.ApiKeyFile) ? ApiKeyFile.Read(web.ApiKeyFile) : null, cancellationToken);

    /// <summary>Compares this silo's key with the cluster's; the first silo says which it is.</summary>
    /// <param name="store">The shared server. It keeps a salted, slow digest and not the key.</param>
    /// <param name="apiKey">This silo's key.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CorrectableException">There is no key, or the other silos have another one.</exception>
    public static async Task CheckAsync(RedisStore store, string? apiKey, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(apiKey))
        {
            throw new CorrectableException("API_KEY: expected the key that every silo of the cluster has, found none; set API_KEY or API_KEY_FILE from a secret");
        }

        var key = store.Key("api-key");
        var salt = RandomNumberGenerator.GetBytes(16);
        await store.Database.StringSetAsync(key, Write(salt, Digest(apiKey, salt)), when: When.NotExists).WaitAsync(cancellationToken).ConfigureAwait(false);
        string? kept = await store.Database.StringGetAsync(key).WaitAsync(cancellationToken).ConfigureAwait(false);
        var parts = kept!.Split(':');
        if (!CryptographicOperations.FixedTimeEquals(Convert.FromHexString(parts[1]), Digest(apiKey, Convert.FromHexString(parts[0]))))
        {
            throw new CorrectableException(
                $"API_KEY: expected the key of the other silos, found another; give all silos the same one, or delete {key} on the server to change it while all are stopped");
        }
    }

    private static byte[] Digest(string apiKey, byte[] salt) => Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(apiKey), salt, Rounds, HashAlgorithmName.SHA256, 32);

    private static string Write(byte[] salt, byte[] digest) => $"{Convert.ToHexString(salt)}:{Convert.ToHexString(digest)}";
}
