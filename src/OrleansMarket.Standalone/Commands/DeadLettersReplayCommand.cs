using System.CommandLine;
using System.Globalization;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Web.Commands;
using OrleansMarket.Web.DeadLetters;

namespace OrleansMarket.Standalone.Commands;

/// <summary><c>dead-letters replay</c>: sends letters through the pipeline of a running <c>serve</c> again.</summary>
internal static class DeadLettersReplayCommand
{
    private const int MostAtOnce = 1_000;

    public static Command Create(TimeProvider clock)
    {
        var ids = new Argument<long[]>("ID") { Description = "Numbers of letters, as 'dead-letters list' prints them", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "All letters, or with --reason all of that reason" };
        var reason = DeadLetterOptions.Reason();
        var data = StoreOptions.Data();
        var source = StoreOptions.Source();
        var url = ServerUrl.Create();
        var keyFile = ServerOptions.KeyFile();
        var command = new Command("replay", $"Send letters through parser, validation and engine of the running 'serve' again; exit code {ExitCode.Mismatch} when one is refused again.")
        {
            ids, all, reason, data, source, url, keyFile,
        }.WithExamples("dead-letters replay 17 18", "dead-letters replay --all --reason unknown-symbol", "dead-letters replay --all --url http://localhost:9000");
        command.Validators.Add(result =>
        {
            var named = result.GetValue(ids) is { Length: > 0 };
            if (named == result.GetValue(all) || (named && result.GetValue(reason) is not null))
            {
                result.AddError("expected numbers of letters, or --all with or without --reason");
            }
        });
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(data), parsed.GetValue(source), parsed.GetValue(ids) ?? [], DeadLetterOptions.ParseReason(parsed.GetValue(reason)),
            parsed.GetRequiredValue(url), parsed.GetValue(keyFile), CommandOutput.Of(parsed), clock, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        string data, string? source, long[] ids, DeadLetterReason? reason, Uri url, string? keyFile, CommandOutput output, TimeProvider clock, CancellationToken cancellationToken)
    {
        var folder = StoreOptions.FindStore(data, source);
        using var client = new ServerClient(url, keyFile, data);
        var wanted = ids.Length > 0 ? ids.Distinct().ToList() : await FindAllAsync(folder, reason, clock, cancellationToken).ConfigureAwait(false);
        int accepted = 0, duplicates = 0, refused = 0;
        foreach (var part in wanted.Chunk(MostAtOnce))
        {
            var answer = await client.SendAsync<DeadLetterReplayResponse>(
                HttpMethod.Post, "/dead-letters/replay", new DeadLetterReplayRequest { Ids = part }, cancellationToken).ConfigureAwait(false);
            accepted += answer.Accepted;
            duplicates += answer.Duplicates;
            refused += answer.Refused.Count;
            foreach (var (id, error) in answer.Refused)
            {
                await output.Results.WriteLineAsync($"{id,8}  {error}").ConfigureAwait(false);
            }
        }

        await output.People.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{wanted.Count:N0} sent again: {accepted:N0} taken, {duplicates:N0} were held already, {refused:N0} refused again")).ConfigureAwait(false);
        return refused > 0 ? ExitCode.Mismatch : ExitCode.Ok;
    }

    private static async Task<List<long>> FindAllAsync(string folder, DeadLetterReason? reason, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var reader = new StoreReader(folder, clock);
        await using var database = reader.OpenDatabase();
        var store = DeadLetterOptions.StoreOf(database);
        var ids = new List<long>();
        long? before = null;
        while (await store.ReadAsync(reason, before, MostAtOnce, cancellationToken).ConfigureAwait(false) is { Count: > 0 } page)
        {
            ids.AddRange(page.Select(letter => letter.Id));
            before = page[^1].Id;
        }

        // Oldest first, as they came.
        ids.Reverse();
        return ids;
    }
}
