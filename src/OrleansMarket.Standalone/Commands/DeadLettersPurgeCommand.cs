using System.CommandLine;
using System.Globalization;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.Web.Commands;
using OrleansMarket.Web.DeadLetters;

namespace OrleansMarket.Standalone.Commands;

/// <summary><c>dead-letters purge</c>: removes letters, through the running <c>serve</c> where there is one.</summary>
internal static class DeadLettersPurgeCommand
{
    public static Command Create(TimeProvider clock)
    {
        var all = new Option<bool>("--all") { Description = "All letters" };
        var reason = DeadLetterOptions.Reason();
        var data = StoreOptions.Data();
        var source = StoreOptions.Source();
        var url = ServerUrl.Create();
        var keyFile = ServerOptions.KeyFile();
        var command = new Command("purge", "Remove all letters, or those of one reason. It cannot be undone.") { all, reason, data, source, url, keyFile }.WithExamples(
            "dead-letters purge --reason malformed", "dead-letters purge --all");
        command.Validators.Add(result =>
        {
            if (result.GetValue(all) == result.GetValue(reason) is not null)
            {
                result.AddError("expected --reason, or --all to remove everything");
            }
        });
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(data), parsed.GetValue(source), DeadLetterOptions.ParseReason(parsed.GetValue(reason)),
            parsed.GetRequiredValue(url), parsed.GetValue(keyFile), CommandOutput.Of(parsed), clock, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        string data, string? source, DeadLetterReason? reason, Uri url, string? keyFile, CommandOutput output, TimeProvider clock, CancellationToken cancellationToken)
    {
        var folder = StoreOptions.FindStore(data, source);
        int removed;
        try
        {
            using var reader = new StoreReader(folder, clock);
            await using var database = reader.OpenDatabaseForWriting();
            removed = await DeadLetterOptions.StoreOf(database).PurgeAsync(reason, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException e) when (e.Problem == StorageProblem.InUse)
        {
            using var client = new ServerClient(url, keyFile, data);
            var query = reason is { } one ? $"reason={WireName.Of(one)}" : "all=true";
            removed = (await client.SendAsync<DeadLetterPurgeResponse>(HttpMethod.Delete, $"/dead-letters?{query}", null, cancellationToken).ConfigureAwait(false)).Removed;
        }

        await output.People.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{removed:N0} removed")).ConfigureAwait(false);
        return ExitCode.Ok;
    }
}
