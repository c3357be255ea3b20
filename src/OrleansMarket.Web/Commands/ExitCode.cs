namespace OrleansMarket.Web.Commands;

/// <summary>What a command answers to the shell.</summary>
public static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>Done, and what was compared or checked is not as it should be.</summary>
    public const int Mismatch = 1;

    /// <summary>Not done: bad arguments, or a file that cannot be used.</summary>
    public const int Unusable = 2;

    /// <summary>Done, but too much of the input was refused.</summary>
    public const int TooManyDeadLetters = 3;

    /// <summary>Interrupted.</summary>
    public const int Interrupted = 130;
}
