using System.CommandLine;

namespace OrleansMarket.Standalone.Commands;

/// <summary><c>candles</c>: the group of commands on candles.</summary>
internal static class CandlesCommand
{
    public static Command Create(TimeProvider clock) => new("candles", "Work with candles.") { CandlesVerifyCommand.Create(clock) };
}
