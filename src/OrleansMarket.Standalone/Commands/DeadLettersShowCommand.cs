using System.CommandLine;
using System.Text.Json;
using OrleansMarket.Web.Commands;
using OrleansMarket.Web.DeadLetters;
using OrleansMarket.Web.Json;

namespace OrleansMarket.Standalone.Commands;

/// <summary><c>dead-letters show</c>: one letter with its payload.</summary>
internal static class DeadLettersShowCommand
{
    private static readonly JsonSerializerOptions Indented = new(MarketJson.Options) { WriteIndented = true };

    public static Command Create(TimeProvider clock)
    {
        var id = new Argument<long>("ID") { Description = "The letter's number, as 'dead-letters list' prints it" };
        var raw = new Option<bool>("--raw") { Description = "Only the payload, byte for byte" };
        var data = StoreOptions.Data();
        var source = StoreOptions.Source();
        var command = new Command("show", "Print one letter with its payload.") { id, raw, data, source }.WithExamples("dead-letters show 17", "dead-letters show 17 --raw");
        command.SetAction((parsed, cancellationToken) => RunAsync(
            StoreOptions.FindStore(parsed.GetRequiredValue(data), parsed.GetValue(source)), parsed.GetValue(id), parsed.GetValue(raw),
            CommandOutput.Of(parsed), clock, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string folder, long id, bool raw, CommandOutput output, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var reader = new StoreReader(folder, clock);
        await using var database = reader.OpenDatabase();
        var letter = await DeadLetterOptions.StoreOf(database).FindAsync(id, cancellationToken).ConfigureAwait(false)
            ?? throw new CommandException($"there is no dead letter {id} in '{Path.GetFullPath(folder)}'; 'dead-letters list' prints those kept");
        if (!raw)
        {
            await output.Results.WriteLineAsync(JsonSerializer.Serialize(DeadLetterView.From(letter), Indented)).ConfigureAwait(false);
        }
        else if (ReferenceEquals(output.Results, Console.Out))
        {
            await using var stream = Console.OpenStandardOutput();
            await stream.WriteAsync(letter.Payload, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await output.Results.WriteAsync(System.Text.Encoding.UTF8.GetString(letter.Payload.Span)).ConfigureAwait(false);
        }

        return ExitCode.Ok;
    }
}
