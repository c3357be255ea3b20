using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance.Frames;
using OrleansMarket.Feeds.Replay;

namespace OrleansMarket.Feeds.Sources;

/// <summary>A recording as a source, at a multiple of its own pace.</summary>
internal static class ReplaySource
{
    /// <exception cref="TapeException">The recording cannot be read.</exception>
    /// <exception cref="MarketStartException">The speed cannot be read.</exception>
    public static async Task<MarketParts> OpenAsync(string path, string speed, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!ReplaySpeed.TryParse(speed, out var pace))
        {
            throw new MarketStartException($"--speed: expected max, or a factor such as 1x or 10x, found '{speed}'");
        }

        var files = TapeFile.OpenAll([path], symbol: null);
        var found = new SymbolCollector();
        await new ReplayFeed(files, ReplaySpeed.Max, TapeSymbols.Any(), clock).RunAsync(found, cancellationToken);
        return new MarketParts(
            followed => new ReplayFeed(files, pace, new SymbolTable(followed), clock), [.. found.Symbols], null, null, null,
            found.Symbols.ToDictionary(symbol => symbol, TapeSymbols.SpecOf), new FeedSource(FeedKind.Replay, Path.GetFileName(path)));
    }

    /// <summary>Reads a recording once for the symbols in it.</summary>
    private sealed class SymbolCollector : ITradeReceiver
    {
        public SortedSet<Symbol> Symbols { get; } = new(Comparer<Symbol>.Create((left, right) => string.CompareOrdinal(left.Value, right.Value)));

        public ValueTask ReceiveAsync(Symbol symbol, ReadOnlyMemory<ReceivedPrint> prints, CancellationToken cancellationToken)
        {
            Symbols.Add(symbol);
            return ValueTask.CompletedTask;
        }

        public ValueTask RejectAsync(DeadLetter letter, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask OnInterruptedAsync(IReadOnlyList<Symbol> symbols, string reason, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
