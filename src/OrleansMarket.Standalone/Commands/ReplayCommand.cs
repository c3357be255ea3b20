using System.CommandLine;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Feeds.Replay;
using OrleansMarket.Web.Commands;

namespace OrleansMarket.Standalone.Commands;

/// <summary><c>replay</c>: runs recordings through the engines and puts out candles and a summary.</summary>
internal static class ReplayCommand
{
    public static Command Create(TimeProvider clock)
    {
        var files = TapeOptions.Files();
        var speed = new Option<string>("--speed") { Description = "How fast: max, or a multiple of the recording's own pace such as 1x or 10x", HelpName = "max|1x|10x", DefaultValueFactory = _ => "max" };
        speed.Validators.Add(result =>
        {
            var text = result.GetValueOrDefault<string>();
            if (!ReplaySpeed.TryParse(text, out _))
            {
                result.AddError($"--speed: expected max, or a factor such as 1x or 10x, found '{text}'");
            }
        });
        var candles = new Option<string>("--candles") { Description = "The candles to build: any of 1s, 1m, 5m, 15m, 1h, 4h, 1d", HelpName = "1m,5m", DefaultValueFactory = _ => "1m" };
        var output = new Option<string?>("--output", "-o") { Description = "Where candles go: - for standard output, or a file whose name may hold {symbol} and {interval}", HelpName = "FILE|-" };
        output.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } path && Directory.Exists(path))
            {
                result.AddError($"--output: expected a file, found the folder '{path}'; add a file name");
            }
        });
        var format = new Option<string>("--format") { Description = "csv (the exchange's 12 kline columns) or json", DefaultValueFactory = _ => "csv" };
        format.OneOf("csv", "json");
        var partial = new Option<bool>("--partial") { Description = "Also put out candles that lack trades: at the edges of the recording, and beside gaps" };
        var candlesOnly = new Option<bool>("--candles-only") { Description = "Build candles and nothing else: no analytics, whales or alerts; much faster" };
        var rules = RuleOptions.Rules("The alert rules to evaluate; by default the shipped ones");
        var symbol = TapeOptions.Symbol();
        var maxDeadLetters = TapeOptions.MaxDeadLetters();
        var command = new Command("replay", "Run recorded trades through the engine: candles, whales, alerts, and what is wrong with the recording.")
        {
            files, speed, candles, output, format, partial, candlesOnly, rules, symbol, maxDeadLetters,
        }.WithExamples(
            "replay btcusdt_20240808.gz --candles 5m --output -",
            "replay BTCUSDT-trades-2024-08-*.zip --candles 1m,1h --output 'candles/{symbol}-{interval}.csv'",
            "replay BTCUSDT-aggTrades-2024-08-08.zip --candles 1s --candles-only --format json --output candles.json",
            "replay capture.gz --speed 10x --rules rules.json");
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Request(
                parsed.GetRequiredValue(files), TapeOptions.ParseSymbol(parsed.GetValue(symbol)), ParseSpeed(parsed.GetRequiredValue(speed)),
                parsed.GetValue(output), parsed.GetRequiredValue(format) == "json", parsed.GetValue(partial), parsed.GetValue(maxDeadLetters),
                new ReplayOptions
                {
                    Candles = TapeOptions.ParseIntervals("--candles", parsed.GetRequiredValue(candles)),
                    CandlesOnly = parsed.GetValue(candlesOnly),
                    Rules = parsed.GetValue(rules) is { } file ? RuleOptions.Read(file) : DefaultAlertRules.All,
                }),
            CommandOutput.Of(parsed), clock, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Request request, CommandOutput output, TimeProvider clock, CancellationToken cancellationToken)
    {
        var tapes = TapeFile.OpenAll(request.Files, request.Symbol);
        var run = new ReplayRun(request.Options);
        var summary = await ReplayProgressView.ShowAsync(output, progress =>
            ReplaySession.PlayAsync(tapes, TapeSymbols.Any(), run, request.Speed, progress, clock, cancellationToken)).ConfigureAwait(false);
        if (request.Output is not null)
        {
            CandleOutput.Write(output, request.Output, request.Json, request.Partial, run.Series);
        }

        ReplaySummaryView.Write(output.People, summary, run, request.Partial, request.Options.CandlesOnly);
        TapeOptions.RequireTrades(summary, request.Symbol, request.MaxDeadLetterPercent);
        return ExitCode.Ok;
    }

    private static ReplaySpeed ParseSpeed(string text) => ReplaySpeed.TryParse(text, out var speed) ? speed : ReplaySpeed.Max;

    private sealed record Request(
        IReadOnlyList<string> Files, Domain.Trades.Symbol? Symbol, ReplaySpeed Speed, string? Output, bool Json, bool Partial, double MaxDeadLetterPercent,
        ReplayOptions Options);
}
