using System.CommandLine;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Sinks.Sqlite;
using OrleansMarket.Web.Commands;

namespace OrleansMarket.Standalone.Commands;

/// <summary>What the commands on dead letters share.</summary>
internal static class DeadLetterOptions
{
    /// <summary>One reason.</summary>
    public static Option<string?> Reason()
    {
        var option = new Option<string?>("--reason") { Description = "Only letters refused for this reason", HelpName = "malformed" };
        option.OneOf([.. WireName.All<DeadLetterReason>()]);
        return option;
    }

    /// <summary>Reads a reason that was validated already.</summary>
    public static DeadLetterReason? ParseReason(string? text) => WireName.TryParse<DeadLetterReason>(text, out var reason) ? reason : null;

    /// <summary>The letters of a database.</summary>
    public static SqliteDeadLetterStore StoreOf(MarketDatabase database) => new(database, Options.Create(new RetentionOptions()));
}
