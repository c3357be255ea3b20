using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace OrleansMarket.Web.Security;

/// <summary>
/// The page's sessions: end and random id, signed with a key derived from the API key, so that every server of a cluster accepts them and
/// none has to remember them. Only sessions ended early are remembered, by the server that was told.
/// </summary>
internal sealed class Sessions(ApiKey key, IOptions<MarketWebOptions> options, TimeProvider clock)
{
    private const int EndBytes = 8;
    private const int IdBytes = 16;
    private const int SignatureBytes = 32;
    private const int MaxEnded = 10_000;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _ended = new(StringComparer.Ordinal);

    /// <summary>Begins a session.</summary>
    public (string Token, DateTimeOffset End) Begin()
    {
        var end = DateTimeOffset.FromUnixTimeSeconds((clock.GetUtcNow() + options.Value.SessionLifetime).ToUnixTimeSeconds());
        Span<byte> token = stackalloc byte[EndBytes + IdBytes + SignatureBytes];
        BinaryPrimitives.WriteInt64BigEndian(token, end.ToUnixTimeSeconds());
        RandomNumberGenerator.Fill(token.Slice(EndBytes, IdBytes));
        key.Sign(token[..(EndBytes + IdBytes)]).CopyTo(token[(EndBytes + IdBytes)..]);
        return (Base64Url.EncodeToString(token), end);
    }

    /// <summary>Tells when a session ends; <see langword="null"/> when it is not ours, or is over.</summary>
    public DateTimeOffset? Check(string? token)
    {
        Span<byte> bytes = stackalloc byte[EndBytes + IdBytes + SignatureBytes];
        if (token is null || token.Length != Base64Url.GetEncodedLength(bytes.Length)
            || !Base64Url.TryDecodeFromChars(token, bytes, out var written) || written != bytes.Length
            || !CryptographicOperations.FixedTimeEquals(key.Sign(bytes[..(EndBytes + IdBytes)]), bytes[(EndBytes + IdBytes)..]))
        {
            return null;
        }

        var end = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(bytes));
        return end > clock.GetUtcNow() && !_ended.ContainsKey(token) ? end : null;
    }

    /// <summary>Ends a session before its time.</summary>
    public void End(string? token)
    {
        if (Check(token) is not { } end)
        {
            return;
        }

        var now = clock.GetUtcNow();
        if (_ended.Count >= MaxEnded)
        {
            foreach (var (old, oldEnd) in _ended)
            {
                if (oldEnd <= now)
                {
                    _ended.TryRemove(old, out _);
                }
            }
        }

        if (_ended.Count < MaxEnded)
        {
            _ended[token!] = end;
        }
    }
}
