using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance.Frames;

namespace OrleansMarket.Standalone.Serving;

/// <summary>Shows dead letters, and sends them through parser, validation and engine again.</summary>
internal sealed class DeadLetterDesk(MarketRuntime runtime, IDeadLetterStore store, ITradeLog log, TimeProvider clock) : IDeadLetterDesk
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
        var parser = new BinanceFrameParser(new SymbolTable(runtime.Router.Symbols));
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
        if (taken.Count > 0 && await runtime.Commits.CommitAsync(everything: true, cancellationToken))
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
        var lane = runtime.Router.Find(frame.Spec!.Symbol)!;
        var result = await lane.AskAsync(session => session.Apply(in print), cancellationToken);
        if (result == ApplyResult.Accepted)
        {
            await log.AppendAsync(lane.Spec, new[] { print }, cancellationToken);
        }

        return (result, result.ToString());
    }
}
