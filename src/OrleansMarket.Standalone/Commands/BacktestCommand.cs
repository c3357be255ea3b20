using System.CommandLine;
using System.Globalization;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Feeds.Replay;
using OrleansMarket.Web.Commands;
using Symbol = OrleansMarket.Domain.Trades.Symbol;

namespace OrleansMarket.Standalone.Commands;

/// <summary><c>backtest</c>: runs alert rules over recordings: how often each would have fired, its longest storm, a threshold for a wanted rate.</summary>
internal static class BacktestCommand
{
    private const double MostPerDay = 10_000;

    public static Command Create(TimeProvider clock)
    {
        var files = TapeOptions.Files();
        var rules = new Option<string>("--rules") { Description = "The alert rules", HelpName = "rules.json", Required = true };
        var target = new Option<double>("--target-per-day")
        {
            Description = "The rate that suggested thresholds aim at, firings a day over all symbols",
            HelpName = "N",
            DefaultValueFactory = _ => 10,
            CustomParser = result =>
            {
                if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) && rate is > 0 and <= MostPerDay)
                {
                    return rate;
                }

                result.AddError($"--target-per-day: expected more than 0 and at most {MostPerDay:N0}, found '{result.Tokens[0].Value}'");
                return 0;
            },
        };
        var format = new Option<string>("--format") { Description = "text or json", DefaultValueFactory = _ => "text" };
        format.OneOf("text", "json");
        var symbol = TapeOptions.Symbol();
        var maxDeadLetters = TapeOptions.MaxDeadLetters();
        var command = new Command("backtest", "Run alert rules over recorded trades: how often each would have fired, and which threshold gives the rate you want.")
        {
            files, rules, target, format, symbol, maxDeadLetters,
        }.WithExamples(
            "backtest BTCUSDT-trades-2024-08-*.zip --rules rules.json",
            "backtest capture.gz --rules rules.json --target-per-day 3 --format json");
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(files), TapeOptions.ParseSymbol(parsed.GetValue(symbol)), RuleOptions.Read(parsed.GetRequiredValue(rules)), parsed.GetValue(target),
            parsed.GetRequiredValue(format) == "json", parsed.GetValue(maxDeadLetters), CommandOutput.Of(parsed), clock, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        IReadOnlyList<string> files, Symbol? symbol, IReadOnlyList<AlertRule> rules, double targetPerDay, bool json, double maxDeadLetterPercent,
        CommandOutput output, TimeProvider clock, CancellationToken cancellationToken)
    {
        var tapes = TapeFile.OpenAll(files, symbol);
        var tests = rules.Select(rule => (Rule: rule, Test: rule.IsDataQuality ? null : new AlertBacktest(rule, targetPerDay))).ToList();
        var run = new ReplayRun(new ReplayOptions { Candles = [] }, (spec, frame) =>
        {
            foreach (var (_, test) in tests)
            {
                test?.Observe(spec, frame);
            }
        });
        var summary = await ReplayProgressView.ShowAsync(output, progress =>
            ReplaySession.PlayAsync(tapes, TapeSymbols.Any(), run, ReplaySpeed.Max, progress, clock, cancellationToken)).ConfigureAwait(false);
        var results = tests.Select(each => new RuleResult(each.Rule, each.Test?.Complete())).ToList();
        if (json)
        {
            output.Results.WriteLine(AlertJson.Write(results));
        }
        else
        {
            WriteTable(output.Results, results);
        }

        output.People.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{summary.Trades:N0} trades of {string.Join(", ", summary.Symbols)}, {summary.MissingIds:N0} missing, {summary.DeadLetterCount:N0} refused, {summary.TradesPerSecond:N0} trades/s"));
        TapeOptions.RequireTrades(summary, symbol, maxDeadLetterPercent);
        return ExitCode.Ok;
    }

    private static void WriteTable(TextWriter writer, List<RuleResult> results)
    {
        var width = Math.Max(4, results.Max(result => result.Rule.Id.Length));
        Row("rule", "firings", "a day", "longest storm", "threshold", "suggested", "");
        foreach (var (rule, preview) in results)
        {
            if (preview is null)
            {
                Row(rule.Id, "-", "-", "-", Number(rule.Enter), "-", "the quality of past data is not known");
                continue;
            }

            Row(rule.Id, preview.Firings.ToString("N0", CultureInfo.InvariantCulture), preview.PerDay.ToString("0.#", CultureInfo.InvariantCulture), Duration(preview.LongestStorm),
                Number(rule.Enter), preview.SuggestedEnter is { } suggested ? Number(suggested) : "-", preview.Note ?? "");
        }

        void Row(string id, string firings, string perDay, string storm, string threshold, string suggested, string note) => writer.WriteLine(
            $"{id.PadRight(width)}  {firings,8}  {perDay,9}  {storm,13}  {threshold,12}  {suggested,12}  {note}".TrimEnd());
    }

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Duration(TimeSpan duration) => duration.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalHours}h {duration.Minutes}m")
        : string.Create(CultureInfo.InvariantCulture, $"{duration.Minutes}m {duration.Seconds}s");

    private sealed record RuleResult(AlertRule Rule, RulePreview? Preview);
}
