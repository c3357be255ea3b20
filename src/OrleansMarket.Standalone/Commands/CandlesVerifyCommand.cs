using System.CommandLine;
using System.Globalization;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Replay;
using OrleansMarket.Web.Commands;
using Symbol = OrleansMarket.Domain.Trades.Symbol;

namespace OrleansMarket.Standalone.Commands;

/// <summary><c>candles verify</c>: rebuilds candles from trades and compares them with the exchange's own, field by field.</summary>
internal static class CandlesVerifyCommand
{
    private const int MostDifferencesShown = 200;

    public static Command Create(TimeProvider clock)
    {
        var trades = new Argument<string>("TRADES") { Description = "A trades or aggTrades dump, or a capture of raw frames" };
        var klines = new Argument<string>("KLINES") { Description = "A klines dump of the same pair" };
        var interval = new Option<string?>("--interval") { Description = "The interval that the klines must have; by default that of the klines file", HelpName = "1m" };
        var symbol = TapeOptions.Symbol();
        var command = new Command("verify", $"Rebuild candles from trades and compare every field with the exchange's own; exit code {ExitCode.Mismatch} on a mismatch.")
        {
            trades, klines, interval, symbol,
        }.WithExamples(
            "candles verify BTCUSDT-trades-2024-08-08.zip BTCUSDT-1m-2024-08-08.zip",
            "candles verify btcusdt_20240808.gz BTCUSDT-5m-2024-08-08.csv --interval 5m");
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(trades), parsed.GetRequiredValue(klines), parsed.GetValue(interval), TapeOptions.ParseSymbol(parsed.GetValue(symbol)),
            CommandOutput.Of(parsed), clock, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        string tradesPath, string klinesPath, string? interval, Symbol? symbol, CommandOutput output, TimeProvider clock, CancellationToken cancellationToken)
    {
        var reference = TapeFile.Open(klinesPath, symbol);
        var wanted = reference.Symbol is { } pair
            ? pair
            : throw new TapeException(klinesPath, null, "expected a klines dump, found frames", "give the trades first and the klines second");
        var trades = TapeFile.Open(tradesPath, symbol, otherwise: wanted);
        if (trades.Symbol is { } traded && traded != wanted)
        {
            throw new CommandException($"{tradesPath} holds {traded}, {klinesPath} holds {wanted}; give files of one pair");
        }

        var spec = TapeSymbols.SpecOf(wanted);
        var klines = KlineFile.Read(reference, spec, cancellationToken);
        var length = reference.Interval!.Value;
        if (interval is not null && TapeOptions.ParseIntervals("--interval", interval)[0] != length)
        {
            throw new CommandException($"--interval: {klinesPath} holds klines of {length}, not {interval}; give the right file");
        }

        var run = new ReplayRun(new ReplayOptions { Candles = [length], CandlesOnly = true });
        var summary = await ReplayProgressView.ShowAsync(output, progress =>
            ReplaySession.PlayAsync([trades], TapeSymbols.Any(), run, ReplaySpeed.Max, progress, clock, cancellationToken)).ConfigureAwait(false);
        if (run.Series is not [var series])
        {
            throw new CommandException($"{tradesPath} holds no trades of {wanted}; give files of one pair");
        }

        var verdict = CandleVerification.Compare(series, klines, summary.TimesMicros.First, summary.TimesMicros.Last);
        if (verdict.Differences.Count > 0)
        {
            WriteDifferences(output.Results, verdict);
        }

        var differing = verdict.Differences.Select(difference => difference.OpenTimeMicros).Distinct().Count();
        output.People.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{wanted} {length}: {verdict.Equal:N0} equal in every field, {differing:N0} different, {verdict.Partial:N0} not covered whole by the trades, {verdict.Outside:N0} outside them"));
        if (verdict.QuoteApproximate > 0)
        {
            output.People.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"quote amounts of {verdict.QuoteApproximate:N0} candles were not compared: the exchange cuts each trade's amount, and aggregates do not tell where"));
        }

        if (summary.DeadLetterCount > 0 || summary.MissingIds > 0)
        {
            output.People.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"in {tradesPath} {summary.DeadLetterCount:N0} rows were refused and {summary.MissingIds:N0} trades are missing"));
        }

        return differing > 0 ? ExitCode.Mismatch
            : verdict.Equal > 0 ? ExitCode.Ok
            : throw new CommandException("nothing was compared: no kline lies whole inside the trades; give files of the same day");
    }

    private static void WriteDifferences(TextWriter writer, CandleVerdict verdict)
    {
        const string Layout = "{0,-20} {1,-16} {2,24} {3,24}";
        writer.WriteLine(string.Format(CultureInfo.InvariantCulture, Layout, "open time (UTC)", "field", "rebuilt", "exchange"));
        foreach (var difference in verdict.Differences.Take(MostDifferencesShown))
        {
            writer.WriteLine(string.Format(CultureInfo.InvariantCulture, Layout,
                Micros.ToInstant(difference.OpenTimeMicros).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                difference.Field, difference.Rebuilt, difference.Exchange));
        }

        if (verdict.Differences.Count > MostDifferencesShown)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"… and {verdict.Differences.Count - MostDifferencesShown:N0} more"));
        }
    }
}
