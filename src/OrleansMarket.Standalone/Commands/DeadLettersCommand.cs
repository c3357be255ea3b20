using System.CommandLine;

namespace OrleansMarket.Standalone.Commands;

/// <summary><c>dead-letters</c>: the group of commands on messages that could not be taken.</summary>
internal static class DeadLettersCommand
{
    public static Command Create(TimeProvider clock) => new("dead-letters", "Look at messages that could not be taken, and send them through again.")
    {
        DeadLettersListCommand.Create(clock),
        DeadLettersShowCommand.Create(clock),
        DeadLettersReplayCommand.Create(clock),
        DeadLettersPurgeCommand.Create(clock),
    };
}
