using System.Globalization;
using System.Security.Cryptography;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.Alerts;

/// <summary>Manages rules, silences and the alert log over a store and the running engines. Safe for several callers.</summary>
/// <param name="store">Keeps what is decided here; written before the engines hear of it.</param>
/// <param name="engines">Evaluate the rules.</param>
/// <param name="previewer">Runs a rule over history, or <see langword="null"/> where no history is kept.</param>
/// <param name="clock">Our clock.</param>
public sealed class AlertDesk(IAlertStore store, IEngines engines, TimeProvider clock, IRulePreviewer? previewer = null) : IAlertDesk, IDisposable
{
    /// <summary>The most silences that may be running or to come.</summary>
    public const int MaxSilences = 1_000;

    private readonly SemaphoreSlim _gate = new(1);

    /// <inheritdoc/>
    public Task<AlertPage> GetAlertsAsync(AlertQuery query, CancellationToken cancellationToken) => store.ReadAlertsAsync(query, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AlertRule>> GetRulesAsync(CancellationToken cancellationToken) =>
        await store.ReadRulesAsync(cancellationToken).ConfigureAwait(false)
        ?? [.. DefaultAlertRules.All.OrderBy(rule => rule.Id, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public async Task<RuleChange> PutRuleAsync(AlertRule rule, CancellationToken cancellationToken)
    {
        if (AlertRuleValidator.Validate(rule with { Version = 1 }) is { Count: > 0 } problems)
        {
            return new(null, problems);
        }

        using var turn = await EnterAsync(cancellationToken).ConfigureAwait(false);
        var rules = await GetRulesAsync(cancellationToken).ConfigureAwait(false);
        var known = rules.FirstOrDefault(known => known.Id == rule.Id);
        if (known is not null && AlertJson.Write(known) == AlertJson.Write(rule with { Version = known.Version }))
        {
            return new(known, new Dictionary<string, string[]>());
        }

        if (known is null && rules.Count >= AlertRuleFile.MaxRules)
        {
            return new(null, new Dictionary<string, string[]>
            {
                ["id"] = [string.Create(CultureInfo.InvariantCulture, $"expected at most {AlertRuleFile.MaxRules} rules, found as many already; remove one first")],
            });
        }

        await StoreShippedRulesAsync(cancellationToken).ConfigureAwait(false);
        rule = rule with { Version = await store.ReadLastVersionAsync(rule.Id, cancellationToken).ConfigureAwait(false) + 1 };
        await store.PutRulesAsync([rule], cancellationToken).ConfigureAwait(false);
        await TellEnginesAsync(cancellationToken).ConfigureAwait(false);
        return new(rule, new Dictionary<string, string[]>());
    }

    /// <inheritdoc/>
    public async Task<bool> RemoveRuleAsync(string id, CancellationToken cancellationToken)
    {
        using var turn = await EnterAsync(cancellationToken).ConfigureAwait(false);
        await StoreShippedRulesAsync(cancellationToken).ConfigureAwait(false);
        if (await store.RemoveRuleAsync(id, cancellationToken).ConfigureAwait(false) is null)
        {
            return false;
        }

        await TellEnginesAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public Task<RulePreview> PreviewAsync(AlertRule rule, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        previewer is not null
            ? previewer.PreviewAsync(rule, from, to, cancellationToken)
            : Task.FromResult(new RulePreview(0, TimeSpan.Zero, 0, null, 0, [], TimeSpan.Zero, "this host keeps no history to look at"));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AlertSilence>> GetSilencesAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return [.. (await store.ReadSilencesAsync(cancellationToken).ConfigureAwait(false)).Where(silence => silence.Until > now)];
    }

    /// <inheritdoc/>
    public async Task<SilenceChange> AddSilenceAsync(AlertSilence silence, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (SilenceValidator.Validate(silence, now) is { Count: > 0 } problems)
        {
            return new(null, problems);
        }

        using var turn = await EnterAsync(cancellationToken).ConfigureAwait(false);
        var left = 0;
        foreach (var known in await store.ReadSilencesAsync(cancellationToken).ConfigureAwait(false))
        {
            if (known.Until <= now)
            {
                await store.RemoveSilenceAsync(known.Id, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                left++;
            }
        }

        if (left >= MaxSilences)
        {
            return new(null, new Dictionary<string, string[]>
            {
                ["from"] = [string.Create(CultureInfo.InvariantCulture, $"expected at most {MaxSilences} silences, found as many already; end one first")],
            });
        }

        silence = silence with { Id = RandomNumberGenerator.GetHexString(12, lowercase: true) };
        await store.PutSilenceAsync(silence, cancellationToken).ConfigureAwait(false);
        return new(silence, new Dictionary<string, string[]>());
    }

    /// <inheritdoc/>
    public Task<bool> RemoveSilenceAsync(string id, CancellationToken cancellationToken) => store.RemoveSilenceAsync(id, cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> ResolveAsync(string key, CancellationToken cancellationToken)
    {
        if (!AlertKey.TryParse(key, out var alert))
        {
            return false;
        }

        if (engines.Symbols.Any(spec => spec.Symbol == alert.Symbol)
            && await engines.ResolveAlertAsync(alert, cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        // The log may hold an alert that no engine knows any more: of a symbol no longer followed, or from before a cold start.
        var records = await store.ReadAlertAsync(alert, cancellationToken).ConfigureAwait(false);
        if (records.Count == 0 || AlertViews.From(records).State is not (AlertState.Firing or AlertState.Pending))
        {
            return false;
        }

        var now = clock.GetUtcNow();
        var resolved = records[^1].Transition with
        {
            State = AlertState.Resolved,
            TimeMicros = Micros.From(now),
            SuppressedBecause = null,
            Note = "resolved by hand; no engine watched it any more",
        };
        await store.AppendAsync([resolved], now, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async Task StoreShippedRulesAsync(CancellationToken cancellationToken)
    {
        // From the first change on the stored rules are all there are, so the shipped ones become stored ones.
        if (await store.ReadRulesAsync(cancellationToken).ConfigureAwait(false) is null)
        {
            await store.PutRulesAsync(DefaultAlertRules.All, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task TellEnginesAsync(CancellationToken cancellationToken) =>
        await engines.SetRulesAsync(await GetRulesAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    private async Task<Turn> EnterAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new(_gate);
    }

    private readonly struct Turn(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
