using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace OrleansMarket.Web.Security;

/// <summary>The API key in force: the setting <c>API_KEY</c>, else the file <c>API_KEY_FILE</c>, else a file made in the data folder.</summary>
public sealed class ApiKey
{
    private readonly byte[] _digest;
    private readonly byte[] _sessionKey;

    /// <summary>Finds or makes the key.</summary>
    /// <exception cref="InvalidDataException">The file named by the options holds no usable key.</exception>
    public ApiKey(IOptions<MarketWebOptions> options)
    {
        var settings = options.Value;
        string key;
        if (!string.IsNullOrEmpty(settings.ApiKey))
        {
            (key, Origin) = (settings.ApiKey, "the setting API_KEY");
        }
        else if (!string.IsNullOrEmpty(settings.ApiKeyFile))
        {
            (key, Origin) = (ApiKeyFile.Read(settings.ApiKeyFile), $"the file {Path.GetFullPath(settings.ApiKeyFile)}");
        }
        else
        {
            var path = Path.GetFullPath(Path.Combine(settings.DataDirectory, ApiKeyFile.FileName));
            (key, Created) = ApiKeyFile.ReadOrCreate(path);
            Origin = $"the file {path}";
        }

        _digest = SHA256.HashData(Encoding.UTF8.GetBytes(key));
        _sessionKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(key), 32, info: "orleans-market session v1"u8.ToArray());
    }

    /// <summary>Gets where the key is to be found, for the terminal; never the key.</summary>
    public string Origin { get; }

    /// <summary>Gets whether the key was made just now.</summary>
    public bool Created { get; }

    /// <summary>Compares in a time that tells nothing about the key, not even its length.</summary>
    public bool Matches(string candidate) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(candidate)), _digest);

    /// <summary>Signs a session; another key makes other signatures, so a new key ends all sessions.</summary>
    internal byte[] Sign(ReadOnlySpan<byte> content) => HMACSHA256.HashData(_sessionKey, content);
}
