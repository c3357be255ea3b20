using System.Globalization;
using Microsoft.Extensions.Logging;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Feeds.Binance.Rest;

/// <summary>Remembers, over restarts, until when the exchange wants no requests from us and which hosts refuse our location.</summary>
/// <remarks>Without it a crash loop under a ban would ask again at every start, and the ban grows from minutes to days.</remarks>
public sealed partial class AccessMemory : IDisposable
{
    /// <summary>The longest ban believed. Source: Binance Spot API, "LIMITS": bans scale from 2 minutes to 3 days.</summary>
    public static readonly TimeSpan LongestBan = TimeSpan.FromDays(3);

    /// <summary>How long a host that refused our location is left alone.</summary>
    public static readonly TimeSpan RestrictionLasts = TimeSpan.FromHours(24);

    private const string BlockedUntilName = "binance.blocked-until";
    private const string RestrictedPrefix = "binance.restricted.";

    private readonly ISettingsStore? _store;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _restoring = new(1, 1);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _restricted = new(StringComparer.Ordinal);
    private DateTimeOffset _blockedUntil;
    private string _reason = "";
    private readonly HashSet<string> _restored = new(StringComparer.Ordinal);
    private volatile bool _isBlockRestored;

    /// <summary>Builds a memory.</summary>
    /// <param name="store">Where it is kept; <see langword="null"/> to forget at the end of the process.</param>
    /// <param name="clock">The time.</param>
    /// <param name="logger">Hears of blocks and restrictions.</param>
    public AccessMemory(ISettingsStore? store, TimeProvider clock, ILogger<AccessMemory> logger)
    {
        _store = store;
        _clock = clock ?? throw new ArgumentNullException(nameof(clock));
        _logger = logger ?? throw new ArgumentNullException(nameof(logger));
        _isBlockRestored = store is null;
    }

    /// <summary>Gets for how long no request may be sent to any host, and why; zero when requests are welcome.</summary>
    public (TimeSpan Remaining, string Reason) Block
    {
        get
        {
            lock (_gate)
            {
                var remaining = _blockedUntil - _clock.GetUtcNow();
                return remaining > TimeSpan.Zero ? (remaining, _reason) : (TimeSpan.Zero, "");
            }
        }
    }

    /// <summary>Gets until when no request may be sent to any host; in the past when requests are welcome.</summary>
    public DateTimeOffset BlockedUntil
    {
        get
        {
            lock (_gate)
            {
                return _blockedUntil;
            }
        }
    }

    /// <summary>Reads what an earlier process remembered; does nothing when called again for the same hosts. Requests and streams have hosts of their own.</summary>
    /// <param name="hosts">The hosts in use.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RestoreAsync(IEnumerable<string> hosts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        if (_isBlockRestored && Unrestored(hosts).Length == 0)
        {
            return;
        }

        await _restoring.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_isBlockRestored)
            {
                if (ParseInstant(await _store!.GetAsync(BlockedUntilName, cancellationToken).ConfigureAwait(false)) is { } until)
                {
                    lock (_gate)
                    {
                        _blockedUntil = Earlier(until, _clock.GetUtcNow() + LongestBan);
                        _reason = "told to stay away before the restart";
                    }
                }

                _isBlockRestored = true;
            }

            foreach (var host in Unrestored(hosts))
            {
                var restricted = ParseInstant(await _store!.GetAsync(RestrictedPrefix + host, cancellationToken).ConfigureAwait(false));
                lock (_gate)
                {
                    _restored.Add(host);
                    if (restricted is { } until)
                    {
                        _restricted[host] = Earlier(until, _clock.GetUtcNow() + RestrictionLasts);
                    }
                }
            }
        }
        finally
        {
            _restoring.Release();
        }
    }

    /// <summary>Tells whether a host has refused our location lately.</summary>
    public bool IsRestricted(string host)
    {
        lock (_gate)
        {
            return _restricted.TryGetValue(host, out var until) && until > _clock.GetUtcNow();
        }
    }

    /// <summary>Stops every request for a while; a longer block already in force stays.</summary>
    public async Task BlockAsync(TimeSpan duration, string reason, CancellationToken cancellationToken)
    {
        var until = _clock.GetUtcNow() + (duration > LongestBan ? LongestBan : duration);
        lock (_gate)
        {
            if (until <= _blockedUntil)
            {
                return;
            }

            (_blockedUntil, _reason) = (until, reason);
        }

        LogBlocked(_logger, until, reason);
        await KeepAsync(BlockedUntilName, until, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Leaves a host alone because it refused our location.</summary>
    public async Task RestrictAsync(string host, CancellationToken cancellationToken)
    {
        var until = _clock.GetUtcNow() + RestrictionLasts;
        lock (_gate)
        {
            _restricted[host] = until;
        }

        LogRestricted(_logger, host, until);
        await KeepAsync(RestrictedPrefix + host, until, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _restoring.Dispose();

    private static DateTimeOffset? ParseInstant(string? text) =>
        DateTimeOffset.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;

    private string[] Unrestored(IEnumerable<string> hosts)
    {
        if (_store is null)
        {
            return [];
        }

        lock (_gate)
        {
            return [.. hosts.Where(host => !_restored.Contains(host))];
        }
    }

    private async Task KeepAsync(string name, DateTimeOffset until, CancellationToken cancellationToken)
    {
        if (_store is null)
        {
            return;
        }

        try
        {
            await _store.SetAsync(name, until.ToString("O", CultureInfo.InvariantCulture), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!exception.IsStop(cancellationToken))
        {
            // The block itself holds; only a restart would forget it.
            LogNotKept(_logger, exception, name);
        }
    }
}
