using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.Web.Commands;
using OrleansMarket.Web.Json;

namespace OrleansMarket.Standalone.Commands;

/// <summary><c>alerts list</c>: the alert log, newest first.</summary>
internal static class AlertsListCommand
{
    private const int Page = 1_000;

    public static Command Create(TimeProvider clock)
    {
        var symbol = TapeOptions.Symbol();
        symbol.Description = "Only this pair";
        var state = new Option<string?>("--state") { Description = "Only alerts in this state", HelpName = "firing" };
        state.OneOf([.. WireName.All<AlertState>()]);
        var rule = new Option<string?>("--rule") { Description = "Only alerts of this rule", HelpName = "ID" };
        var limit = StoreOptions.Limit(20, 100_000);
        var data = StoreOptions.Data();
        var source = StoreOptions.Source();
        var format = StoreOptions.Format();
        var command = new Command("list", "Print the alert log, newest first.") { symbol, state, rule, limit, data, source, format }.WithExamples(
            "alerts list", "alerts list --state firing", "alerts list --symbol BTCUSDT --rule price-move --limit 100 --format json");
        command.SetAction((parsed, cancellationToken) => RunAsync(
            StoreOptions.FindStore(parsed.GetRequiredValue(data), parsed.GetValue(source)),
            new AlertQuery(
                TapeOptions.ParseSymbol(parsed.GetValue(symbol)), WireName.TryParse<AlertState>(parsed.GetValue(state), out var only) ? only : null,
                parsed.GetValue(rule), parsed.GetValue(limit), null),
            parsed.GetRequiredValue(format) == "json", CommandOutput.Of(parsed), clock, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        string folder, AlertQuery query, bool json, CommandOutput output, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var reader = new StoreReader(folder, clock);
        await using var database = reader.OpenDatabase();
        var store = new SqliteAlertStore(database);
        var left = query.Limit;
        string? before = null;
        do
        {
            var page = await store.ReadAlertsAsync(query with { Limit = Math.Min(left, Page), Before = before }, cancellationToken).ConfigureAwait(false);
            foreach (var alert in page.Alerts)
            {
                await output.Results.WriteLineAsync(json ? JsonSerializer.Serialize(alert, MarketJson.Options) : Text(alert)).ConfigureAwait(false);
            }

            left -= page.Alerts.Count;
            before = page.Next;
        }
        while (before is not null && left > 0);

        if (left == query.Limit)
        {
            await output.People.WriteLineAsync("no alerts").ConfigureAwait(false);
        }

        return ExitCode.Ok;
    }

    private static string Text(AlertView alert)
    {
        var told = alert.DeliveryNote is null ? alert.Delivery : $"{alert.Delivery} ({alert.DeliveryNote})";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{alert.Started.UtcDateTime:yyyy-MM-dd HH:mm:ss}  {WireName.Of(alert.State),-8} {WireName.Of(alert.Severity),-8} {alert.Symbol,-12} {alert.RuleName}: {alert.Value:G6} against {alert.Threshold:G6}{(alert.IsLate ? ", late" : "")}; {told}");
    }
}
