using System.Globalization;
using OrleansMarket.Feeds.Replay;
using Spectre.Console;

namespace OrleansMarket.Standalone.Commands;

/// <summary>Shows how far a replay got: a bar that draws over itself on a terminal, else a plain line now and then.</summary>
internal static class ReplayProgressView
{
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DrawEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs work that reports progress.</summary>
    public static async Task<T> ShowAsync<T>(CommandOutput output, Func<Action<ReplayProgress>, Task<T>> work)
    {
        if (!output.IsTerminal)
        {
            var lineAt = LineEvery;
            return await work(progress =>
            {
                if (progress.Elapsed >= lineAt)
                {
                    lineAt = progress.Elapsed + LineEvery;
                    output.People.WriteLine(Describe(in progress));
                }
            }).ConfigureAwait(false);
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output.People) });
        return await console.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(async context =>
            {
                var task = context.AddTask("starting", maxValue: 1);
                var drawAt = TimeSpan.Zero;
                return await work(progress =>
                {
                    if (progress.Elapsed >= drawAt)
                    {
                        drawAt = progress.Elapsed + DrawEvery;
                        task.Value = progress.TotalBytes > 0 ? (double)progress.BytesRead / progress.TotalBytes : 1;
                        task.Description = Markup.Escape(Speed(in progress));
                    }
                }).ConfigureAwait(false);
            }).ConfigureAwait(false);
    }

    private static string Describe(in ReplayProgress progress) => string.Create(CultureInfo.InvariantCulture,
        $"{(progress.TotalBytes > 0 ? 100.0 * progress.BytesRead / progress.TotalBytes : 100):F0} % · {Speed(in progress)}");

    private static string Speed(in ReplayProgress progress) => string.Create(CultureInfo.InvariantCulture,
        $"{progress.Trades:N0} trades · {(progress.Elapsed > TimeSpan.Zero ? progress.Trades / progress.Elapsed.TotalSeconds : 0):N0}/s");
}
