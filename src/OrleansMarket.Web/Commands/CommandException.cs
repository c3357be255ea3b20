using OrleansMarket.Domain;

namespace OrleansMarket.Web.Commands;

/// <summary>A command cannot go on; the message is one line for the person who typed it.</summary>
public sealed class CommandException(string message, int exitCode = ExitCode.Unusable) : CorrectableException(message)
{
    /// <summary>Gets what to answer to the shell.</summary>
    public int ExitCode { get; } = exitCode;
}
