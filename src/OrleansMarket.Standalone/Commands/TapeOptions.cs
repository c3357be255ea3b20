using System.CommandLine;
using System.Globalization;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Feeds.Replay;
using OrleansMarket.Web.Commands;
using Symbol = OrleansMarket.Domain.Trades.Symbol;

namespace OrleansMarket.Standalone.Commands;

/// <summary>Arguments and options that several commands on recordings share.</summary>
internal static class TapeOptions
{
    /// <summary>The recordings.</summary>
    public static Argument<string[]> Files()
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Captures of raw frames, or Binance dumps (trades, aggTrades): .csv, .zip, .gz or plain; a .CHECKSUM beside a file is verified",
            Arity = ArgumentArity.OneOrMore,
        };
        files.Validators.Add(result =>
        {
            // Whatever is no option counts as a file; a mistyped option is told as what it is.
            if (result.Tokens.FirstOrDefault(word => word.Value.StartsWith("--", StringComparison.Ordinal) && !File.Exists(word.Value)) is { } unknown)
            {
                result.AddError($"unknown option '{unknown.Value}'");
            }
        });
        return files;
    }

    /// <summary>The pair, where file names do not tell.</summary>
    public static Option<string?> Symbol()
    {
        var option = new Option<string?>("--symbol") { Description = "The pair, where the file's name does not tell; of a capture, the only pair wanted", HelpName = "BTCUSDT" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && !Domain.Trades.Symbol.IsPlausible(text))
            {
                result.AddError($"--symbol: expected a pair such as BTCUSDT, found '{text}'");
            }
        });
        return option;
    }

    /// <summary>How much may be refused.</summary>
    public static Option<double> MaxDeadLetters() => new("--max-dead-letters")
    {
        Description = $"Exit with {ExitCode.TooManyDeadLetters} when more than this share of the rows was refused, percent",
        HelpName = "PERCENT",
        DefaultValueFactory = _ => 1,
        CustomParser = result =>
        {
            if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var percent) && percent is >= 0 and <= 100)
            {
                return percent;
            }

            result.AddError($"--max-dead-letters: expected 0 to 100 percent, found '{result.Tokens[0].Value}'");
            return 0;
        },
    };

    /// <summary>Reads a list of intervals.</summary>
    /// <exception cref="CommandException">One of them is not built.</exception>
    public static IReadOnlyList<CandleInterval> ParseIntervals(string option, string text)
    {
        var intervals = new List<CandleInterval>();
        foreach (var name in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!CandleInterval.TryParse(name, out var interval))
            {
                throw new CommandException(
                    $"{option}: expected one or more of {string.Join(", ", CandleInterval.All.Select(each => each.Name))}, found '{name}'");
            }

            intervals.Add(interval);
        }

        return [.. intervals.Distinct()];
    }

    /// <summary>Reads a symbol that was validated already.</summary>
    public static Symbol? ParseSymbol(string? text) => text is null ? null : new Symbol(text);

    /// <summary>Judges what was refused.</summary>
    /// <exception cref="CommandException">There is nothing to show, or too much was refused.</exception>
    public static void RequireTrades(ReplaySummary summary, Symbol? only, double maxDeadLetterPercent)
    {
        if (summary.Trades == 0 && summary.Duplicates == 0)
        {
            throw new CommandException(string.Create(CultureInfo.InvariantCulture,
                $"no trades{(only is { } symbol ? $" of {symbol}" : "")} found ({summary.OtherFrames:N0} other frames, {summary.DeadLetterCount:N0} refused); give recordings of trades{(only is null ? "" : " of that pair, or leave --symbol out")}"));
        }

        if (summary.DeadLetterPercent > maxDeadLetterPercent)
        {
            throw new CommandException(string.Create(CultureInfo.InvariantCulture,
                $"{summary.DeadLetterPercent:0.##} % of the rows were refused, more than {maxDeadLetterPercent:0.##} %; look at them, or raise --max-dead-letters"),
                ExitCode.TooManyDeadLetters);
        }
    }
}
