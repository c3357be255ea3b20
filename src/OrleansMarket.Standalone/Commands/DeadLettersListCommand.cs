using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Web.Commands;
using OrleansMarket.Web.DeadLetters;
using OrleansMarket.Web.Json;

namespace OrleansMarket.Standalone.Commands;

/// <summary><c>dead-letters list</c>: the newest letters, and how many there are for each reason.</summary>
internal static class DeadLettersListCommand
{
    public static Command Create(TimeProvider clock)
    {
        var reason = DeadLetterOptions.Reason();
        var limit = StoreOptions.Limit(20, 10_000);
        var before = new Option<long?>("--before") { Description = "Only letters with a lower number: how to turn the page", HelpName = "ID" };
        var data = StoreOptions.Data();
        var source = StoreOptions.Source();
        var format = StoreOptions.Format();
        var command = new Command("list", "Print the newest letters.") { reason, limit, before, data, source, format }.WithExamples(
            "dead-letters list", "dead-letters list --reason malformed --limit 100 --format json");
        command.SetAction((parsed, cancellationToken) => RunAsync(
            StoreOptions.FindStore(parsed.GetRequiredValue(data), parsed.GetValue(source)), DeadLetterOptions.ParseReason(parsed.GetValue(reason)),
            parsed.GetValue(before), parsed.GetValue(limit), parsed.GetRequiredValue(format) == "json", CommandOutput.Of(parsed), clock, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        string folder, DeadLetterReason? reason, long? before, int limit, bool json, CommandOutput output, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var reader = new StoreReader(folder, clock);
        await using var database = reader.OpenDatabase();
        var store = DeadLetterOptions.StoreOf(database);
        foreach (var letter in await store.ReadAsync(reason, before, limit, cancellationToken).ConfigureAwait(false))
        {
            await output.Results.WriteLineAsync(json
                ? JsonSerializer.Serialize(DeadLetterView.From(letter), MarketJson.Options)
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{letter.Id,8}  {Micros.ToInstant(letter.ReceivedTimeMicros).UtcDateTime:yyyy-MM-dd HH:mm:ss}  {WireName.Of(letter.Reason),-14} {letter.Symbol ?? "-",-12} {letter.Attempts,2}  {letter.Error}")).ConfigureAwait(false);
        }

        var counts = await store.CountAsync(cancellationToken).ConfigureAwait(false);
        await output.People.WriteLineAsync(counts.Count == 0
            ? "no dead letters"
            : string.Create(CultureInfo.InvariantCulture, $"{counts.Values.Sum():N0} kept: {string.Join(", ", counts.OrderByDescending(pair => pair.Value).Select(pair => $"{WireName.Of(pair.Key)} {pair.Value:N0}"))}")).ConfigureAwait(false);
        return ExitCode.Ok;
    }
}
