using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance.Frames;

namespace OrleansMarket.Feeds.DeadLetters;

/// <summary>Shows dead letters, and sends them through parser, validation and engine again.</summary>
public sealed class DeadLetterDesk(IEngines engines, IDeadLetterStore store, TimeProvider clock) : IDeadLetterDesk
{
    /// <summary>The most letters replayed at once.</summary>
    public const int MostAtOnce = 1_000;

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeadLetter>> ReadAsync(DeadLetterReason? reason, long? beforeId, int limit, CancellationToken cancellationToken) =>
        store.ReadAsync(reason, beforeId, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<DeadLetter?> FindAsync(long id, CancellationToken cancellationToken) => store.FindAsync(id, cancellationToken);

    /// <inheritdoc/>
    public Task<int> PurgeAsync(DeadLetterReason? reason, CancellationToken cancellationToken) => store.PurgeAsync(reason, cancellationToken);

    /// <inheritdoc/>
    public async Task<DeadLetterReplay> ReplayAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ids.Count, MostAtOnce, nameof(ids));
        var parser = new BinanceFrameParser(new SymbolTable(engines.Symbols));
        var refused = new Dictionary<long, string>();
        var taken = new List<long>();
        var (accepted, duplicates) = (0, 0);
        foreach (var id in ids.Distinct())
        {
            if (await store.FindAsync(id, cancellationToken) is not { } letter)
            {
                refused[id] = "there is no such letter";
                continue;
            }

            var (result, error) = await ApplyAsync(parser, letter, cancellationToken);
            switch (result)
            {
                case ApplyResult.Accepted:
                    accepted++;
                    taken.Add(id);
                    break;
                case ApplyResult.Duplicate:
                    duplicates++;
                    taken.Add(id);
                    break;
                default:
                    refused[id] = error;
                    await store.MarkAttemptAsync(id, error, cancellationToken);
                    break;
            }
        }

        // Letters leave the store only once what they brought is durable.
        if (taken.Count > 0 && await engines.CommitAsync(cancellationToken))
        {
            await store.RemoveAsync(taken, cancellationToken);
        }

        return new DeadLetterReplay(accepted, duplicates, refused);
    }

    private async Task<(ApplyResult? Result, string Error)> ApplyAsync(BinanceFrameParser parser, DeadLetter letter, CancellationToken cancellationToken)
    {
        var received = Micros.From(clock.GetUtcNow());
        var verdict = parser.Parse(letter.Payload.Span, received, out var frame);
        if (verdict != FrameVerdict.Trade)
        {
            return (null, verdict == FrameVerdict.Rejected ? frame.Explain(letter.Payload.Span) : "expected a trade frame, found another message");
        }

        var print = frame.Received;
        var result = await engines.ApplyAsync(frame.Spec!.Symbol, print, cancellationToken);
        return (result, result.ToString());
    }
}
