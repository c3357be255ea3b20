using System.CommandLine;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Sinks.TradeLog;
using OrleansMarket.Web.Commands;
using Symbol = OrleansMarket.Domain.Trades.Symbol;

namespace OrleansMarket.Standalone.Commands;

/// <summary><c>trades tail</c>: prints raw trades as <c>serve</c> stores them, or all that are kept.</summary>
internal static class TradesTailCommand
{
    private const int Page = 20_000;

    public static Command Create(TimeProvider clock)
    {
        var symbol = new Option<string?>("--symbol") { Description = "Only this pair", HelpName = "BTCUSDT" };
        symbol.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && !Symbol.IsPlausible(text))
            {
                result.AddError($"--symbol: expected a pair such as BTCUSDT, found '{text}'");
            }
        });
        var fromBeginning = new Option<bool>("--from-beginning") { Description = "Begin with all trades that are kept (24 h by default), in the order of their times" };
        var noFollow = new Option<bool>("--no-follow") { Description = "End after the trades that are there; with --from-beginning" };
        var data = StoreOptions.Data();
        var source = StoreOptions.Source();
        var format = StoreOptions.Format();
        var command = new Command("tail", "Print raw trades as 'serve' stores them, until Ctrl-C.") { symbol, fromBeginning, noFollow, data, source, format }.WithExamples(
            "trades tail",
            "trades tail --symbol BTCUSDT --from-beginning --no-follow --format json",
            "trades tail --data /var/lib/orleans-market --source live");
        command.Validators.Add(result =>
        {
            if (result.GetValue(noFollow) && !result.GetValue(fromBeginning))
            {
                result.AddError("--no-follow: expected --from-beginning with it, or there is nothing to print");
            }
        });
        command.SetAction((parsed, cancellationToken) => RunAsync(
            StoreOptions.FindStore(parsed.GetRequiredValue(data), parsed.GetValue(source)), TapeOptions.ParseSymbol(parsed.GetValue(symbol)),
            parsed.GetValue(fromBeginning), !parsed.GetValue(noFollow), TradeLines.Of(parsed.GetRequiredValue(format)), CommandOutput.Of(parsed), clock, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        string folder, Symbol? only, bool fromBeginning, bool follow, Func<TradeView, string> line, CommandOutput output, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var store = new StoreReader(folder, clock);
        if (only is { } wanted)
        {
            await RequireKnownAsync(store, wanted, output, cancellationToken).ConfigureAwait(false);
        }

        await using var following = follow ? store.Follow().FollowAsync(cancellationToken).GetAsyncEnumerator(cancellationToken) : null;
        // The watch begins before the past is read, so that nothing falls between them.
        var next = following?.MoveNextAsync().AsTask();
        var printed = new Dictionary<Symbol, long>();
        var readAt = long.MinValue;
        if (fromBeginning)
        {
            await using var log = store.OpenTradeLog();
            await PrintKeptAsync(log, only, line, output.Results, printed, cancellationToken).ConfigureAwait(false);
            readAt = Micros.From(clock.GetUtcNow());
        }

        if (next is null)
        {
            return ExitCode.Ok;
        }

        await output.People.WriteLineAsync($"following the trades in {Path.GetFullPath(folder)}; Ctrl-C ends").ConfigureAwait(false);
        try
        {
            for (; await next.ConfigureAwait(false); next = following!.MoveNextAsync().AsTask())
            {
                var batch = following!.Current;
                if (only is not null && batch.Spec.Symbol != only)
                {
                    continue;
                }

                var lastPrinted = printed.GetValueOrDefault(batch.Spec.Symbol, -1);
                foreach (var received in batch.Prints.Where(received => received.ReceivedTimeMicros > readAt || received.Print.FirstId > lastPrinted))
                {
                    await output.Results.WriteLineAsync(line(TradeView.From(batch.Spec, received))).ConfigureAwait(false);
                }

                await output.Results.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how a watch ends.
        }

        return ExitCode.Ok;
    }

    /// <summary>A pair of which no trade is kept may have one yet, if it is followed; any other is a mistake.</summary>
    private static async Task RequireKnownAsync(StoreReader store, Symbol wanted, CommandOutput output, CancellationToken cancellationToken)
    {
        await using var log = store.OpenTradeLog();
        if (log.Symbols.Contains(wanted))
        {
            return;
        }

        var followed = await store.ReadFollowedAsync(cancellationToken).ConfigureAwait(false);
        if (!followed.Contains(wanted))
        {
            var known = log.Symbols.Union(followed).Select(symbol => symbol.Value).Order(StringComparer.Ordinal).ToList();
            throw new CommandException(
                $"--symbol: expected a pair that 'serve' follows ({(known.Count == 0 ? "none so far" : string.Join(", ", known))}), found '{wanted}'; add it to SYMBOLS, or correct it");
        }

        await output.People.WriteLineAsync($"no trade of {wanted} is kept").ConfigureAwait(false);
    }

    /// <summary>Prints what is kept of all pairs, merged by trade time.</summary>
    private static async Task PrintKeptAsync(
        FileTradeLog log, Symbol? only, Func<TradeView, string> line, TextWriter results, Dictionary<Symbol, long> printed, CancellationToken cancellationToken)
    {
        var queue = new PriorityQueue<KeptTrades, (long, string)>();
        foreach (var symbol in only is { } one ? [one] : log.Symbols)
        {
            var kept = new KeptTrades(SymbolSpec.Widest(symbol));
            if (await kept.AdvanceAsync(log, cancellationToken).ConfigureAwait(false))
            {
                queue.Enqueue(kept, (kept.Current.Print.TradeTimeMicros, symbol.Value));
            }
        }

        while (queue.TryDequeue(out var kept, out _))
        {
            await results.WriteLineAsync(line(TradeView.From(kept.Spec, kept.Current))).ConfigureAwait(false);
            printed[kept.Spec.Symbol] = kept.Current.Print.LastId;
            if (await kept.AdvanceAsync(log, cancellationToken).ConfigureAwait(false))
            {
                queue.Enqueue(kept, (kept.Current.Print.TradeTimeMicros, kept.Spec.Symbol.Value));
            }
        }

        await results.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The kept trades of one pair, page by page.</summary>
    private sealed class KeptTrades(SymbolSpec spec)
    {
        private IReadOnlyList<ReceivedPrint> _page = [];
        private int _index = -1;
        private long _nextId;

        public SymbolSpec Spec => spec;

        public ReceivedPrint Current => _page[_index];

        public async Task<bool> AdvanceAsync(FileTradeLog log, CancellationToken cancellationToken)
        {
            if (++_index >= _page.Count)
            {
                _page = await log.ReadByIdAsync(spec, new IdRange(_nextId, long.MaxValue), Page, cancellationToken).ConfigureAwait(false);
                _index = 0;
                if (_page.Count == 0)
                {
                    return false;
                }

                _nextId = _page[^1].Print.LastId + 1;
            }

            return true;
        }
    }
}
